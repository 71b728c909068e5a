#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "answer.h"
#include "budget.h"
#include "formats.h"
#include "rows.h"
#include "source.h"

/* Rows that are read at once: libjpeg makes up to so many in one step. */
#define ROWS 16

/* The reader of the file: libjpeg's, and what it does not know. */
struct jpeg_source {
    struct jpeg_source_mgr public;
    uint64_t offset;
    uint8_t chunk[CHUNK_BYTES];
};

static struct jpeg_source source;

static void begin_source(j_decompress_ptr jpeg) { (void)jpeg; }

/* A file that ends too early is damaged: what libjpeg would put in its place was never there. */
static boolean fill_source(j_decompress_ptr jpeg) {
    (void)jpeg;
    size_t count = source_read(source.offset, source.chunk, sizeof source.chunk);
    if (count == 0) answer_refusal(DAMAGED);
    source.offset += count;
    source.public.next_input_byte = source.chunk;
    source.public.bytes_in_buffer = count;
    return TRUE;
}

static void skip_source(j_decompress_ptr jpeg, long count) {
    (void)jpeg;
    if (count <= 0) return;
    size_t left = source.public.bytes_in_buffer;
    if ((size_t)count <= left) {
        source.public.next_input_byte += count;
        source.public.bytes_in_buffer = left - (size_t)count;
        return;
    }
    source.offset += (uint64_t)count - left;
    source.public.bytes_in_buffer = 0;
}

static _Noreturn void fail(j_common_ptr jpeg) {
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: answer_refusal(TOO_LARGE);
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: answer_refusal(FORMAT);
    default: answer_refusal(DAMAGED);
    }
}

/* Whether a warning is about no pixel: another version of JFIF; the bands of a sequential scan,
   which has all of them whatever it says; bytes between the segments before the first scan. */
static int is_unseen(j_common_ptr jpeg) {
    switch (jpeg->err->msg_code) {
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL: return 1;
    case JWRN_EXTRANEOUS_DATA: return ((j_decompress_ptr)jpeg)->input_scan_number == 0;
    default: return 0;
    }
}

/* What libjpeg would warn of and go on: the picture is not what was saved, where it is seen. */
static void judge_message(j_common_ptr jpeg, int level) {
    if (level < 0 && !is_unseen(jpeg)) answer_refusal(DAMAGED);
}

static void watch(j_common_ptr jpeg) {
    j_decompress_ptr decoder = (j_decompress_ptr)jpeg;
    if (decoder->input_scan_number > SCAN_LIMIT) answer_refusal(TOO_MANY_SCANS);
}

/* Four inks become red, green and blue: the samples are, as Adobe stores them, what the paper still
   gives back, and black takes its part of each. */
static void ink_to_rgb(uint8_t *row, size_t width) {
    for (size_t x = 0; x < width; x++) {
        unsigned black = row[4 * x + 3];
        for (size_t c = 0; c < 3; c++) {
            row[3 * x + c] = (uint8_t)((row[4 * x + c] * black + 127) / 255);
        }
    }
}

/* Says how the colours are wanted, and returns the channels of a row. */
static int choose_colours(j_decompress_ptr jpeg) {
    switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; return 1;
    case JCS_CMYK:
    case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; return 3;
    default: jpeg->out_color_space = JCS_RGB; return 3;
    }
}

static void read_rows(j_decompress_ptr jpeg) {
    size_t stride = (size_t)jpeg->output_width * (size_t)jpeg->output_components;
    uint8_t *block = malloc(ROWS * stride);
    if (!block) answer_refusal(TOO_LARGE);
    JSAMPROW rows[ROWS];
    for (size_t i = 0; i < ROWS; i++) rows[i] = block + i * stride;
    while (jpeg->output_scanline < jpeg->output_height) {
        JDIMENSION count = jpeg_read_scanlines(jpeg, rows, ROWS);
        for (JDIMENSION i = 0; i < count; i++) {
            if (jpeg->out_color_space == JCS_CMYK) ink_to_rgb(rows[i], jpeg->output_width);
            rows_take(rows[i]);
        }
    }
    free(block);
}

void decode_jpeg(void) {
    static struct jpeg_decompress_struct jpeg;
    static struct jpeg_error_mgr errors;
    static struct jpeg_progress_mgr progress;
    jpeg.err = jpeg_std_error(&errors);
    errors.error_exit = fail;
    errors.emit_message = judge_message;
    jpeg_create_decompress(&jpeg);
    progress.progress_monitor = watch;
    jpeg.progress = &progress;
    jpeg.mem->max_memory_to_use = (long)WHOLE_PICTURE_LIMIT;
    source.offset = 0;
    source.public.bytes_in_buffer = 0;
    source.public.init_source = begin_source;
    source.public.fill_input_buffer = fill_source;
    source.public.skip_input_data = skip_source;
    source.public.resync_to_restart = jpeg_resync_to_restart;
    source.public.term_source = begin_source;
    jpeg.src = &source.public;
    jpeg_read_header(&jpeg, TRUE);
    require_size(jpeg.image_width, jpeg.image_height);
    struct shape shape = {jpeg.image_width, jpeg.image_height, choose_colours(&jpeg)};
    jpeg.dct_method = JDCT_ISLOW;
    jpeg.do_fancy_upsampling = TRUE;
    rows_begin(shape);
    jpeg_start_decompress(&jpeg);
    read_rows(&jpeg);
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
}

void prepare_jpeg(void) {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long count = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &count);
    jpeg.image_width = jpeg.image_height = 8;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    jpeg_destroy_compress(&jpeg);
    free(bytes);
}
