/* What the kernel says of its clock: a call that glibc shows only to programs that ask for its
   extensions. */

#ifndef COLOPHON_CKERNELCLOCK_H
#define COLOPHON_CKERNELCLOCK_H

#include <stdint.h>

struct ckernelclock {
    /* 1 where the kernel answered; the rest means something only then. */
    int is_known;

    /* 1 where somebody keeps the clock, says the kernel. */
    int is_synchronized;

    /* By how much the clock may be off, in microseconds, as whoever keeps it has said and the
       kernel has added to since. */
    int64_t maximum_error;
};

/* Asks; changes nothing, and needs no privilege. */
struct ckernelclock ckernelclock_read(void);

#endif
