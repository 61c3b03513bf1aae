// The library modules of the shell that are written in Erlang: each is a file of modules/ that #embed puts into the
// program. A new module is a file there and one line in each of the two lists.
#include "CLibrarySource.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char Elixir_Access[] = {
#embed "modules/Elixir.Access.erl"
};
static const unsigned char Elixir_Atom[] = {
#embed "modules/Elixir.Atom.erl"
};
static const unsigned char Elixir_Bitwise[] = {
#embed "modules/Elixir.Bitwise.erl"
};
static const unsigned char Elixir_Calendar_ISO[] = {
#embed "modules/Elixir.Calendar.ISO.erl"
};
static const unsigned char Elixir_Collectable[] = {
#embed "modules/Elixir.Collectable.erl"
};
static const unsigned char Elixir_Date[] = {
#embed "modules/Elixir.Date.erl"
};
static const unsigned char Elixir_DateTime[] = {
#embed "modules/Elixir.DateTime.erl"
};
static const unsigned char Elixir_Enum[] = {
#embed "modules/Elixir.Enum.erl"
};
static const unsigned char Elixir_Enumerable[] = {
#embed "modules/Elixir.Enumerable.erl"
};
static const unsigned char Elixir_ErlangError[] = {
#embed "modules/Elixir.ErlangError.erl"
};
static const unsigned char Elixir_Exception[] = {
#embed "modules/Elixir.Exception.erl"
};
static const unsigned char Elixir_Function[] = {
#embed "modules/Elixir.Function.erl"
};
static const unsigned char Elixir_Kernel[] = {
#embed "modules/Elixir.Kernel.erl"
};
static const unsigned char Elixir_Kernel_Utils[] = {
#embed "modules/Elixir.Kernel.Utils.erl"
};

static const unsigned char Elixir_Keyword[] = {
#embed "modules/Elixir.Keyword.erl"
};
static const unsigned char Elixir_List[] = {
#embed "modules/Elixir.List.erl"
};
static const unsigned char Elixir_List_Chars[] = {
#embed "modules/Elixir.List.Chars.erl"
};
static const unsigned char Elixir_Map[] = {
#embed "modules/Elixir.Map.erl"
};
static const unsigned char Elixir_MapSet[] = {
#embed "modules/Elixir.MapSet.erl"
};
static const unsigned char Elixir_NaiveDateTime[] = {
#embed "modules/Elixir.NaiveDateTime.erl"
};
static const unsigned char Elixir_Range[] = {
#embed "modules/Elixir.Range.erl"
};
static const unsigned char Elixir_Regex[] = {
#embed "modules/Elixir.Regex.erl"
};
static const unsigned char Elixir_Registry[] = {
#embed "modules/Elixir.Registry.erl"
};
static const unsigned char Elixir_Stream[] = {
#embed "modules/Elixir.Stream.erl"
};
static const unsigned char Elixir_String[] = {
#embed "modules/Elixir.String.erl"
};
static const unsigned char Elixir_String_Chars[] = {
#embed "modules/Elixir.String.Chars.erl"
};
static const unsigned char Elixir_System[] = {
#embed "modules/Elixir.System.erl"
};
static const unsigned char Elixir_Task[] = {
#embed "modules/Elixir.Task.erl"
};
static const unsigned char Elixir_Task_Supervised[] = {
#embed "modules/Elixir.Task.Supervised.erl"
};
static const unsigned char Elixir_Task_Supervisor[] = {
#embed "modules/Elixir.Task.Supervisor.erl"
};
static const unsigned char Elixir_Time[] = {
#embed "modules/Elixir.Time.erl"
};
static const unsigned char Elixir_Tuple[] = {
#embed "modules/Elixir.Tuple.erl"
};
static const unsigned char Elixir_URI[] = {
#embed "modules/Elixir.URI.erl"
};
static const unsigned char array[] = {
#embed "modules/array.erl"
};
static const unsigned char calendar[] = {
#embed "modules/calendar.erl"
};
static const unsigned char dict[] = {
#embed "modules/dict.erl"
};
static const unsigned char ets[] = {
#embed "modules/ets.erl"
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
    MODULE("Elixir.Access", Elixir_Access),
    MODULE("Elixir.Atom", Elixir_Atom),
    MODULE("Elixir.Bitwise", Elixir_Bitwise),
    MODULE("Elixir.Calendar.ISO", Elixir_Calendar_ISO),
    MODULE("Elixir.Collectable", Elixir_Collectable),
    MODULE("Elixir.Date", Elixir_Date),
    MODULE("Elixir.DateTime", Elixir_DateTime),
    MODULE("Elixir.Enum", Elixir_Enum),
    MODULE("Elixir.Enumerable", Elixir_Enumerable),
    MODULE("Elixir.ErlangError", Elixir_ErlangError),
    MODULE("Elixir.Exception", Elixir_Exception),
    MODULE("Elixir.Function", Elixir_Function),
    MODULE("Elixir.Kernel", Elixir_Kernel),
    MODULE("Elixir.Kernel.Utils", Elixir_Kernel_Utils),
    MODULE("Elixir.Keyword", Elixir_Keyword),
    MODULE("Elixir.List", Elixir_List),
    MODULE("Elixir.List.Chars", Elixir_List_Chars),
    MODULE("Elixir.Map", Elixir_Map),
    MODULE("Elixir.MapSet", Elixir_MapSet),
    MODULE("Elixir.NaiveDateTime", Elixir_NaiveDateTime),
    MODULE("Elixir.Range", Elixir_Range),
    MODULE("Elixir.Regex", Elixir_Regex),
    MODULE("Elixir.Registry", Elixir_Registry),
    MODULE("Elixir.Stream", Elixir_Stream),
    MODULE("Elixir.String", Elixir_String),
    MODULE("Elixir.String.Chars", Elixir_String_Chars),
    MODULE("Elixir.System", Elixir_System),
    MODULE("Elixir.Task", Elixir_Task),
    MODULE("Elixir.Task.Supervised", Elixir_Task_Supervised),
    MODULE("Elixir.Task.Supervisor", Elixir_Task_Supervisor),
    MODULE("Elixir.Time", Elixir_Time),
    MODULE("Elixir.Tuple", Elixir_Tuple),
    MODULE("Elixir.URI", Elixir_URI),
    MODULE("array", array),
    MODULE("calendar", calendar),
    MODULE("dict", dict),
    MODULE("ets", ets),
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
