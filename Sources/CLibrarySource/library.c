// The library modules of the shell that are written in Erlang: each is a file of modules/ that #embed puts into the
// program. A new module is a file there and one line in each of the two lists.
#include "CLibrarySource.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char Elixir_Collectable[] = {
#embed "modules/Elixir.Collectable.erl"
};
static const unsigned char Elixir_Enum[] = {
#embed "modules/Elixir.Enum.erl"
};
static const unsigned char Elixir_Enumerable[] = {
#embed "modules/Elixir.Enumerable.erl"
};
static const unsigned char Elixir_Keyword[] = {
#embed "modules/Elixir.Keyword.erl"
};
static const unsigned char Elixir_List[] = {
#embed "modules/Elixir.List.erl"
};
static const unsigned char Elixir_Map[] = {
#embed "modules/Elixir.Map.erl"
};
static const unsigned char Elixir_MapSet[] = {
#embed "modules/Elixir.MapSet.erl"
};
static const unsigned char Elixir_Range[] = {
#embed "modules/Elixir.Range.erl"
};
static const unsigned char Elixir_Stream[] = {
#embed "modules/Elixir.Stream.erl"
};
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
    MODULE("Elixir.Collectable", Elixir_Collectable),
    MODULE("Elixir.Enum", Elixir_Enum),
    MODULE("Elixir.Enumerable", Elixir_Enumerable),
    MODULE("Elixir.Keyword", Elixir_Keyword),
    MODULE("Elixir.List", Elixir_List),
    MODULE("Elixir.Map", Elixir_Map),
    MODULE("Elixir.MapSet", Elixir_MapSet),
    MODULE("Elixir.Range", Elixir_Range),
    MODULE("Elixir.Stream", Elixir_Stream),
    MODULE("lists", lists),
    MODULE("maps", maps),
    MODULE("proplists", proplists),
};

const struct beamsh_library_source *beamsh_library_sources(size_t *count) {
    *count = sizeof(sources) / sizeof(sources[0]);
    return sources;
}
