/* PDQ, the perceptual hash of Meta's ThreatExchange, for pictures in memory. */

#ifndef COLOPHON_CPDQ_H
#define COLOPHON_CPDQ_H

/* The side of the square that a picture is brought to. */
#define CPDQ_SIDE 64

#endif
