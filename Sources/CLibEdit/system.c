#define _GNU_SOURCE
#include "CLibEdit.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

int cle_wakeup_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cle_width(wchar_t character) { return wcwidth(character); }
