#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "budget.h"

static rlim_t lesser(rlim_t one, rlim_t other) { return one < other ? one : other; }

/* Sets a limit; one that is lower already, and that only root may raise, stays. */
static int limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    limit.rlim_max = lesser(limit.rlim_max, hard);
    limit.rlim_cur = lesser(limit.rlim_max, soft);
    return setrlimit(resource, &limit);
}

static int set_limits(void) {
    int failures = 0;
    failures |= limit(RLIMIT_AS, MEMORY_LIMIT, MEMORY_LIMIT);
    failures |= limit(RLIMIT_DATA, MEMORY_LIMIT, MEMORY_LIMIT);
    /* The signal at the soft limit says which limit it was; the hard one cannot be put off. */
    failures |= limit(RLIMIT_CPU, TIME_LIMIT, TIME_LIMIT + 1);
    failures |= limit(RLIMIT_FSIZE, 0, 0);
    failures |= limit(RLIMIT_CORE, 0, 0);
    failures |= limit(RLIMIT_NPROC, 0, 0);
    failures |= limit(RLIMIT_NOFILE, STDOUT_FILENO + 1, STDOUT_FILENO + 1);
    return failures;
}

/* The system calls that are left. Each rule holds where all of its conditions do. */
static int add_rules(scmp_filter_ctx filter) {
    const int allow = SCMP_ACT_ALLOW;
    int failures = 0;
    failures |= seccomp_rule_add(
        filter, allow, SCMP_SYS(pread64), 1, SCMP_A0(SCMP_CMP_EQ, STDIN_FILENO));
    failures |= seccomp_rule_add(
        filter, allow, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO));
    /* Memory that holds data, of no file, and that never becomes code. */
    failures |= seccomp_rule_add(
        filter, allow, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    failures |= seccomp_rule_add(
        filter, allow, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failures |= seccomp_rule_add(filter, allow, SCMP_SYS(munmap), 0);
    failures |= seccomp_rule_add(filter, allow, SCMP_SYS(mremap), 0);
    failures |= seccomp_rule_add(filter, allow, SCMP_SYS(madvise), 0);
    failures |= seccomp_rule_add(filter, allow, SCMP_SYS(brk), 0);
    failures |= seccomp_rule_add(filter, allow, SCMP_SYS(exit_group), 0);
    return failures;
}

static int set_filter(void) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return -1;
    int failures = 0;
    failures |= seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    failures |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
    failures |= seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    failures |= add_rules(filter);
    if (!failures) failures = seccomp_load(filter);
    seccomp_release(filter);
    return failures;
}

int enter_sandbox(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -1;
    if (syscall(SYS_close_range, STDOUT_FILENO + 1, ~0U, 0) != 0) return -1;
    if (set_limits() != 0) return -1;
    return set_filter() == 0 ? 0 : -1;
}
