/* What the program says about a picture: 264 bytes on standard output (`DecoderAnswer` of Studio).

   offset  bytes
        0      4   "PDQ1"
        4      1   0 for hashes, else a reason
        5      1   quality, 0 to 100; 0 without hashes
        6      2   0
        8    256   eight hashes of 32 bytes, each with its highest bit first; 0 without hashes */

#ifndef COLOPHON_ANSWER_H
#define COLOPHON_ANSWER_H

#include <CPDQ.h>

/* Why there are no hashes. The numbers are part of the answer. */
enum reason {
    /* The kernel does not confine this program. */
    NO_SANDBOX = 1,
    /* A format, or a kind of it, that is not decoded. */
    FORMAT = 2,
    /* More pixels, or more memory, than there may be. */
    TOO_LARGE = 3,
    /* More scans than a progressive JPEG may have. */
    TOO_MANY_SCANS = 4,
    /* More than one picture. */
    ANIMATED = 5,
    /* A rule of the format is broken, or the file ends too early. */
    DAMAGED = 6,
    /* The system did not give the bytes out. */
    UNREADABLE = 7,
};

/* Writes the hashes, as `cpdq_hashes` gives them, and ends the program. */
_Noreturn void answer_hashes(int quality, const uint8_t *hashes);

/* Writes the reason and ends the program. */
_Noreturn void answer_refusal(enum reason reason);

#endif
