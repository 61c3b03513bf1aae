#define _GNU_SOURCE
#include "CPtyKit.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

int cpk_open_master(char *name, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0) return -1;
    if (grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, size) != 0) {
        close(master);
        return -1;
    }
    return master;
}

void cpk_close_others(void *actions) {
    posix_spawn_file_actions_addclosefrom_np((posix_spawn_file_actions_t *)actions, 3);
}
