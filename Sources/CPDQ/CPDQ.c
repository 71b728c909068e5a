#include "CPDQ.h"

#include <math.h>
#include <string.h>

/* A processor that multiplies and adds in one step rounds once where the algorithm rounds twice. */
#pragma STDC FP_CONTRACT OFF

/* The frequencies that are kept in each direction: 1 to 16 of 64, without the mean. */
#define KEPT 16

/* A blur along a line: the mean of a window, which is cut off at both ends (`box1DFloat` there).

   At step `t` the sample `t` is added, where there is one; then the sample `t - size` is taken off,
   where there is one; and the place `t - lead` gets the mean. */
struct window {
    size_t size, lead, steps;
};

static struct window window_of(size_t length) {
    size_t size = (length + 2 * CPDQ_SIDE - 1) / (2 * CPDQ_SIDE);
    size_t lead = (size + 2) / 2 - 1;
    struct window window = {size, lead, length + lead};
    return window;
}

/* The samples that the window holds after a step. */
static float held(struct window window, size_t step, size_t length) {
    size_t first = step < window.size ? 0 : step - window.size + 1;
    size_t end = step < length ? step + 1 : length;
    return (float)(end - first);
}

/* The places in a line of `length` that the square's places are taken from; they may repeat. */
static void find_samples(size_t length, size_t places[CPDQ_SIDE]) {
    for (size_t i = 0; i < CPDQ_SIDE; i++) {
        places[i] = (size_t)((((double)i + 0.5) * (double)length) / CPDQ_SIDE);
    }
}

void cpdq_luma_of_rgb(const uint8_t *pixels, size_t count, float *luma) {
    for (size_t i = 0; i < count; i++) {
        luma[i] = 0.299f * (float)pixels[3 * i] + 0.587f * (float)pixels[3 * i + 1]
            + 0.114f * (float)pixels[3 * i + 2];
    }
}

void cpdq_luma_of_grey(const uint8_t *pixels, size_t count, float *luma) {
    for (size_t i = 0; i < count; i++) luma[i] = (float)pixels[i];
}

/* Rows that are blurred at once: a sum waits for the one before it, and eight can wait together. */
#define LANES ((size_t)8)

size_t cpdq_scratch_count(size_t rows, size_t columns) {
    return (LANES + 1) * columns + rows * CPDQ_SIDE;
}

#define INLINE static inline __attribute__((always_inline))

/* One step of the blur of `lanes` rows along themselves. */
INLINE void step_along(
    const float *in, size_t columns, size_t lanes, struct window window, size_t t, float *sums) {
    if (t < columns) {
        for (size_t lane = 0; lane < lanes; lane++) sums[lane] += in[lane * columns + t];
    }
    if (t >= window.size) {
        const float *left = in + (t - window.size);
        for (size_t lane = 0; lane < lanes; lane++) sums[lane] -= left[lane * columns];
    }
}

/* Blurs `lanes` rows, which stand one after another. */
INLINE void blur_lanes(const float *in, float *out, size_t columns, size_t lanes) {
    struct window window = window_of(columns);
    float sums[LANES] = {0};
    for (size_t t = 0; t < window.steps; t++) {
        step_along(in, columns, lanes, window, t, sums);
        if (t < window.lead) continue;
        float size = held(window, t, columns);
        float *place = out + (t - window.lead);
        for (size_t lane = 0; lane < lanes; lane++) place[lane * columns] = sums[lane] / size;
    }
}

/* The same, where only the places of the square are wanted: `CPDQ_SIDE` for each row. */
INLINE void sample_lanes(
    const float *in, float *out, size_t columns, size_t lanes, const size_t *places) {
    struct window window = window_of(columns);
    float sums[LANES] = {0};
    size_t next = 0;
    for (size_t t = 0; next < CPDQ_SIDE; t++) {
        step_along(in, columns, lanes, window, t, sums);
        for (; next < CPDQ_SIDE && places[next] + window.lead == t; next++) {
            float size = held(window, t, columns);
            for (size_t lane = 0; lane < lanes; lane++) {
                out[lane * CPDQ_SIDE + next] = sums[lane] / size;
            }
        }
    }
}

