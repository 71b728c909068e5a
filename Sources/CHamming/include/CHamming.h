/* A scan of 256-bit hashes for those near to another. */

#ifndef COLOPHON_CHAMMING_H
#define COLOPHON_CHAMMING_H

#include <stdint.h>

/* The number of bits in which two hashes of four words differ. */
int chamming_distance(const uint64_t *a, const uint64_t *b);

#endif
