// Preloaded into a program, ends it, or fails it, at one of its calls that change a disk.
//
//     gcc -shared -fPIC -o failing-call.so failing-call.c
//     LD_PRELOAD=./failing-call.so FAILING_CALL=FILE program
//
// FILE holds a word and a number: `kill 7` ends the program by SIGKILL before its call 7, the first
// is 1; `fail 7` fails call 7 with EIO; `full 7` fails call 7 and all after it that need room with
// ENOSPC. The file FILE.calls gets a line for each call that came: its name, and what it names.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char action[8];
static int at;
static int log_file = -1;
static atomic_int count;

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("FAILING_CALL");
    char text[32] = {0}, log_path[4096];
    if (!path || strlen(path) + 7 > sizeof log_path) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    if (syscall(SYS_read, file, text, sizeof text - 1) > 0) sscanf(text, "%7s %d", action, &at);
    syscall(SYS_close, file);
    strcpy(log_path, path);
    strcat(log_path, ".calls");
    log_file = (int)syscall(
        SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
}

// Counts a call, and tells which it is; what it returns is 0, or -1 where the call fails.
static int fails(const char *call, const char *name, int needs_room) {
    char line[512];
    if (log_file < 0) return 0;
    int number = atomic_fetch_add(&count, 1) + 1;
    int size = snprintf(line, sizeof line, "%s%s%s\n", call, *name ? " " : "", name);
    syscall(SYS_write, log_file, line, size < (int)sizeof line ? size : (int)sizeof line - 1);
    if (number == at && strcmp(action, "kill") == 0) {
        syscall(SYS_kill, getpid(), SIGKILL);
    }
    if (number == at && strcmp(action, "fail") == 0) {
        errno = EIO;
        return -1;
    }
    if (number >= at && needs_room && strcmp(action, "full") == 0) {
        errno = ENOSPC;
        return -1;
    }
    return 0;
}

static int opened(int folder, const char *name, int flags, mode_t mode) {
    int is_new = syscall(SYS_faccessat, folder, name, F_OK) != 0;
    if ((flags & O_CREAT) && fails("open", is_new ? "new" : "old", is_new)) return -1;
    return (int)syscall(SYS_openat, folder, name, flags, mode);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

int openat(int folder, const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opened(folder, name, flags, mode);
}

int openat64(int folder, const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opened(folder, name, flags, mode);
}

ssize_t write(int file, const void *bytes, size_t size) {
    struct stat status;
    int is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (file == 1 && fails("answer", "", 0)) return -1;
    if (file > 2 && is_file && fails("write", "", 1)) return -1;
    return syscall(SYS_write, file, bytes, size);
}

static const char *kind(int file) {
    struct stat status;
    return fstat(file, &status) == 0 && S_ISDIR(status.st_mode) ? "folder" : "file";
}

int fsync(int file) { return fails("fsync", kind(file), 0) ? -1 : (int)syscall(SYS_fsync, file); }

int fdatasync(int file) {
    return fails("fsync", kind(file), 0) ? -1 : (int)syscall(SYS_fdatasync, file);
}

int fchmod(int file, mode_t mode) {
    return fails("chmod", "", 0) ? -1 : (int)syscall(SYS_fchmod, file, mode);
}

int mkdirat(int folder, const char *name, mode_t mode) {
    return fails("mkdir", name, 1) ? -1 : (int)syscall(SYS_mkdirat, folder, name, mode);
}

int linkat(int folder, const char *name, int new_folder, const char *new_name, int flags) {
    return fails("link", new_name, 1)
               ? -1
               : (int)syscall(SYS_linkat, folder, name, new_folder, new_name, flags);
}

int renameat(int folder, const char *name, int new_folder, const char *new_name) {
    return fails("rename", new_name, 0)
               ? -1
               : (int)syscall(SYS_renameat2, folder, name, new_folder, new_name, 0);
}

int unlinkat(int folder, const char *name, int flags) {
    return fails("unlink", "", 0) ? -1 : (int)syscall(SYS_unlinkat, folder, name, flags);
}
