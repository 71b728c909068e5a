/* A disk of one file that remembers every write and every flush, in the order in which it took
 * them. Tools/powerloss puts a loop device with ext4 on it; afterwards it builds from the record
 * the disks that a power cut could have left.
 *
 * Part of the tests, not of the product: Tools/powerloss compiles it with gcc against libfuse3.
 *
 *     recording-disk IMAGE RECORD FOLDER
 *
 * serves IMAGE (which exists and keeps its size) as FOLDER/disk until it is unmounted, and
 * appends to RECORD, all numbers little-endian:
 *
 *     kind (1: 0 write, 1 flush), offset (8), length (4), then the bytes of a write
 *
 * A record is complete before the kernel is told that the write is done. The file is opened for
 * direct I/O, so no page cache stands between the loop device and here, and the loop device sends
 * a flush (a barrier of the file system, or the end of an fsync) as fsync of its file. One
 * thread serves everything, so the record has one order.
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *const disk_path = "/disk";
static int image = -1;
static int record = -1;
static off_t image_size;

enum { record_write = 0, record_flush = 1, head_size = 13 };

/* Appends one record, whole; anything else would make the experiment worthless. */
static void remember(int kind, off_t offset, const char *bytes, uint32_t length)
{
    unsigned char head[head_size];
    head[0] = (unsigned char)kind;
    for (int i = 0; i < 8; i++) head[1 + i] = (unsigned char)((uint64_t)offset >> (8 * i));
    for (int i = 0; i < 4; i++) head[9 + i] = (unsigned char)(length >> (8 * i));
    struct iovec parts[2] = {{head, head_size}, {(void *)bytes, length}};
    ssize_t wanted = head_size + (ssize_t)length;
    if (writev(record, parts, length > 0 ? 2 : 1) != wanted) {
        perror("recording-disk: the record cannot be written");
        exit(1);
    }
}

static int disk_getattr(const char *path, struct stat *st, struct fuse_file_info *file)
{
    (void)file;
    memset(st, 0, sizeof *st);
    if (strcmp(path, "/") == 0) {
        st->st_mode = S_IFDIR | 0700;
        st->st_nlink = 2;
        return 0;
    }
    if (strcmp(path, disk_path) != 0) return -ENOENT;
    st->st_mode = S_IFREG | 0600;
    st->st_nlink = 1;
    st->st_size = image_size;
    return 0;
}

static int disk_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
                        struct fuse_file_info *file, enum fuse_readdir_flags flags)
{
    (void)path, (void)offset, (void)file, (void)flags;
    fill(buffer, disk_path + 1, NULL, 0, 0);
    return 0;
}

static int disk_open(const char *path, struct fuse_file_info *file)
{
    if (strcmp(path, disk_path) != 0) return -ENOENT;
    file->direct_io = 1;
    return 0;
}

static int disk_read(const char *path, char *buffer, size_t length, off_t offset,
                     struct fuse_file_info *file)
{
    (void)path, (void)file;
    ssize_t count = pread(image, buffer, length, offset);
    return count < 0 ? -errno : (int)count;
}

static int disk_write(const char *path, const char *buffer, size_t length, off_t offset,
                      struct fuse_file_info *file)
{
    (void)path, (void)file;
    if (offset + (off_t)length > image_size) return -ENOSPC;
    ssize_t count = pwrite(image, buffer, length, offset);
    if (count < 0) return -errno;
    remember(record_write, offset, buffer, (uint32_t)count);
    return (int)count;
}

/* The flush of the disk: all writes that were done before are on it now. */
static int disk_fsync(const char *path, int data_only, struct fuse_file_info *file)
{
    (void)path, (void)data_only, (void)file;
    remember(record_flush, 0, NULL, 0);
    return 0;
}

static const struct fuse_operations operations = {
    .getattr = disk_getattr,
    .readdir = disk_readdir,
    .open = disk_open,
    .read = disk_read,
    .write = disk_write,
    .fsync = disk_fsync,
};

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: recording-disk IMAGE RECORD FOLDER\n");
        return 2;
    }
    image = open(argv[1], O_RDWR | O_CLOEXEC);
    record = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat st;
    if (image < 0 || record < 0 || fstat(image, &st) != 0) {
        perror("recording-disk: image or record cannot be opened");
        return 2;
    }
    image_size = st.st_size;
    /* -f: stays in front, so that whoever started it sees it end; -s: one thread. */
    char *fuse_arguments[] = {argv[0], "-f", "-s", argv[3], NULL};
    return fuse_main(4, fuse_arguments, &operations, NULL);
}
