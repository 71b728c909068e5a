/* What one picture may cost. */

#ifndef COLOPHON_BUDGET_H
#define COLOPHON_BUDGET_H

#define MEBIBYTES ((size_t)1 << 20)

/* Memory of the program, with its libraries. */
#define MEMORY_LIMIT (256 * MEBIBYTES)

/* Seconds of the processor. */
#define TIME_LIMIT 5

/* Memory for what a format cannot be read without: the whole picture, or its coefficients. The rest
   of `MEMORY_LIMIT` holds brightness twice (32 MiB), the programs' code, and working memory. */
#define WHOLE_PICTURE_LIMIT (160 * MEBIBYTES)

/* Pixels of a side: what libjpeg takes; a PNG and a WebP get no more. */
#define SIDE_LIMIT 65500

/* Pixels of a picture: the largest cameras make 150 million, most scanners and phones fewer. A
   fuzzer, which has no time for so many, says another number. */
#ifndef PIXEL_LIMIT
#define PIXEL_LIMIT 200000000
#endif

/* Pixels that are hashed as they are; a larger picture is averaged until no side is longer than
   `HASHED_SIDE`. */
#define HASHED_PIXELS (HASHED_SIDE * HASHED_SIDE)
#define HASHED_SIDE ((size_t)2048)

/* Scans of a progressive JPEG: an encoder makes about ten, and each costs a whole picture. */
#define SCAN_LIMIT 100

/* Bytes that are read at once. */
#define CHUNK_BYTES ((size_t)64 << 10)

#endif
