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

/// Bytes that the calling thread has taken and not given back; less than zero where it gave back
/// what others took. From here on the most is counted anew.
int64_t bytes_held_on_this_thread(void);

/// The most of such bytes since the last call of bytes_held_on_this_thread().
int64_t most_bytes_held_on_this_thread(void);

#endif
