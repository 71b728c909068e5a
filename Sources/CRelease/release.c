#include "colophon_release.h"

// Package.swift defines COLOPHON_COMMIT: a Swift target can be told of no value.
uint64_t colophon_commit(void) { return COLOPHON_COMMIT; }
