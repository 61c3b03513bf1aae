#define _GNU_SOURCE
#include "CSupport.h"

#include <pthread.h>

void beamsh_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
