// Preloaded into a program, moves its clock by as many seconds as a file says, which may change
// at any time: what setting the system's clock does, without the right to set it.
//
//     gcc -shared -fPIC -o shifted-clock.so shifted-clock.c
//     LD_PRELOAD=./shifted-clock.so SHIFTED_CLOCK=FILE program
//
// FILE holds a signed integer of 8 bytes. Waits until a time of day go by the moved clock, too:
// they are made of short ones, between which it is asked again, as a kernel does whose clock is
// set. Monotonic clocks, and waits by them, are left alone.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset;

__attribute__((constructor)) static void shift(void) {
    const char *path = getenv("SHIFTED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) offset = page;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (syscall(SYS_clock_gettime, clock, now) != 0) return -1;
    if (offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *offset;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

static int is_over(const struct timespec *limit) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec > limit->tv_sec
        || (now.tv_sec == limit->tv_sec && now.tv_nsec >= limit->tv_nsec);
}

static struct timespec soon(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += 20 * 1000 * 1000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec += 1;
    }
    return time;
}

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
    const struct timespec *restrict limit) {
    // glibc keeps the clock of a condition here.
    if (condition->__data.__wrefs & 2)
        return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, limit);
    while (!is_over(limit)) {
        struct timespec next = soon();
        int code = pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &next);
        if (code != ETIMEDOUT) return code;
    }
    return ETIMEDOUT;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict limit) {
    while (!is_over(limit)) {
        struct timespec next = soon();
        if (sem_clockwait(semaphore, CLOCK_MONOTONIC, &next) == 0) return 0;
        if (errno != ETIMEDOUT) return -1;
    }
    errno = ETIMEDOUT;
    return -1;
}
