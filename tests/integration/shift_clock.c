/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wall clock that jumps, and a machine that seems to have slept: preloaded by tests/support/clocks.py. What
 * the wall clock says is shifted by the number of seconds in the first eight bytes of the file
 * UPS_CLOCK_SHIFT, what the clock that counts sleep says by that in the next eight. The file is mapped, so
 * that a write to it takes effect at once. The monotonic clock is left alone.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("UPS_CLOCK_SHIFT");
    const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    void *page = mmap(NULL, 2 * sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (page != MAP_FAILED) shift = page;
}

static time_t seconds(clockid_t clock) {
    if (shift == NULL) return 0;
    if (clock == CLOCK_BOOTTIME) return (time_t)shift[1];
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? (time_t)shift[0] : 0;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*next)(clockid_t, struct timespec *);
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = next(clock, now);
    if (result == 0) now->tv_sec += seconds(clock);
    return result;
}

__attribute__((visibility("default"))) time_t time(time_t *store) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (store != NULL) *store = now.tv_sec;
    return now.tv_sec;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
