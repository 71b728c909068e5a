// Takes the place of the C library's allocator in the program of the tests, and counts.
//
// Every call goes on to the allocator that it replaces, so memory is what it was. The counters
// belong to the calling thread: counting costs a few additions, and what other tests do at the same
// time is not in it. Bytes are those of the thread that takes and gives back: what one thread takes
// and another gives back is in neither sum.

#include "AllocationCounter.h"

#include <errno.h>
#include <malloc.h>
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
extern void __libc_free(void *pointer);

// "initial-exec" needs no allocation of its own when a thread counts for the first time.
static __thread uint64_t count __attribute__((tls_model("initial-exec")));
static __thread int64_t held __attribute__((tls_model("initial-exec")));
static __thread int64_t most __attribute__((tls_model("initial-exec")));

// Counts what an allocation has given; `before` bytes of it were held already.
static void *counted(void *pointer, size_t before) {
    count += 1;
    if (pointer != NULL) {
        held += (int64_t)malloc_usable_size(pointer) - (int64_t)before;
        if (held > most) { most = held; }
    }
    return pointer;
}

void *malloc(size_t size) { return counted(__libc_malloc(size), 0); }

void *calloc(size_t number, size_t size) { return counted(__libc_calloc(number, size), 0); }

// A piece that grows may be there twice while it is copied: so much is counted.
void *realloc(void *pointer, size_t size) {
    size_t before = pointer == NULL ? 0 : malloc_usable_size(pointer);
    if (held + (int64_t)size > most) { most = held + (int64_t)size; }
    void *grown = counted(__libc_realloc(pointer, size), before);
    if (grown == NULL && size == 0) { held -= (int64_t)before; }
    return grown;
}

void *memalign(size_t alignment, size_t size) {
    return counted(__libc_memalign(alignment, size), 0);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return counted(__libc_memalign(alignment, size), 0);
}

void free(void *pointer) {
    if (pointer != NULL) { held -= (int64_t)malloc_usable_size(pointer); }
    __libc_free(pointer);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        return EINVAL;
    }
    void *memory = counted(__libc_memalign(alignment, size), 0);
    if (memory == NULL) { return ENOMEM; }
    *pointer = memory;
    return 0;
}

bool allocations_are_counted(void) { return true; }

uint64_t allocations_on_this_thread(void) { return count; }

uint64_t allocating_thread(void) { return (uint64_t)(uintptr_t)&count; }

int64_t bytes_held_on_this_thread(void) {
    most = held;
    return held;
}

int64_t most_bytes_held_on_this_thread(void) { return most; }

#else

bool allocations_are_counted(void) { return false; }

uint64_t allocations_on_this_thread(void) { return 0; }

uint64_t allocating_thread(void) { return 0; }

int64_t bytes_held_on_this_thread(void) { return 0; }

int64_t most_bytes_held_on_this_thread(void) { return 0; }

#endif
