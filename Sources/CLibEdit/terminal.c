#define _GNU_SOURCE
#include "CLibEdit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

// Only async-signal-safe calls below cle_terminal_restore: it also runs while the process crashes.

static struct termios saved;
static volatile sig_atomic_t is_saved = 0;
static volatile sig_atomic_t bracketed_paste = 0;
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
static struct sigaction previous[sizeof fatal / sizeof fatal[0]];

void cle_terminal_restore(void) {
    if (!is_saved) return;
    int error = errno;
    if (bracketed_paste) {
        static const char off[] = "\033[?2004l";
        ssize_t ignored = write(STDOUT_FILENO, off, sizeof off - 1);
        (void)ignored;
        bracketed_paste = 0;
    }
    // A background job that set the terminal would be stopped by SIGTTOU; it leaves the terminal to its new owner.
    if (tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetattr(STDIN_FILENO, TCSANOW, &saved);
    errno = error;
}

static void crashed(int signal_number) {
    cle_terminal_restore();
    // Hand over to whoever was there before (a backtracer, or the default action).
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        if (fatal[i] == signal_number) sigaction(signal_number, &previous[i], NULL);
    raise(signal_number);
}

void cle_terminal_save(void) {
    if (is_saved || tcgetattr(STDIN_FILENO, &saved) != 0) return;
    is_saved = 1;
    atexit(cle_terminal_restore);
    struct sigaction action = {0};
    action.sa_handler = crashed;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK;
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) sigaction(fatal[i], &action, &previous[i]);
}

void cle_terminal_set_bracketed_paste(int on) { bracketed_paste = on; }
