#include "CPDQ.h"

#include <math.h>
#include <string.h>

/* A processor that multiplies and adds in one step rounds once where the algorithm rounds twice. */
#pragma STDC FP_CONTRACT OFF

/* The frequencies that are kept in each direction: 1 to 16 of 64, without the mean. */
#define KEPT 16

/* How far a blur is at the start of a line and at its end (`box1DFloat` there). */
struct window {
    /* Samples that are added before the first output. */
    size_t lead;
    /* Outputs while the window grows to its full size. */
    size_t grow;
    /* Outputs of the full window. */
    size_t full;
    /* Outputs while it shrinks. */
    size_t shrink;
};

static struct window window_of(size_t length) {
    size_t size = (length + 2 * CPDQ_SIDE - 1) / (2 * CPDQ_SIDE);
    size_t half = (size + 2) / 2;
    struct window window = {half - 1, size - half + 1, length - size, half - 1};
    return window;
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

/* Lines that are blurred at once: a sum waits for the one before it, and eight can wait together. */
#define LANES 8

/* Blurs `LANES` rows along themselves: the rows stand one after another, `columns` apart. */
static void blur_rows(const float *in, float *out, size_t columns) {
    struct window window = window_of(columns);
    float sums[LANES] = {0};
    size_t left = 0, right = 0, place = 0, size = 0;
    for (size_t i = 0; i < window.lead; i++, right++) {
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += in[lane * columns + right];
        size++;
    }
    for (size_t i = 0; i < window.grow; i++, right++, place++) {
        size++;
        for (size_t lane = 0; lane < LANES; lane++) {
            sums[lane] += in[lane * columns + right];
            out[lane * columns + place] = sums[lane] / (float)size;
        }
    }
    for (size_t i = 0; i < window.full; i++, left++, right++, place++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            sums[lane] += in[lane * columns + right];
            sums[lane] -= in[lane * columns + left];
            out[lane * columns + place] = sums[lane] / (float)size;
        }
    }
    for (size_t i = 0; i < window.shrink; i++, left++, place++) {
        size--;
        for (size_t lane = 0; lane < LANES; lane++) {
            sums[lane] -= in[lane * columns + left];
            out[lane * columns + place] = sums[lane] / (float)size;
        }
    }
}

/* The same for one row. */
static void blur_row(const float *in, float *out, size_t columns) {
    struct window window = window_of(columns);
    float sum = 0;
    size_t left = 0, right = 0, place = 0, size = 0;
    for (size_t i = 0; i < window.lead; i++, size++) sum += in[right++];
    for (size_t i = 0; i < window.grow; i++) {
        size++;
        sum += in[right++];
        out[place++] = sum / (float)size;
    }
    for (size_t i = 0; i < window.full; i++) {
        sum += in[right++];
        sum -= in[left++];
        out[place++] = sum / (float)size;
    }
    for (size_t i = 0; i < window.shrink; i++) {
        size--;
        sum -= in[left++];
        out[place++] = sum / (float)size;
    }
}

static void blur_along_rows(const float *in, float *out, size_t rows, size_t columns) {
    size_t row = 0;
    for (; row + LANES <= rows; row += LANES) {
        blur_rows(in + row * columns, out + row * columns, columns);
    }
    for (; row < rows; row++) blur_row(in + row * columns, out + row * columns, columns);
}

/* Columns that are blurred at once: their sums stay in the processor's cache. */
#define STRIP 1024

static void blur_strip(
    const float *in, float *out, size_t rows, size_t columns, size_t width) {
    struct window window = window_of(rows);
    float sums[STRIP] = {0};
    const float *left = in, *right = in;
    float size = 0;
    for (size_t i = 0; i < window.lead; i++, right += columns) {
        for (size_t j = 0; j < width; j++) sums[j] += right[j];
        size++;
    }
    for (size_t i = 0; i < window.grow; i++, right += columns, out += columns) {
        size++;
        for (size_t j = 0; j < width; j++) {
            sums[j] += right[j];
            out[j] = sums[j] / size;
        }
    }
    for (size_t i = 0; i < window.full; i++) {
        for (size_t j = 0; j < width; j++) {
            sums[j] = sums[j] + right[j] - left[j];
            out[j] = sums[j] / size;
        }
        left += columns, right += columns, out += columns;
    }
    for (size_t i = 0; i < window.shrink; i++, left += columns, out += columns) {
        size--;
        for (size_t j = 0; j < width; j++) {
            sums[j] -= left[j];
            out[j] = sums[j] / size;
        }
    }
}

static void blur_along_columns(const float *in, float *out, size_t rows, size_t columns) {
    for (size_t first = 0; first < columns; first += STRIP) {
        size_t width = columns - first < STRIP ? columns - first : STRIP;
        blur_strip(in + first, out + first, rows, columns, width);
    }
}

/* The place in a line of `length` that the square's place `index` is taken from. */
static size_t taken_from(size_t index, size_t length) {
    return (size_t)((((double)index + 0.5) * (double)length) / CPDQ_SIDE);
}

/* Brings the picture to the square: twice blurred in both directions, and then sampled. */
static void shrink(
    float *luma, float *scratch, size_t rows, size_t columns, float square[CPDQ_SIDE][CPDQ_SIDE]) {
    if (rows == CPDQ_SIDE && columns == CPDQ_SIDE) {
        memcpy(square, luma, sizeof(float) * CPDQ_SIDE * CPDQ_SIDE);
        return;
    }
    for (int round = 0; round < 2; round++) {
        blur_along_rows(luma, scratch, rows, columns);
        blur_along_columns(scratch, luma, rows, columns);
    }
    for (size_t i = 0; i < CPDQ_SIDE; i++) {
        const float *row = luma + taken_from(i, rows) * columns;
        for (size_t j = 0; j < CPDQ_SIDE; j++) square[i][j] = row[taken_from(j, columns)];
    }
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
    float *luma, float *scratch, size_t rows, size_t columns,
    uint8_t hashes[CPDQ_FORMS][CPDQ_BYTES]) {
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
        hash_of(turned, hashes[number]);
    }
    return quality_of(square);
}
