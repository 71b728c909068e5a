#include <errno.h>
#include <fcntl.h>
#include <rocksdb/c.h>
#include <unistd.h>

/*
 * Takes the lock that RocksDB takes on its file LOCK (env/fs_posix.cc), shared, so that no
 * process can open the database for writing; `fcntl` takes its arguments in a way that Swift
 * cannot call. Returns a descriptor, whose closing gives the lock back; -1 where there is no such
 * file, -2 where another process has the database open, -3 where it cannot be locked.
 */
static inline int colophon_lock_shared(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? -1 : -3;
    struct flock lock = {0};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(file, F_SETLK, &lock) == 0) return file;
    int held = errno == EACCES || errno == EAGAIN;
    close(file);
    return held ? -2 : -3;
}

/* Gives such a lock back. */
static inline void colophon_unlock(int file) { close(file); }
