/* What the sandbox must not let happen, tried on purpose. */

#ifndef COLOPHON_ATTEMPTS_H
#define COLOPHON_ATTEMPTS_H

/* Tries `name` inside of the sandbox, and returns only where nothing stopped it; -1 where nothing
   has this name. All are harmless: they would open `/dev/null`, make a socket, start nothing. */
int attempt(const char *name);

/* The names, with a comma between them. */
extern const char attempt_names[];

#endif
