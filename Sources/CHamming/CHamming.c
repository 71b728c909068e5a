#include "CHamming.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Whether hit a is worse than hit b. */
static int is_worse(const struct chamming_hit *a, const struct chamming_hit *b) {
    if (a->distance != b->distance) return a->distance > b->distance;
    return a->row > b->row;
}

/* Whether a hit is worse than the last one of a search before. */
static int is_behind(const struct chamming_search *search, const struct chamming_hit *hit) {
    if (hit->distance != search->after_distance) return hit->distance > search->after_distance;
    return hit->row > search->after_row;
}

static void swap(struct chamming_hit *a, struct chamming_hit *b) {
    struct chamming_hit kept = *a;
    *a = *b;
    *b = kept;
}

/* Puts a new last hit in its place. */
static void rise(struct chamming_hit *hits, size_t at) {
    while (at > 0 && is_worse(&hits[at], &hits[(at - 1) / 2])) {
        swap(&hits[at], &hits[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

/* Puts a new first hit in its place. */
static void sink(struct chamming_hit *hits, size_t count) {
    size_t at = 0;
    for (;;) {
        size_t worst = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (is_worse(&hits[child], &hits[worst])) worst = child;
        }
        if (worst == at) return;
        swap(&hits[at], &hits[worst]);
        at = worst;
    }
}

/* Takes a row that may be near enough. Few are, so it need not be fast. */
static void consider(struct chamming_search *search, const uint64_t *words, uint64_t row) {
    struct chamming_hit hit = {row, UINT16_MAX, 0};
    for (uint32_t i = 0; i < search->query_count; i++) {
        const uint64_t *query = &search->queries[4 * i];
        uint16_t distance = 0;
        for (int word = 0; word < 4; word++) {
            distance += (uint16_t)__builtin_popcountll(words[word] ^ query[word]);
        }
        if (distance < hit.distance) {
            hit.distance = distance;
            hit.query = (uint16_t)i;
        }
    }
    if (hit.distance > search->distance) return;
    if (search->goes_on && !is_behind(search, &hit)) return;
    search->match_count++;
    if (search->hit_count < search->limit) {
        search->hits[search->hit_count] = hit;
        rise(search->hits, search->hit_count++);
    } else if (search->limit > 0 && is_worse(&search->hits[0], &hit)) {
        search->hits[0] = hit;
        sink(search->hits, search->hit_count);
    }
}

/* Looks at the first half of each row: of hashes that have nothing to do with each other 64 of
 * these 128 bits differ, so all but a few rows are left behind there. Each row is read once,
 * however many queries there are. */
#define SCAN(QUERIES)                                                                  \
    for (size_t row = 0; row < count; row++) {                                         \
        const uint64_t *hash = &words[4 * row];                                        \
        uint64_t least = 128;                                                          \
        for (uint32_t i = 0; i < (QUERIES); i++) {                                     \
            uint64_t half = (uint64_t)__builtin_popcountll(hash[0] ^ queries[4 * i]) + \
                            (uint64_t)__builtin_popcountll(hash[1] ^ queries[4 * i + 1]); \
            least = half < least ? half : least;                                       \
        }                                                                              \
        if (least <= distance && places[row] != CHAMMING_GONE) {                       \
            consider(search, hash, base + places[row]);                                \
        }                                                                              \
    }

#define SCAN_ANY                                               \
    const uint64_t *queries = search->queries;                 \
    const uint64_t distance = search->distance;                \
    if (search->query_count == 1) {                            \
        SCAN(1)                                                \
    } else if (search->query_count == CHAMMING_QUERIES) {      \
        SCAN(CHAMMING_QUERIES)                                 \
    } else {                                                   \
        SCAN(search->query_count)                              \
    }

static void scan_plain(struct chamming_search *search, const uint64_t *words,
                       const uint16_t *places, size_t count, uint64_t base) {
    SCAN_ANY
}

#if defined(__x86_64__)

__attribute__((target("popcnt"))) static void scan_popcnt(
    struct chamming_search *search, const uint64_t *words, const uint16_t *places, size_t count,
    uint64_t base) {
    SCAN_ANY
}

/* Eight queries at once: a row's first half beside the first halves of four queries, twice. */
__attribute__((target("avx512f,avx512vpopcntdq"))) static void scan_avx512(
    struct chamming_search *search, const uint64_t *words, const uint16_t *places, size_t count,
    uint64_t base) {
    uint64_t halves[2 * CHAMMING_QUERIES];
    for (uint32_t i = 0; i < CHAMMING_QUERIES; i++) {
        /* The first query stands in for those that are not there: it finds nothing new. */
        const uint64_t *query = &search->queries[4 * (i < search->query_count ? i : 0)];
        halves[2 * i] = query[0];
        halves[2 * i + 1] = query[1];
    }
    const __m512i low = _mm512_loadu_si512(halves);
    const __m512i high = _mm512_loadu_si512(halves + CHAMMING_QUERIES);
    const __m512i distance = _mm512_set1_epi64((long long)search->distance);
    for (size_t row = 0; row < count; row++) {
        const uint64_t *hash = &words[4 * row];
        const __m128i half = _mm_loadu_si128((const __m128i *)hash);
        const __m512i wide = _mm512_broadcast_i32x4(half);
        const __m512i a = _mm512_popcnt_epi64(_mm512_xor_si512(wide, low));
        const __m512i b = _mm512_popcnt_epi64(_mm512_xor_si512(wide, high));
        /* The first words of all eight, and the second words. */
        const __m512i sum =
            _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
        if (_mm512_cmple_epu64_mask(sum, distance) != 0 && places[row] != CHAMMING_GONE) {
            consider(search, hash, base + places[row]);
        }
    }
}

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq");
}

#endif

void chamming_begin(struct chamming_search *search, const uint64_t *queries, uint32_t count,
                    uint32_t distance, uint32_t limit) {
    memset(search, 0, sizeof *search);
    search->query_count = count < CHAMMING_QUERIES ? count : CHAMMING_QUERIES;
    memcpy(search->queries, queries, 4 * sizeof(uint64_t) * search->query_count);
    search->distance = distance < 128 ? distance : 128;
    search->limit = limit < CHAMMING_HITS ? limit : CHAMMING_HITS;
}

void chamming_go_on(struct chamming_search *search, uint32_t distance, uint64_t row) {
    search->goes_on = 1;
    search->after_distance = distance;
    search->after_row = row;
}

struct chamming_hit chamming_hit_at(const struct chamming_search *search, uint32_t place) {
    return search->hits[place];
}

enum chamming_way chamming_best_way(void) {
#if defined(__x86_64__)
    if (has_avx512()) return CHAMMING_AVX512;
    if (__builtin_cpu_supports("popcnt")) return CHAMMING_POPCNT;
#endif
    return CHAMMING_PLAIN;
}

void chamming_scan(struct chamming_search *search, const uint64_t *words, const uint16_t *places,
                   size_t count, uint64_t base, enum chamming_way way) {
#if defined(__x86_64__)
    /* For a single query the other way is as fast as memory. */
    if (way == CHAMMING_AVX512 && search->query_count > 1 && has_avx512()) {
        scan_avx512(search, words, places, count, base);
        return;
    }
    if (way != CHAMMING_PLAIN && __builtin_cpu_supports("popcnt")) {
        scan_popcnt(search, words, places, count, base);
        return;
    }
#endif
    (void)way;
    scan_plain(search, words, places, count, base);
}
