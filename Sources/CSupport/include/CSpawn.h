#ifndef BEAMSH_CSPAWN_H
#define BEAMSH_CSPAWN_H

#include <sys/types.h>

/// Starts a program in a session of its own: no terminal, default signals, standard streams on /dev/null, working
/// directory `/`. Returns 0 or an errno. What it needs of posix_spawn are GNU extensions that Swift does not import.
int beamsh_spawn_detached(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, pid_t *_Nonnull pid);

/// Starts a program as a child: default signals, its own process group, standard input `input` and output `output`
/// (descriptors of this process, or -1 for /dev/null), standard error kept. Returns 0 or an errno.
int beamsh_spawn_child(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int input, int output,
                       pid_t *_Nonnull pid);

#endif
