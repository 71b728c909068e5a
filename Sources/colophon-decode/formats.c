#include "formats.h"

#include <string.h>

#include "answer.h"
#include "rows.h"
#include "source.h"

void decode_picture(int orientation) {
    uint8_t start[12] = {0};
    source_read(0, start, sizeof start);
    if (memcmp(start, "\xFF\xD8\xFF", 3) == 0) {
        decode_jpeg();
    } else if (memcmp(start, "\x89PNG\r\n\x1A\n", 8) == 0) {
        decode_png();
    } else if (memcmp(start, "RIFF", 4) == 0 && memcmp(start + 8, "WEBP", 4) == 0) {
        decode_webp();
    } else {
        answer_refusal(FORMAT);
    }
    rows_end(orientation);
}
