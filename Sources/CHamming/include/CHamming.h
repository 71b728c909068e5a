/* A scan of 256-bit hashes for those that are near to others.
 *
 * A hash is four words of 64 bits, in the order of memory. */

#ifndef COLOPHON_CHAMMING_H
#define COLOPHON_CHAMMING_H

#include <stddef.h>
#include <stdint.h>

/* Hashes that are looked for in one pass at most: the eight orientations of a picture. */
#define CHAMMING_QUERIES 8

/* Hits that a search keeps at most. */
#define CHAMMING_HITS 100

/* The place of a row that is not one any more: it is never found. */
#define CHAMMING_GONE UINT16_MAX

/* A row that is near to what is looked for. */
struct chamming_hit {
    /* The base of the row's table, and its place. */
    uint64_t row;

    /* The bits that differ, 0 to 256. */
    uint16_t distance;

    /* Which of the queries is the nearest; the first of several. */
    uint16_t query;
};

/* A search that goes over one table after another.
 *
 * The hits are a heap: the worst one is the first. A worse one is further away, or as far away and
 * of a larger row. */
struct chamming_search {
    uint64_t queries[4 * CHAMMING_QUERIES];
    uint32_t query_count;

    /* The largest distance that counts. */
    uint32_t distance;

    /* Hits that are kept at most, 1 to CHAMMING_HITS. */
    uint32_t limit;

    /* Hits that are kept. */
    uint32_t hit_count;

    /* Whether only rows count that are worse than the last hit of a search before: further away
     * than after_distance, or as far away and of a larger row than after_row. */
    uint32_t goes_on;
    uint32_t after_distance;
    uint64_t after_row;

    /* Rows that count, be they kept or not. */
    uint64_t match_count;

    struct chamming_hit hits[CHAMMING_HITS];
};

/* The ways to count bits. */
enum chamming_way { CHAMMING_PLAIN = 0, CHAMMING_POPCNT = 1, CHAMMING_AVX512 = 2 };

/* The fastest way that this processor has. */
enum chamming_way chamming_best_way(void);

/* Begins a search for `count` hashes, 1 to CHAMMING_QUERIES of four words each, that keeps the
 * nearest `limit` rows, 1 to CHAMMING_HITS, within `distance`, 0 to 128. */
void chamming_begin(struct chamming_search *search, const uint64_t *queries, uint32_t count,
                    uint32_t distance, uint32_t limit);

/* Has only those rows count that come behind this one, the nearest first and of those that are as
 * near the smaller. Called before anything is looked at. */
void chamming_go_on(struct chamming_search *search, uint32_t distance, uint64_t row);

/* A hit by its place in the heap, which is below hit_count. */
struct chamming_hit chamming_hit_at(const struct chamming_search *search, uint32_t place);

/* Looks at `count` rows of a table.
 *
 * `words` has four words for each row, `places` the place of each, which is added to `base`. Rows
 * must rise from call to call, so that of several that are as far away the first is kept. A way
 * that the processor does not have is not taken. */
void chamming_scan(struct chamming_search *search, const uint64_t *words, const uint16_t *places,
                   size_t count, uint64_t base, enum chamming_way way);

#endif
