// The library modules of the shell that are written in Erlang: each is a file of modules/ that #embed puts into the
// program. A new module is a file there and one line in each of the two lists.
#include "CLibrarySource.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char lists[] = {
#embed "modules/lists.erl"
};
static const unsigned char maps[] = {
#embed "modules/maps.erl"
};
static const unsigned char proplists[] = {
#embed "modules/proplists.erl"
};

#define MODULE(name, text) {name, text, sizeof(text)}

static const struct beamsh_library_source sources[] = {
    MODULE("lists", lists),
    MODULE("maps", maps),
    MODULE("proplists", proplists),
};

const struct beamsh_library_source *beamsh_library_sources(size_t *count) {
    *count = sizeof(sources) / sizeof(sources[0]);
    return sources;
}