/* The first blur along rows; its result stands where the picture was. */
static void blur_rows(float *luma, float *copy, size_t rows, size_t columns) {
    size_t row = 0;
    for (; row + LANES <= rows; row += LANES, luma += LANES * columns) {
        memcpy(copy, luma, LANES * columns * sizeof(float));
        blur_lanes(copy, luma, columns, LANES);
    }
    for (; row < rows; row++, luma += columns) {
        memcpy(copy, luma, columns * sizeof(float));
        blur_lanes(copy, luma, columns, 1);
    }
}

/* One step of the blur of `width` columns. */
static void step_down(
    const float *in, size_t rows, size_t width, struct window window, size_t t, float *sums) {
    const float *added = in + t * width;
    const float *removed = t >= window.size ? added - window.size * width : NULL;
    if (t < rows && removed) {
        for (size_t j = 0; j < width; j++) sums[j] = sums[j] + added[j] - removed[j];
    } else if (t < rows) {
        for (size_t j = 0; j < width; j++) sums[j] += added[j];
    } else {
        for (size_t j = 0; j < width; j++) sums[j] -= removed[j];
    }
}

/* The first blur along columns, and the second along rows as far as the square needs it. The rows
   of the first are needed only once: they are gathered, and nobody keeps them. */
static void blur_columns(
    const float *luma, float *scratch, float *sampled, size_t rows, size_t columns) {
    struct window window = window_of(rows);
    float *sums = scratch, *gathered = scratch + columns;
    size_t places[CPDQ_SIDE], count = 0, done = 0;
    find_samples(columns, places);
    memset(sums, 0, columns * sizeof(float));
    for (size_t t = 0; t < window.steps; t++) {
        step_down(luma, rows, columns, window, t, sums);
        if (t < window.lead) continue;
        float size = held(window, t, rows);
        float *row = gathered + count++ * columns;
        for (size_t j = 0; j < columns; j++) row[j] = sums[j] / size;
        if (count < LANES && t + 1 < window.steps) continue;
        if (count == LANES) {
            sample_lanes(gathered, sampled + done * CPDQ_SIDE, columns, LANES, places);
        } else {
            for (size_t i = 0; i < count; i++) {
                float *out = sampled + (done + i) * CPDQ_SIDE;
                sample_lanes(gathered + i * columns, out, columns, 1, places);
            }
        }
        done += count;
        count = 0;
    }
}

/* The second blur along columns, as far as the square needs it. */
static void blur_sampled(
    const float *sampled, size_t rows, float square[CPDQ_SIDE][CPDQ_SIDE]) {
    struct window window = window_of(rows);
    float sums[CPDQ_SIDE] = {0};
    size_t places[CPDQ_SIDE], next = 0;
    find_samples(rows, places);
    for (size_t t = 0; next < CPDQ_SIDE; t++) {
        step_down(sampled, rows, CPDQ_SIDE, window, t, sums);
        for (; next < CPDQ_SIDE && places[next] + window.lead == t; next++) {
            float size = held(window, t, rows);
            for (size_t j = 0; j < CPDQ_SIDE; j++) square[next][j] = sums[j] / size;
        }
    }
}

/* Brings the picture to the square: twice blurred in both directions, and then sampled. */
static void shrink(
    float *luma, float *scratch, size_t rows, size_t columns, float square[CPDQ_SIDE][CPDQ_SIDE]) {
    if (rows == CPDQ_SIDE && columns == CPDQ_SIDE) {
        memcpy(square, luma, sizeof(float) * CPDQ_SIDE * CPDQ_SIDE);
        return;
    }
    float *sampled = scratch + (LANES + 1) * columns;
    blur_rows(luma, scratch, rows, columns);
    blur_columns(luma, scratch, sampled, rows, columns);
    blur_sampled(sampled, rows, square);
}

static int step_between(float u, float v) {
    int step = (int)(((u - v) * 100.0f) / 255.0f);
    return step < 0 ? -step : step;
}

/* How much changes from place to place: small steps count for nothing. */
static int quality_of(float square[CPDQ_SIDE][CPDQ_SIDE]) {
    int sum = 0;
    for (int i = 0; i < CPDQ_SIDE; i++) {
        for (int j = 0; j < CPDQ_SIDE; j++) {
            if (i + 1 < CPDQ_SIDE) sum += step_between(square[i][j], square[i + 1][j]);
            if (j + 1 < CPDQ_SIDE) sum += step_between(square[i][j], square[i][j + 1]);
        }
    }
    int quality = sum / 90;
    return quality > 100 ? 100 : quality;
}

