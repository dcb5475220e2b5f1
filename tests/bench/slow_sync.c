/* SPDX-License-Identifier: Apache-2.0
 *
 * For LD_PRELOAD: a disk whose every flush takes SC_SLOW_SYNC_MS milliseconds longer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_fn)(int fd);

static int slowly(const char *name, int fd)
{
    const char *wanted = getenv("SC_SLOW_SYNC_MS");
    long milliseconds = wanted ? atol(wanted) : 0;
    struct timespec pause = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
    sync_fn really = (sync_fn)dlsym(RTLD_NEXT, name);

    nanosleep(&pause, NULL);
    return really(fd);
}

int fdatasync(int fd)
{
    return slowly("fdatasync", fd);
}

int fsync(int fd)
{
    return slowly("fsync", fd);
}
