// Shows ThreadSanitizer two handovers that it cannot see, because Swift's libraries are built without
// it. Both are reported as races, also in a small program that does nothing else:
//
// - a `Mutex` that had to be waited for: it is taken and given back in the library, by the methods
//   `_lockSlow` and `_unlockSlow` of `_MutexHandle`;
// - a continuation that was resumed before its task waits: `swift_continuation_await` goes on at once,
//   past the hook that the runtime has for tasks that had to wait.
//
// Loaded before the libraries (LD_PRELOAD), and of no effect in a program without the sanitizer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"

typedef __attribute__((swiftcall)) void lock_slow(
    uint32_t thread, __attribute__((swift_context)) void *mutex);

lock_slow wait_for_mutex __asm__(LOCK_SLOW);

__attribute__((swiftcall)) void wait_for_mutex(
    uint32_t thread, __attribute__((swift_context)) void *mutex) {
    ((lock_slow *)next(LOCK_SLOW))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *mutex);

unlock_slow wake_for_mutex __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void wake_for_mutex(__attribute__((swift_context)) void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    ((unlock_slow *)next(UNLOCK_SLOW))(mutex);
}

extern __attribute__((swiftcall)) void *swift_task_getCurrent(void) __attribute__((weak));

typedef __attribute__((swiftasynccall)) void await(void *continuation);

__attribute__((swiftasynccall)) void swift_continuation_await(void *continuation) {
    // Resuming releases the task.
    if (__tsan_acquire) __tsan_acquire(swift_task_getCurrent());
    await *original = (await *)next("swift_continuation_await");
    __attribute__((musttail)) return original(continuation);
}
