// Takes the place of the C library's allocator in the program of the tests, and counts.
//
// Every call goes on to the allocator that it replaces, so memory is what it was, and free() is
// the C library's own. The counter belongs to the calling thread: counting costs one addition,
// and what other tests do at the same time is not in it.

#include "AllocationCounter.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HAS_SANITIZER)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// "initial-exec" needs no allocation of its own when a thread counts for the first time.
static __thread uint64_t count __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) {
    count += 1;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count += 1;
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    count += 1;
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    count += 1;
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        return EINVAL;
    }
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) { return ENOMEM; }
    *pointer = memory;
    return 0;
}

bool allocations_are_counted(void) { return true; }

uint64_t allocations_on_this_thread(void) { return count; }

uint64_t allocating_thread(void) { return (uint64_t)(uintptr_t)&count; }

#else

bool allocations_are_counted(void) { return false; }

uint64_t allocations_on_this_thread(void) { return 0; }

uint64_t allocating_thread(void) { return 0; }

#endif
