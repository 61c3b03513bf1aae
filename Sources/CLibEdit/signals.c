#define _GNU_SOURCE
#include "CLibEdit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// Blocking is not enough: the main thread of an asynchronous Swift program ends in dispatch_main, which waits with an empty
// signal mask. So the signals also have a handler, and all it does is to pass the signal to the thread that reads them;
// there it is blocked and comes out of the signalfd.

static _Atomic int receiver = 0;

static void fill(sigset_t *set, const int *signals, int count) {
    sigemptyset(set);
    for (int i = 0; i < count; i++) sigaddset(set, signals[i]);
}

static void forward(int signal_number) {
    int error = errno;
    int thread = atomic_load(&receiver);
    if (thread != 0) {
        syscall(SYS_tgkill, getpid(), thread, signal_number);
    } else if (signal_number == SIGINT || signal_number == SIGTERM || signal_number == SIGHUP) {
        // Nobody reads signals yet, or any more: they do what they do by default.
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    errno = error;
}

void cle_signals_capture(const int *signals, int count) {
    sigset_t set;
    fill(&set, signals, count);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    struct sigaction action = {0};
    action.sa_handler = forward;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < count; i++) sigaction(signals[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int cle_signals_open(const int *signals, int count, int non_blocking) {
    sigset_t set;
    fill(&set, signals, count);
    int descriptor = signalfd(-1, &set, SFD_CLOEXEC | (non_blocking ? SFD_NONBLOCK : 0));
    if (descriptor >= 0) atomic_store(&receiver, (int)syscall(SYS_gettid));
    return descriptor;
}

void cle_signals_close(int descriptor) {
    atomic_store(&receiver, 0);
    if (descriptor >= 0) close(descriptor);
}

int cle_signals_next(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count;
    do {
        count = read(descriptor, &info, sizeof info);
    } while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void cle_stop_process(void) {
    struct sigaction action = {0}, previous;
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, &previous);
    sigset_t set, mask;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    // To this thread, so that the process has stopped and gone on when pthread_sigmask returns.
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &set, &mask);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &previous, NULL);
}
