#include "CSupport.h"

#include <malloc.h>

size_t beamsh_heap_in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void beamsh_trim_heap(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
