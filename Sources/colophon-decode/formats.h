/* The picture from its first byte to its answer. There is one function for each format: it reads
   the picture, gives its rows to `rows.h`, and returns after the last one. What cannot be read is
   refused there and then. */

#ifndef COLOPHON_FORMATS_H
#define COLOPHON_FORMATS_H

/* Decodes the picture, turns it as `orientation` of EXIF says, 1 to 8, and answers. */
_Noreturn void decode_picture(int orientation);

/* JPEG by libjpeg-turbo, with the exact integer transform and the usual upsampling. */
void decode_jpeg(void);

/* Lets libjpeg look at the processor: on some it reads a file of the system for that. */
void prepare_jpeg(void);

/* PNG by libpng; profiles and gamma change nothing. */
void decode_png(void);

/* WebP by libwebp, lossy and lossless. */
void decode_webp(void);

#endif
