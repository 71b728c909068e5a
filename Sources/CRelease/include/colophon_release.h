#pragma once

#include <stdint.h>

// The first twelve hexadecimal digits of the commit that was built, as a number; 0 where the build
// did not know it.
uint64_t colophon_commit(void);
