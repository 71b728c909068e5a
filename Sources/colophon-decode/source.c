#include "source.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"

size_t source_read(uint64_t offset, uint8_t *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t read = pread(STDIN_FILENO, bytes + done, count - done, (off_t)(offset + done));
        if (read < 0 && errno == EINTR) continue;
        if (read < 0) answer_refusal(UNREADABLE);
        if (read == 0) break;
        done += (size_t)read;
    }
    return done;
}

static uint64_t size;

int source_open(void) {
    struct stat status;
    if (fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return -1;
    size = (uint64_t)status.st_size;
    return 0;
}

uint64_t source_size(void) { return size; }
