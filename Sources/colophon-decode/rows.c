#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "limits.h"

/* The picture that is being read. */
static struct {
    struct shape shape;
    /* Channels without opacity. */
    size_t colours;
    /* The side of the squares of which the mean is taken; 1 where the pixels are taken as they are. */
    size_t factor;
    /* The picture of the means. */
    size_t width, height;
    /* A row without opacity; the sums of up to `factor` rows; a row of means. */
    uint8_t *opaque;
    uint16_t *sums;
    uint8_t *means;
    /* Rows that `sums` holds, rows that were taken, rows of `luma` that are filled. */
    size_t summed, taken, filled;
    float *luma;
} picture;

void require_size(uint64_t width, uint64_t height) {
    if (width == 0 || height == 0) answer_refusal(DAMAGED);
    if (width > SIDE_LIMIT || height > SIDE_LIMIT || width * height > PIXEL_LIMIT) {
        answer_refusal(TOO_LARGE);
    }
}

static void *memory(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) answer_refusal(TOO_LARGE);
    return memory;
}

static size_t divided_up(size_t number, size_t by) { return (number + by - 1) / by; }

void rows_begin(struct shape shape) {
    require_size(shape.width, shape.height);
    picture.shape = shape;
    picture.colours = shape.channels < 3 ? 1 : 3;
    picture.factor = 1;
    if (shape.width * shape.height > HASHED_PIXELS) {
        size_t longer = shape.width > shape.height ? shape.width : shape.height;
        picture.factor = divided_up(longer, HASHED_SIDE);
    }
    picture.width = divided_up(shape.width, picture.factor);
    picture.height = divided_up(shape.height, picture.factor);
    picture.opaque = memory(shape.width, picture.colours);
    picture.sums = memory(shape.width, picture.colours * sizeof(uint16_t));
    picture.means = memory(picture.width, picture.colours);
    picture.luma = memory(picture.width * picture.height, sizeof(float));
}

/* Puts a row with opacity on white, to the nearest: there are no halves of 255. */
static const uint8_t *on_white(const uint8_t *row) {
    size_t colours = picture.colours;
    for (size_t x = 0; x < picture.shape.width; x++) {
        const uint8_t *pixel = row + x * (colours + 1);
        unsigned opacity = pixel[colours];
        for (size_t c = 0; c < colours; c++) {
            unsigned sum = pixel[c] * opacity + 255 * (255 - opacity);
            picture.opaque[x * colours + c] = (uint8_t)((sum + 127) / 255);
        }
    }
    return picture.opaque;
}

static void fill(const uint8_t *row) {
    float *luma = picture.luma + picture.filled++ * picture.width;
    if (picture.colours == 3) {
        cpdq_luma_of_rgb(row, picture.width, luma);
    } else {
        cpdq_luma_of_grey(row, picture.width, luma);
    }
}

/* Takes the means of the rows that were summed: squares at the right and at the lower edge have
   fewer pixels where the sides are no multiples of the factor. Halves are rounded up. */
static void take_means(void) {
    size_t colours = picture.colours;
    for (size_t x = 0; x < picture.width; x++) {
        size_t first = x * picture.factor;
        size_t end = first + picture.factor;
        if (end > picture.shape.width) end = picture.shape.width;
        uint32_t count = (uint32_t)((end - first) * picture.summed);
        for (size_t c = 0; c < colours; c++) {
            uint32_t sum = 0;
            for (size_t i = first; i < end; i++) sum += picture.sums[i * colours + c];
            picture.means[x * colours + c] = (uint8_t)((2 * sum + count) / (2 * count));
        }
    }
    memset(picture.sums, 0, picture.shape.width * colours * sizeof(uint16_t));
    picture.summed = 0;
    fill(picture.means);
}

void rows_take(const uint8_t *row) {
    /* A library that gives more rows than it has said has gone wrong. */
    if (picture.taken++ >= picture.shape.height) answer_refusal(DAMAGED);
    if (picture.shape.channels % 2 == 0) row = on_white(row);
    if (picture.factor == 1) {
        fill(row);
        return;
    }
    size_t count = picture.shape.width * picture.colours;
    uint16_t *sums = picture.sums;
    for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
    picture.summed++;
    if (picture.summed == picture.factor || picture.taken == picture.shape.height) take_means();
}

/* Squares in which a picture is turned: both sides of one fit into the processor's cache. */
#define BLOCK ((size_t)32)

/* Copies the picture, mirrored left to right or top to bottom, and then with rows and columns
   exchanged, where EXIF's orientation says so (CIPA DC-008 §4.6.4). */
static void turn(int orientation, const float *in, float *out, size_t width, size_t height) {
    int mirrors = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    int flips = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int exchanges = orientation >= 5;
    for (size_t top = 0; top < height; top += BLOCK) {
        for (size_t left = 0; left < width; left += BLOCK) {
            for (size_t y = top; y < top + BLOCK && y < height; y++) {
                for (size_t x = left; x < left + BLOCK && x < width; x++) {
                    size_t column = mirrors ? width - 1 - x : x;
                    size_t row = flips ? height - 1 - y : y;
                    float value = in[y * width + x];
                    out[exchanges ? column * height + row : row * width + column] = value;
                }
            }
        }
    }
}

void rows_end(int orientation) {
    if (picture.taken != picture.shape.height) answer_refusal(DAMAGED);
    size_t width = picture.width, height = picture.height;
    float *luma = picture.luma;
    float *scratch = memory(width * height, sizeof(float));
    if (orientation != 1) {
        turn(orientation, luma, scratch, width, height);
        float *turned = scratch;
        scratch = luma;
        luma = turned;
    }
    if (orientation >= 5) {
        size_t other = width;
        width = height;
        height = other;
    }
    uint8_t hashes[CPDQ_FORMS][CPDQ_BYTES];
    int quality = cpdq_hashes(luma, scratch, height, width, hashes);
    answer_hashes(quality, hashes);
}
