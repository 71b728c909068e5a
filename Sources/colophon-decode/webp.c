#include <stdlib.h>

#include <webp/decode.h>

#include "answer.h"
#include "budget.h"
#include "formats.h"
#include "rows.h"
#include "source.h"

static _Noreturn void fail(VP8StatusCode status) {
    switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: answer_refusal(TOO_LARGE);
    case VP8_STATUS_UNSUPPORTED_FEATURE: answer_refusal(FORMAT);
    default: answer_refusal(DAMAGED);
    }
}

/* Memory that libwebp takes for a picture, beside the file and the pixels that it gives out. */
static size_t working_memory(const WebPBitstreamFeatures *features) {
    size_t pixels = (size_t)features->width * (size_t)features->height;
    /* Lossless pictures are decoded whole, in four bytes a pixel; opacity of others in two. */
    if (features->format == 2) return 4 * pixels;
    return features->has_alpha ? 2 * pixels : 0;
}

static uint8_t *read_file(size_t size) {
    if (size > WHOLE_PICTURE_LIMIT) answer_refusal(TOO_LARGE);
    uint8_t *file = malloc(size);
    if (!file) answer_refusal(TOO_LARGE);
    if (source_read(0, file, size) < size) answer_refusal(DAMAGED);
    return file;
}

void decode_webp(void) {
    size_t size = source_size();
    uint8_t *file = read_file(size);
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) answer_refusal(FORMAT);
    VP8StatusCode status = WebPGetFeatures(file, size, &config.input);
    if (status != VP8_STATUS_OK) fail(status);
    if (config.input.has_animation) answer_refusal(ANIMATED);
    size_t width = (size_t)config.input.width, height = (size_t)config.input.height;
    require_size(width, height);
    int channels = config.input.has_alpha ? 4 : 3;
    size_t stride = width * (size_t)channels, bytes = stride * height;
    if (size + bytes + working_memory(&config.input) > WHOLE_PICTURE_LIMIT) {
        answer_refusal(TOO_LARGE);
    }
    uint8_t *pixels = malloc(bytes);
    if (!pixels) answer_refusal(TOO_LARGE);
    config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = bytes;
    status = WebPDecode(file, size, &config);
    if (status != VP8_STATUS_OK) fail(status);
    free(file);
    struct shape shape = {width, height, channels};
    rows_begin(shape);
    for (size_t y = 0; y < height; y++) rows_take(pixels + y * stride);
    free(pixels);
}
