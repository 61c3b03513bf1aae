// Opening a pseudo-terminal: the calls are not in Swift's Glibc module.
#ifndef CPTYKIT_H
#define CPTYKIT_H

#include <stddef.h>

// The master's descriptor, close-on-exec, with the slave's path in `name`; -1 and errno on failure.
int cpk_open_master(char *name, size_t size);

#endif
