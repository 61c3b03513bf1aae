#ifndef C_LIBRARY_SOURCE_H
#define C_LIBRARY_SOURCE_H

#include <stddef.h>

/// The source of one bundled library module: Erlang text inside the program.
struct beamsh_library_source {
    const char *_Nonnull module;
    const unsigned char *_Nonnull text;
    size_t length;
};

/// All of them, in no order.
const struct beamsh_library_source *_Nonnull beamsh_library_sources(size_t *_Nonnull count);

#endif
