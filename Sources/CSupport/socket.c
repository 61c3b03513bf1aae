#define _GNU_SOURCE
#include "CSupport.h"

#include <netinet/in.h>
#include <sys/socket.h>

int beamsh_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int beamsh_socket_port(int socket) {
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    return getsockname(socket, (struct sockaddr *)&address, &size) == 0 ? ntohs(address.sin_port) : -1;
}
