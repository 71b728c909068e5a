/* What libFuzzer calls for the readers of pictures of colophon-decode: without the sandbox, in
   which no fuzzer could work, and with an end of each run that is no end of the program. */

#include <sanitizer/allocator_interface.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "formats.h"
#include "source.h"

static jmp_buf end_of_run;
static const uint8_t *picture;
static size_t picture_size;

/* What a run has taken and not given back: the program ends there, and gives nothing back. */
#define TAKEN 4096
static const volatile void *taken[TAKEN];
static size_t taken_count;
static int is_running;

static void took(const volatile void *memory, size_t size) {
    (void)size;
    if (is_running && taken_count < TAKEN) taken[taken_count++] = memory;
}

static void gave(const volatile void *memory) {
    if (!is_running) return;
    for (size_t i = taken_count; i-- > 0;) {
        if (taken[i] != memory) continue;
        taken[i] = taken[--taken_count];
        return;
    }
}

void answer_hashes(int quality, const uint8_t *hashes) {
    (void)hashes;
    if (quality < 0 || quality > 100) abort();
    longjmp(end_of_run, 1);
}

void answer_refusal(enum reason reason) {
    if (reason <= NO_SANDBOX || reason > UNREADABLE) abort();
    longjmp(end_of_run, 1);
}

size_t source_read(uint64_t offset, uint8_t *bytes, size_t count) {
    if (offset >= picture_size) return 0;
    size_t rest = picture_size - (size_t)offset;
    if (count > rest) count = rest;
    memcpy(bytes, picture + offset, count);
    return count;
}

uint64_t source_size(void) { return picture_size; }

int LLVMFuzzerInitialize(int *count, char ***words) {
    (void)count;
    (void)words;
    __sanitizer_install_malloc_and_free_hooks(took, gave);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    /* The first byte is the orientation. */
    if (size == 0) return 0;
    picture = bytes + 1;
    picture_size = size - 1;
    taken_count = 0;
    is_running = 1;
    if (setjmp(end_of_run) == 0) decode_picture(1 + bytes[0] % 8);
    is_running = 0;
    for (size_t i = 0; i < taken_count; i++) free((void *)taken[i]);
    return 0;
}
