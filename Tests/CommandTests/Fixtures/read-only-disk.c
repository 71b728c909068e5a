// Preloaded into a program, refuses every sync as a file system does that has become read-only,
// for as long as a file is there: what ext4 does after an error, without a disk that has one.
//
//     gcc -shared -fPIC -o read-only-disk.so read-only-disk.c
//     LD_PRELOAD=./read-only-disk.so READ_ONLY_DISK=FILE program

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_read_only(void) {
    const char *path = getenv("READ_ONLY_DISK");
    if (!path || syscall(SYS_access, path, F_OK) != 0) return 0;
    errno = EROFS;
    return 1;
}

int fsync(int file) { return is_read_only() ? -1 : (int)syscall(SYS_fsync, file); }

int fdatasync(int file) { return is_read_only() ? -1 : (int)syscall(SYS_fdatasync, file); }
