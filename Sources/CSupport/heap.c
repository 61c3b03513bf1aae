#define _GNU_SOURCE
#include "CSupport.h"

#include <malloc.h>
#include <sys/resource.h>

size_t beamsh_heap_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void beamsh_trim_heap(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

long beamsh_thread_faults(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_minflt : 0;
}
