/* Computes the perceptual hash of one picture that anybody may have made (Schemas/perceptual.md).

   The libraries that decode are large, and are written in C: what a hostile picture makes of them
   happens in here, where there is nothing to take and nothing to reach. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "attempts.h"
#include "formats.h"
#include "sandbox.h"
#include "source.h"

/* Exit codes beside 0, with which every answer is given. */
enum { NOT_CONFINED = 3, WRONG_USE = 2 };

static const char help[] =
    "usage: colophon-decode --orientation N < PICTURE | PROGRAM\n"
    "       colophon-decode --attempt NAME < PICTURE | PROGRAM\n"
    "\n"
    "Computes the perceptual hashes of a JPEG, a PNG or a WebP, in a sandbox. colophon starts it\n"
    "for each picture that it signs; nobody needs to start it by hand.\n"
    "\n"
    "  --orientation N  how the picture is turned: 1 to 8, as EXIF counts\n"
    "  --attempt NAME   do what the sandbox forbids, to see it killed:\n"
    "                   %s\n"
    "\n"
    "The answer is 264 bytes; Schemas/perceptual.md says which.\n";

static int refuse_use(const char *words) {
    fprintf(stderr, "colophon-decode: %s\nhint: colophon starts it; --help says more\n", words);
    return WRONG_USE;
}

/* Whether nobody can read the answer on standard output: the sandbox lets nothing be written to a
   file, and a terminal shows no bytes. */
static int is_unread(void) {
    struct stat status;
    return fstat(STDOUT_FILENO, &status) != 0 || S_ISREG(status.st_mode) || isatty(STDOUT_FILENO);
}

static int is_orientation(const char *word) {
    return word[0] >= '1' && word[0] <= '8' && word[1] == '\0';
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "--help") == 0) {
        printf(help, attempt_names);
        return 0;
    }
    int attempts = count == 3 && strcmp(words[1], "--attempt") == 0;
    if (!attempts && (count != 3 || strcmp(words[1], "--orientation") != 0)) {
        return refuse_use("it takes --orientation and a number, and nothing else");
    }
    if (!attempts && !is_orientation(words[2])) {
        return refuse_use("--orientation is a number from 1 to 8");
    }
    if (source_open() != 0) return refuse_use("standard input must be an ordinary file");
    /* An attempt is not about its answer. */
    if (!attempts && is_unread()) return refuse_use("standard output must be a pipe");
    prepare_jpeg();
    if (enter_sandbox() != 0) answer_refusal(NO_SANDBOX);
    if (attempts) _exit(attempt(words[2]) == 0 ? NOT_CONFINED : WRONG_USE);
    decode_picture(words[2][0] - '0');
}
