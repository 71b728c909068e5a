/* How the C library's allocator serves this process: a setting of glibc, where it has it. */

#ifndef COLOPHON_CHEAPS_H
#define COLOPHON_CHEAPS_H

/* Maps each piece of so many bytes or more by itself, so that the system has it back once it is
   free, where the C library would raise that number by itself. */
void cheaps_map_from(int byte_count);

#endif
