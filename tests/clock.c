/* A clock that stands in December 1999 when a program begins: LD_PRELOADed by tests/test_machine.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static const long long BEGINS = 946684800LL - 30 * 86400;

static int real(clockid_t clock, struct timespec *now) {
    static int (*call)(clockid_t, struct timespec *);
    if (!call) call = dlsym(RTLD_NEXT, "clock_gettime");
    return call(clock, now);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static long long behind;
    struct timespec begun;
    if (!behind && !real(CLOCK_REALTIME, &begun)) behind = begun.tv_sec - BEGINS;
    int failed = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec -= behind;
    return failed;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *kept, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    kept->tv_sec = now.tv_sec;
    kept->tv_usec = now.tv_nsec / 1000;
    return 0;
}
