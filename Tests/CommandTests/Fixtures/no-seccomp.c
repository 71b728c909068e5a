// Preloaded into a program, is a kernel without seccomp: no filter can be loaded.
//
//     gcc -shared -fPIC -o no-seccomp.so no-seccomp.c
//     LD_PRELOAD=./no-seccomp.so program

#include <errno.h>

int seccomp_load(const void *filter) {
    (void)filter;
    return -EINVAL;
}
