/* Two calls of posix_spawn, and a variable, that glibc shows only to programs that ask for its
   extensions. */

#ifndef COLOPHON_CSPAWN_H
#define COLOPHON_CSPAWN_H

#include <spawn.h>

/* The new process stands in this folder. Returns 0 or a number of <errno.h>. */
int cspawn_add_folder(posix_spawn_file_actions_t *actions, const char *folder);

/* The new process has no open file of this number or a higher one. Returns the same. */
int cspawn_add_close_from(posix_spawn_file_actions_t *actions, int first);

/* The lines of our own environment, `NAME=VALUE` each, up to a null pointer. */
char **cspawn_environment(void);

#endif
