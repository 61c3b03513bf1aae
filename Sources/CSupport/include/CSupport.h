#ifndef BEAMSH_CSUPPORT_H
#define BEAMSH_CSUPPORT_H

#include <stddef.h>

/// What releasing nested terms needs to know about this thread: Swift has no cheap thread-local storage of its own.
typedef struct {
    /// How many releases of containers are under way inside one another.
    int depth;
    /// Elements that wait until the outermost release takes them; a retained Swift object or NULL.
    void *_Nullable pending;
} beamsh_release_state;

// Initial exec: one instruction instead of a call, in an executable and in what it is linked with.
extern __thread beamsh_release_state beamsh_thread_release_state __attribute__((tls_model("initial-exec")));

static inline beamsh_release_state *_Nonnull beamsh_release_state_of_thread(void) {
    return &beamsh_thread_release_state;
}

extern __thread void *_Nullable beamsh_thread_scheduler __attribute__((tls_model("initial-exec")));

/// The scheduler whose thread this is; NULL on other threads.
static inline void *_Nullable beamsh_scheduler_of_thread(void) { return beamsh_thread_scheduler; }
static inline void beamsh_set_scheduler_of_thread(void *_Nullable scheduler) { beamsh_thread_scheduler = scheduler; }

/// Bytes of the heap that are in use.
size_t beamsh_heap_in_use(void);

/// Gives what the heap keeps for later back to the system.
void beamsh_trim_heap(void);

// Pages that the calling thread was the first to touch.
long beamsh_thread_faults(void);

// Names the calling thread; Linux takes 15 bytes.
void beamsh_name_thread(const char *_Nonnull name);

// The next connection of a listening socket, closed on exec and not blocking; -1 and errno as accept(2).
int beamsh_accept(int listener);

// The port a socket is bound to, -1 if it is none of IPv4.
int beamsh_socket_port(int socket);

#endif