/* The cosine transform, as far as it is kept: `D A Dt`, the left product first. */
static void transform(float square[CPDQ_SIDE][CPDQ_SIDE], float kept[KEPT][KEPT]) {
    const double pi = 3.14159265358979323846;
    const float scale = (float)sqrt(2.0 / CPDQ_SIDE);
    float matrix[KEPT][CPDQ_SIDE], half[KEPT][CPDQ_SIDE];
    for (int i = 0; i < KEPT; i++) {
        for (int j = 0; j < CPDQ_SIDE; j++) {
            double angle = (pi / 2.0 / CPDQ_SIDE) * (i + 1) * (2 * j + 1);
            matrix[i][j] = (float)((double)scale * cos(angle));
        }
    }
    for (int i = 0; i < KEPT; i++) {
        for (int j = 0; j < CPDQ_SIDE; j++) {
            float sum = 0;
            for (int k = 0; k < CPDQ_SIDE; k++) sum += matrix[i][k] * square[k][j];
            half[i][j] = sum;
        }
    }
    for (int i = 0; i < KEPT; i++) {
        for (int j = 0; j < KEPT; j++) {
            float sum = 0;
            for (int k = 0; k < CPDQ_SIDE; k++) sum += half[i][k] * matrix[j][k];
            kept[i][j] = sum;
        }
    }
}

/* The lower median: the 128th smallest of 256. */
static float median_of(const float *numbers) {
    const int count = KEPT * KEPT, wanted = count / 2;
    for (int i = 0; i < count; i++) {
        int less = 0, equal = 0;
        for (int j = 0; j < count; j++) {
            less += numbers[j] < numbers[i];
            equal += numbers[j] == numbers[i];
        }
        if (less < wanted && wanted <= less + equal) return numbers[i];
    }
    return 0;
}

static void hash_of(float kept[KEPT][KEPT], uint8_t hash[CPDQ_BYTES]) {
    float median = median_of(&kept[0][0]);
    memset(hash, 0, CPDQ_BYTES);
    for (int i = 0; i < KEPT; i++) {
        for (int j = 0; j < KEPT; j++) {
            int bit = KEPT * i + j;
            if (kept[i][j] > median) hash[CPDQ_BYTES - 1 - bit / 8] |= (uint8_t)(1 << bit % 8);
        }
    }
}

/* What a turned or mirrored form changes of the frequency in row `i` and column `j`. */
struct form {
    /* Whether rows become columns. */
    int transposes;
    /* Whether the sign changes: where `i` is even, `j` is even, or `i + j` is odd. */
    enum { NEVER, EVEN_I, EVEN_J, ODD_SUM } negates;
};

static const struct form forms[CPDQ_FORMS] = {
    {0, NEVER}, {1, EVEN_J}, {0, ODD_SUM}, {1, EVEN_I},
    {0, EVEN_I}, {0, EVEN_J}, {1, NEVER}, {1, ODD_SUM},
};

static int is_negated(struct form form, int i, int j) {
    switch (form.negates) {
    case EVEN_I: return i % 2 == 0;
    case EVEN_J: return j % 2 == 0;
    case ODD_SUM: return (i + j) % 2 == 1;
    default: return 0;
    }
}

int cpdq_hashes(
    float *luma, float *scratch, size_t rows, size_t columns, uint8_t *hashes) {
    if (rows < CPDQ_LEAST_SIDE || columns < CPDQ_LEAST_SIDE) {
        memset(hashes, 0, CPDQ_FORMS * CPDQ_BYTES);
        return 0;
    }
    float square[CPDQ_SIDE][CPDQ_SIDE], kept[KEPT][KEPT], turned[KEPT][KEPT];
    shrink(luma, scratch, rows, columns, square);
    transform(square, kept);
    for (int number = 0; number < CPDQ_FORMS; number++) {
        struct form form = forms[number];
        for (int i = 0; i < KEPT; i++) {
            for (int j = 0; j < KEPT; j++) {
                float value = is_negated(form, i, j) ? -kept[i][j] : kept[i][j];
                *(form.transposes ? &turned[j][i] : &turned[i][j]) = value;
            }
        }
        hash_of(turned, hashes + number * CPDQ_BYTES);
    }
    return quality_of(square);
}
