#pragma once

#include <stddef.h>

/// A file that the program has inside it; its name has a folder, and ends with a zero byte.
struct colophon_packed_file_entry {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

/// How many there are.
extern const size_t colophon_packed_file_count;

/// Returns the file at a place below that.
struct colophon_packed_file_entry colophon_packed_file(long place);
