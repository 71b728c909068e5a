/* What this program may do while it reads a picture: take memory, read the picture, write the
   answer, and end. */

#ifndef COLOPHON_SANDBOX_H
#define COLOPHON_SANDBOX_H

/* Sets the limits, closes all but the picture and the answer, and leaves only a few system calls:
   the kernel kills the program at any other. Returns 0, or -1 where the kernel does not do all of
   that. */
int enter_sandbox(void);

#endif
