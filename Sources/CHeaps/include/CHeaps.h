/* How the C library's allocator serves this process: two settings of glibc, where it has them. */

#ifndef COLOPHON_CHEAPS_H
#define COLOPHON_CHEAPS_H

/* Bounds the heaps that the threads of this process share, where the C library has several. */
void cheaps_limit(int count);

/* Maps each piece of so many bytes or more by itself, so that the system has it back once it is
   free, where the C library would raise that number by itself. */
void cheaps_map_from(int byte_count);

#endif
