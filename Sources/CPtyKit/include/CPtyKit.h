// Opening a pseudo-terminal: the calls are not in Swift's Glibc module.
#ifndef CPTYKIT_H
#define CPTYKIT_H

#include <stddef.h>

// The master's descriptor, close-on-exec, with the slave's path in `name`; -1 and errno on failure.
int cpk_open_master(char *name, size_t size);

/// Adds to posix_spawn_file_actions_t that descriptors from 3 on are closed in the child.
void cpk_close_others(void *actions);

#endif
