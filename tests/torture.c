/* Makes one write, flush or rename below a folder fail: LD_PRELOADed by tests/torture.py, which sets which one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

int torture_fail_at = 0; /* which operation fails, counted from 1; 0 is none */
int torture_seen = 0;    /* operations so far */

static int below(const char *path) {
    const char *folder = getenv("TORTURE_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int open_below(int number) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static int fails(int ours, int error) {
    if (!ours || ++torture_seen != torture_fail_at) return 0;
    errno = error;
    return 1;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int n, const void *b, size_t c) {
    REAL(write); return fails(open_below(n), ENOSPC) ? -1 : real(n, b, c); }
ssize_t pwrite(int n, const void *b, size_t c, off_t o) {
    REAL(pwrite); return fails(open_below(n), ENOSPC) ? -1 : real(n, b, c, o); }
ssize_t pwrite64(int n, const void *b, size_t c, off64_t o) {
    REAL(pwrite64); return fails(open_below(n), ENOSPC) ? -1 : real(n, b, c, o); }
ssize_t writev(int n, const struct iovec *v, int c) {
    REAL(writev); return fails(open_below(n), ENOSPC) ? -1 : real(n, v, c); }
size_t fwrite(const void *b, size_t s, size_t c, FILE *f) {
    REAL(fwrite); return fails(open_below(fileno(f)), ENOSPC) ? 0 : real(b, s, c, f); }
int fflush(FILE *f) {
    REAL(fflush); return f && fails(open_below(fileno(f)), ENOSPC) ? EOF : real(f); }
int fsync(int n) {
    REAL(fsync); return fails(open_below(n), EIO) ? -1 : real(n); }
int fdatasync(int n) {
    REAL(fdatasync); return fails(open_below(n), EIO) ? -1 : real(n); }
int ftruncate(int n, off_t c) {
    REAL(ftruncate); return fails(open_below(n), ENOSPC) ? -1 : real(n, c); }
int ftruncate64(int n, off64_t c) {
    REAL(ftruncate64); return fails(open_below(n), ENOSPC) ? -1 : real(n, c); }
int rename(const char *a, const char *b) {
    REAL(rename); return fails(below(a), EIO) ? -1 : real(a, b); }
int renameat(int d, const char *a, int e, const char *b) {
    REAL(renameat); return fails(below(a), EIO) ? -1 : real(d, a, e, b); }
int linkat(int d, const char *a, int e, const char *b, int f) {
    REAL(linkat); return fails(below(a), EIO) ? -1 : real(d, a, e, b, f); }
int link(const char *a, const char *b) {
    REAL(link); return fails(below(a), EIO) ? -1 : real(a, b); }
