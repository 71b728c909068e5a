#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "answer.h"
#include "budget.h"
#include "formats.h"
#include "rows.h"
#include "source.h"

/* Where the file was read to. */
static uint64_t offset;

static void read_bytes(png_structp png, png_bytep bytes, size_t count) {
    (void)png;
    if (source_read(offset, bytes, count) < count) answer_refusal(DAMAGED);
    offset += count;
}

static _Noreturn void fail(png_structp png, png_const_charp words) {
    (void)png;
    (void)words;
    answer_refusal(DAMAGED);
}

/* Whether a chunk changes what is seen: one whose name has a capital first (PNG 3 §5.4), and the
   transparent colour. */
static int is_seen(const char *name) {
    return (name[0] >= 'A' && name[0] <= 'Z') || strncmp(name, "tRNS", 4) == 0;
}

/* What it would warn of and go on, in words that begin with the name of the chunk: pixels that no
   two programs make the same of. All else is no part of the picture. */
static void judge_warning(png_structp png, png_const_charp words) {
    (void)png;
    if (strlen(words) > 4 && words[4] == ':' && is_seen(words)) answer_refusal(DAMAGED);
}

static png_voidp take_memory(png_structp png, png_alloc_size_t size) {
    (void)png;
    void *memory = malloc(size);
    if (!memory) answer_refusal(TOO_LARGE);
    return memory;
}

static void give_memory(png_structp png, png_voidp memory) {
    (void)png;
    free(memory);
}

/* Whether acTL says that there is one frame (PNG 3 §11.3.4.1), and so one picture: its first four
   bytes are the number. */
static int has_one_frame(const png_unknown_chunkp chunk) {
    static const uint8_t one[] = {0, 0, 0, 1};
    return chunk->size == 8 && memcmp(chunk->data, one, sizeof one) == 0;
}

/* Whether acTL came, whether fcTL says that the pixels are its frame, and whether pixels came. */
static int is_controlled, is_framed, has_pixels;

/* A PNG with acTL may have more than one picture: its frame may also be another one than its pixels,
   which then stand before fcTL. One with a chunk that nobody knows, and that must be known, cannot
   be seen. */
static int look_at_chunk(png_structp png, png_unknown_chunkp chunk) {
    (void)png;
    if (memcmp(chunk->name, "acTL", 4) == 0) {
        if (!has_one_frame(chunk)) answer_refusal(ANIMATED);
        if (!has_pixels) is_controlled = 1;
    }
    if (memcmp(chunk->name, "fcTL", 4) == 0 && is_controlled) {
        if (has_pixels || is_framed) answer_refusal(ANIMATED);
        is_framed = 1;
    }
    if (is_seen((const char *)chunk->name)) answer_refusal(FORMAT);
    return 1;
}

/* What is not read at all: none of it changes a pixel here, and most of it was packed by others. */
static const png_byte passed_over[] =
    "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0"
    "tEXt\0tIME\0zTXt";

/* Bytes of a chunk that is kept while it is looked at; libpng's own number. */
#define CHUNK_LIMIT (8 << 20)

static png_structp open_png(png_infop *info) {
    png_structp png = png_create_read_struct_2(
        PNG_LIBPNG_VER_STRING, NULL, fail, judge_warning, NULL, take_memory, give_memory);
    if (!png) answer_refusal(TOO_LARGE);
    *info = png_create_info_struct(png);
    if (!*info) answer_refusal(TOO_LARGE);
    png_set_read_fn(png, NULL, read_bytes);
    /* Larger sides than ours are refused by us, with their own reason. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_benign_errors(png, 1);
    png_set_chunk_malloc_max(png, CHUNK_LIMIT);
    png_set_keep_unknown_chunks(
        png, PNG_HANDLE_CHUNK_NEVER, passed_over, (int)(sizeof passed_over / 5));
    png_set_read_user_chunk_fn(png, NULL, look_at_chunk);
    return png;
}

/* Reads an interlaced picture, which is complete only after its last pass. */
static void read_whole(png_structp png, int passes, size_t height, size_t stride) {
    if (height * stride > WHOLE_PICTURE_LIMIT) answer_refusal(TOO_LARGE);
    uint8_t *all = malloc(height * stride);
    if (!all) answer_refusal(TOO_LARGE);
    for (int pass = 0; pass < passes; pass++) {
        for (size_t y = 0; y < height; y++) png_read_row(png, all + y * stride, NULL);
    }
    for (size_t y = 0; y < height; y++) rows_take(all + y * stride);
    free(all);
}

static void read_rows(png_structp png, size_t height, size_t stride) {
    uint8_t *row = malloc(stride);
    if (!row) answer_refusal(TOO_LARGE);
    for (size_t y = 0; y < height; y++) {
        png_read_row(png, row, NULL);
        rows_take(row);
    }
    free(row);
}

void decode_png(void) {
    png_infop info;
    offset = 0;
    is_controlled = is_framed = has_pixels = 0;
    png_structp png = open_png(&info);
    png_read_info(png, info);
    has_pixels = 1;
    size_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    require_size(width, height);
    /* Palettes, few bits and a transparent colour become bytes; of 16 bits the higher one stays. */
    png_set_expand(png);
    png_set_strip_16(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    struct shape shape = {width, height, png_get_channels(png, info)};
    size_t stride = png_get_rowbytes(png, info);
    rows_begin(shape);
    if (passes > 1) {
        read_whole(png, passes, height, stride);
    } else {
        read_rows(png, height, stride);
    }
    png_read_end(png, NULL);
}
