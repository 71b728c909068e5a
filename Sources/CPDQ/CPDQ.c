#include "CPDQ.h"
