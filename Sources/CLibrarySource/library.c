// The library modules of the shell that are written in Erlang: each is a file of modules/ that #embed puts into the
// program. A new module is a file there and one line in each of the two lists.
#include "CLibrarySource.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char array[] = {
#embed "modules/array.erl"
};
static const unsigned char calendar[] = {
#embed "modules/calendar.erl"
};
static const unsigned char dict[] = {
#embed "modules/dict.erl"
};
static const unsigned char gb_sets[] = {
#embed "modules/gb_sets.erl"
};
static const unsigned char gb_trees[] = {
#embed "modules/gb_trees.erl"
};
static const unsigned char lists[] = {
#embed "modules/lists.erl"
};
static const unsigned char maps[] = {
#embed "modules/maps.erl"
};
static const unsigned char orddict[] = {
#embed "modules/orddict.erl"
};
static const unsigned char ordsets[] = {
#embed "modules/ordsets.erl"
};
static const unsigned char proplists[] = {
#embed "modules/proplists.erl"
};
static const unsigned char queue[] = {
#embed "modules/queue.erl"
};
static const unsigned char sets[] = {
#embed "modules/sets.erl"
};
static const unsigned char timer[] = {
#embed "modules/timer.erl"
};

#define MODULE(name, text) {name, text, sizeof(text)}

static const struct beamsh_library_source sources[] = {
    MODULE("array", array),
    MODULE("calendar", calendar),
    MODULE("dict", dict),
    MODULE("gb_sets", gb_sets),
    MODULE("gb_trees", gb_trees),
    MODULE("lists", lists),
    MODULE("maps", maps),
    MODULE("orddict", orddict),
    MODULE("ordsets", ordsets),
    MODULE("proplists", proplists),
    MODULE("queue", queue),
    MODULE("sets", sets),
    MODULE("timer", timer),
};

const struct beamsh_library_source *beamsh_library_sources(size_t *count) {
    *count = sizeof(sources) / sizeof(sources[0]);
    return sources;
}
