#include "CHamming.h"

int chamming_distance(const uint64_t *a, const uint64_t *b) {
    int distance = 0;
    for (int i = 0; i < 4; i++) distance += __builtin_popcountll(a[i] ^ b[i]);
    return distance;
}
