#include "CHeaps.h"

#ifdef __linux__
#include <features.h>
#endif

#ifdef __GLIBC__
#include <malloc.h>
#endif

void cheaps_map_from(int byte_count) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, byte_count);
#else
    (void)byte_count;
#endif
}
