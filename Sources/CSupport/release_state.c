#include "CSupport.h"

__thread beamsh_release_state beamsh_thread_release_state = {0, 0};

__thread void *beamsh_thread_scheduler;
