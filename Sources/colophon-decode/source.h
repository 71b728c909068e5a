/* The picture's bytes: standard input, an ordinary file that is read by places and never moved. */

#ifndef COLOPHON_SOURCE_H
#define COLOPHON_SOURCE_H

#include <stddef.h>
#include <stdint.h>

/* Reads up to `count` bytes from `offset` on, and returns how many there are: fewer only at the end
   of the file. Where the system refuses, the answer says so. */
size_t source_read(uint64_t offset, uint8_t *bytes, size_t count);

/* Asks for the number of bytes, and returns 0; -1 where standard input is no ordinary file. */
int source_open(void);

/* The number of bytes of the file, as it was when it was asked for. */
uint64_t source_size(void);

#endif
