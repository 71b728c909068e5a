#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted here: with glibc, and without a sanitizer, which has an
/// allocator of its own.
bool allocations_are_counted(void);

/// Calls of malloc, calloc, realloc, memalign, aligned_alloc and posix_memalign that the calling
/// thread has made so far.
uint64_t allocations_on_this_thread(void);

/// A number that no other thread has while the calling one runs.
uint64_t allocating_thread(void);

#endif
