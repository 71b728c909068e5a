#define _GNU_SOURCE
#include "CSpawn.h"

#include <unistd.h>

#ifdef __APPLE__
#include <crt_externs.h>
#endif

int cspawn_add_folder(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int cspawn_add_close_from(posix_spawn_file_actions_t *actions, int first) {
#ifdef __APPLE__
    /* There a flag of the attributes does it: POSIX_SPAWN_CLOEXEC_DEFAULT. */
    (void)actions;
    (void)first;
    return 0;
#else
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
#endif
}

char **cspawn_environment(void) {
#ifdef __APPLE__
    return *_NSGetEnviron();
#else
    return environ;
#endif
}
