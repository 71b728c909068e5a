#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "answer.h"
#include "budget.h"

/* The picture that is being read. */
static struct {
    struct shape shape;
    /* Channels without opacity. */
    size_t colours;
    /* The side of the squares of which the mean is taken; 1 where pixels are taken as they are. */
    size_t factor;
    /* The picture of the means. */
    size_t width, height;
    /* A row without opacity, and the sums of up to `factor` rows. */
    uint8_t *opaque;
    uint16_t *sums;
    /* What a sum over a whole square gives to the brightness, for each colour. */
    float *parts[3];
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

/* Memory of a picture's size, in few large pages where the kernel has them: to fetch thousands of
   small ones takes as long as to fill them. */
static float *numbers(size_t count) {
    const size_t page = 2 * MEBIBYTES;
    size_t size = (count * sizeof(float) + page - 1) / page * page;
    float *numbers = aligned_alloc(page, size);
    if (!numbers) answer_refusal(TOO_LARGE);
    madvise(numbers, size, MADV_HUGEPAGE);
    return numbers;
}

static size_t divided_up(size_t number, size_t by) { return (number + by - 1) / by; }

/* The mean of the pixels with this sum; halves are rounded up. */
static uint8_t mean(size_t sum, size_t count) { return (uint8_t)((2 * sum + count) / (2 * count)); }

/* A whole square's sum is looked up, not divided: there are few sums, and many squares. */
static void find_parts(void) {
    size_t count = picture.factor * picture.factor;
    for (size_t c = 0; c < picture.colours; c++) {
        picture.parts[c] = memory(255 * count + 1, sizeof(float));
        for (size_t sum = 0; sum <= 255 * count; sum++) {
            uint8_t pixel[3] = {0};
            pixel[c] = mean(sum, count);
            if (picture.colours == 3) {
                cpdq_luma_of_rgb(pixel, 1, &picture.parts[c][sum]);
            } else {
                cpdq_luma_of_grey(pixel, 1, &picture.parts[c][sum]);
            }
        }
    }
}

void rows_begin(struct shape shape) {
    require_size(shape.width, shape.height);
    memset(&picture, 0, sizeof picture);
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
    picture.luma = numbers(picture.width * picture.height);
    if (picture.factor > 1) find_parts();
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

static float *next_line(void) { return picture.luma + picture.filled++ * picture.width; }

static void fill(const uint8_t *row, size_t count, float *luma) {
    if (picture.colours == 3) {
        cpdq_luma_of_rgb(row, count, luma);
    } else {
        cpdq_luma_of_grey(row, count, luma);
    }
}

/* The brightness of whole squares of three colours. */
static void fill_squares(const uint16_t *sums, size_t count, size_t factor, float *luma) {
    float *const *parts = picture.parts;
    for (size_t x = 0; x < count; x++) {
        uint32_t red = 0, green = 0, blue = 0;
        for (size_t i = 0; i < factor; i++, sums += 3) {
            red += sums[0], green += sums[1], blue += sums[2];
        }
        luma[x] = parts[0][red] + parts[1][green] + parts[2][blue];
    }
}

/* The brightness of squares that the picture's edge cuts off. */
static void fill_cut_squares(size_t first, float *luma) {
    size_t colours = picture.colours, width = picture.shape.width;
    for (size_t x = first; x < picture.width; x++) {
        size_t left = x * picture.factor;
        size_t right = left + picture.factor < width ? left + picture.factor : width;
        uint8_t pixel[3];
        for (size_t c = 0; c < colours; c++) {
            size_t sum = 0;
            for (size_t i = left; i < right; i++) sum += picture.sums[i * colours + c];
            pixel[c] = mean(sum, (right - left) * picture.summed);
        }
        fill(pixel, 1, luma + x);
    }
}

/* Takes the means of the rows that were summed. Squares at the right and at the lower edge have
   fewer pixels where the sides are no multiples of the factor. */
static void fill_means(void) {
    size_t factor = picture.factor, whole = 0;
    float *luma = next_line();
    if (picture.summed == factor) {
        whole = picture.shape.width / factor;
        if (picture.colours == 1) {
            const uint16_t *sums = picture.sums;
            for (size_t x = 0; x < whole; x++) {
                uint32_t sum = 0;
                for (size_t i = 0; i < factor; i++) sum += *sums++;
                luma[x] = picture.parts[0][sum];
            }
        } else if (factor == 2) {
            fill_squares(picture.sums, whole, 2, luma);
        } else {
            fill_squares(picture.sums, whole, factor, luma);
        }
    }
    fill_cut_squares(whole, luma);
    picture.summed = 0;
}

/* Adds a row to those before it. */
static void add(const uint8_t *row) {
    size_t count = picture.shape.width * picture.colours;
    uint16_t *sums = picture.sums;
    if (picture.summed++ == 0) {
        for (size_t i = 0; i < count; i++) sums[i] = row[i];
    } else {
        for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
    }
}

void rows_take(const uint8_t *row) {
    /* A library that gives more rows than it has said has gone wrong. */
    if (picture.taken++ >= picture.shape.height) answer_refusal(DAMAGED);
    if (picture.shape.channels % 2 == 0) row = on_white(row);
    if (picture.factor == 1) {
        fill(row, picture.shape.width, next_line());
        return;
    }
    add(row);
    if (picture.summed == picture.factor || picture.taken == picture.shape.height) fill_means();
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
    if (orientation != 1) {
        luma = numbers(width * height);
        turn(orientation, picture.luma, luma, width, height);
        free(picture.luma);
    }
    if (orientation >= 5) {
        width = picture.height;
        height = picture.width;
    }
    float *scratch = memory(cpdq_scratch_count(height, width), sizeof(float));
    uint8_t hashes[CPDQ_FORMS * CPDQ_BYTES];
    int quality = cpdq_hashes(luma, scratch, height, width, hashes);
    answer_hashes(quality, hashes);
}
