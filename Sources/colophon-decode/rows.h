/* The picture's rows on their way to brightness: averaged where there are too many, then turned. */

#ifndef COLOPHON_ROWS_H
#define COLOPHON_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* What is known of a picture before its first row. */
struct shape {
    size_t width, height;

    /* Bytes of a pixel: 1 grey; 2 grey and opacity; 3 red, green, blue; 4 the same and opacity. */
    int channels;
};

/* Refuses a picture with no pixel, or with more than there may be. */
void require_size(uint64_t width, uint64_t height);

/* Begins a picture. */
void rows_begin(struct shape shape);

/* Takes the next row, from the top on. */
void rows_take(const uint8_t *row);

/* After the last row: turns the picture as `orientation` of EXIF says, 1 to 8, and answers. */
_Noreturn void rows_end(int orientation);

#endif
