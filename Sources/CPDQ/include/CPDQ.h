/* PDQ, the perceptual hash of Meta's ThreatExchange, for pictures in memory: no file is opened, and
   nothing is allocated. The steps and their order are those of `pdq/cpp` there, so that each bit is
   the same; additions of floating point numbers give another sum in another order. */

#ifndef COLOPHON_CPDQ_H
#define COLOPHON_CPDQ_H

#include <stddef.h>
#include <stdint.h>

/* The side of the square that a picture is brought to. */
#define CPDQ_SIDE 64

/* The least side of a picture that has a hash. */
#define CPDQ_LEAST_SIDE 5

/* The forms of a picture that have hashes: as it is, turned and mirrored. */
#define CPDQ_FORMS 8

/* Bytes of a hash, the highest bit first. */
#define CPDQ_BYTES 32

/* Turns `count` pixels of three bytes, red, green and blue, into brightness: 0 to 255. */
void cpdq_luma_of_rgb(const uint8_t *pixels, size_t count, float *luma);

/* The same for pixels of one byte, which is the brightness itself. */
void cpdq_luma_of_grey(const uint8_t *pixels, size_t count, float *luma);

/* The numbers that `cpdq_hashes` needs for its work beside the picture. */
size_t cpdq_scratch_count(size_t rows, size_t columns);

/* Computes the hashes of a picture of `rows` rows with `columns` numbers each, and returns its
   quality, 0 to 100.

   `hashes` gets `CPDQ_FORMS` times `CPDQ_BYTES` bytes, in this order: as it is; turned by 90, 180
   and 270 degrees against the clock; mirrored top to bottom (flipX) and left to right (flipY);
   mirrored along the diagonal from the top left (flipPlus1) and along the other (flipMinus1).

   `luma` holds `rows` times `columns` numbers, `scratch` as many as `cpdq_scratch_count` says; both
   are overwritten. A picture with a side below `CPDQ_LEAST_SIDE` has hashes of zeros and the
   quality 0. */
int cpdq_hashes(
    float *luma, float *scratch, size_t rows, size_t columns, uint8_t *hashes);

#endif
