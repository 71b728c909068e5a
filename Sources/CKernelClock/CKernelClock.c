#define _GNU_SOURCE
#include "CKernelClock.h"

#include <sys/timex.h>

struct ckernelclock ckernelclock_read(void) {
    struct timex state = {0};
#ifdef __APPLE__
    int answer = ntp_adjtime(&state);
#else
    int answer = adjtimex(&state);
#endif
    struct ckernelclock found = {0, 0, 0};
    if (answer < 0) return found;
    found.is_known = 1;
    found.is_synchronized = answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    found.maximum_error = state.maxerror;
    return found;
}
