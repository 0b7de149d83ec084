/* Loaded before the C library (LD_PRELOAD): the n-th call that writes below a folder fails with EIO.
 *
 * DISK_FOLDER is the folder, DISK_FAILS the call that fails (from 1; 0 for none), DISK_COUNT a file that gets the number
 * of calls seen when the process ends. Counted are open for writing, write, pwrite, writev, fsync, ftruncate, rename,
 * link, symlink, mkdir and unlink: what Python, Rust and zlib write files with.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int is_below(const char *path) {
  const char *folder = getenv("DISK_FOLDER");
  return folder && path && !strncmp(path, folder, strlen(folder));
}

static int is_ours(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static int fails(void) {
  const char *at = getenv("DISK_FAILS");
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (at && number == atol(at)) {
    errno = EIO;
    return 1;
  }
  return 0;
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("DISK_COUNT");
  long seen = atomic_load(&calls);
  if (!path || !seen) return;
  FILE *file = fopen(path, "w");
  if (file) {
    fprintf(file, "%ld\n", seen);
    fclose(file);
  }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPENING(name)                                                                     \
  int name(const char *path, int flags, ...) {                                            \
    va_list given;                                                                        \
    va_start(given, flags);                                                               \
    mode_t mode = va_arg(given, mode_t);                                                  \
    va_end(given);                                                                        \
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_below(path) && fails()) return -1;  \
    return REAL(name)(path, flags, mode);                                                 \
  }
OPENING(open)
OPENING(open64)

ssize_t write(int to, const void *from, size_t size) { return is_ours(to) && fails() ? -1 : REAL(write)(to, from, size); }
ssize_t pwrite64(int to, const void *from, size_t size, off64_t at) { return is_ours(to) && fails() ? -1 : REAL(pwrite64)(to, from, size, at); }
ssize_t writev(int to, const struct iovec *from, int count) { return is_ours(to) && fails() ? -1 : REAL(writev)(to, from, count); }
int fsync(int of) { return is_ours(of) && fails() ? -1 : REAL(fsync)(of); }
int ftruncate64(int of, off64_t size) { return is_ours(of) && fails() ? -1 : REAL(ftruncate64)(of, size); }
int rename(const char *from, const char *to) { return is_below(to) && fails() ? -1 : REAL(rename)(from, to); }
int link(const char *from, const char *to) { return is_below(to) && fails() ? -1 : REAL(link)(from, to); }
int symlink(const char *from, const char *to) { return is_below(to) && fails() ? -1 : REAL(symlink)(from, to); }
int mkdir(const char *path, mode_t mode) { return is_below(path) && fails() ? -1 : REAL(mkdir)(path, mode); }
int unlink(const char *path) { return is_below(path) && fails() ? -1 : REAL(unlink)(path); }
