// Lets a program fail at one of its calls. To be preloaded.
//
// Counted from 1 are the calls that change files or, with FAIL_CALLS=reads, those that read files below FAIL_UNDER. FAIL_AT
// names the one that fails, FAIL_HOW what happens there: `kill`, `term` (a signal, after which the call is done) or the number
// of an error. Without FAIL_AT nothing fails. The count goes to the file that FAIL_COUNT names, if the program gets to its end.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long count;

static int is_about(const char *calls) {
  const char *wanted = getenv("FAIL_CALLS");
  return !strcmp(wanted ? wanted : "changes", calls);
}

// Whether the call at hand is to fail; a signal comes here.
static int fails_as(const char *calls) {
  if (!is_about(calls)) return 0;
  const long number = ++count;
  const char *at = getenv("FAIL_AT");
  if (!at || atol(at) != number) return 0;
  const char *how = getenv("FAIL_HOW");
  if (how && !strcmp(how, "kill")) kill(getpid(), SIGKILL);
  if (how && !strcmp(how, "term")) {
    kill(getpid(), SIGTERM);
    return 0;
  }
  errno = how ? atoi(how) : EIO;
  return 1;
}

static int fails(void) { return fails_as("changes"); }

// Whether a file lies below FAIL_UNDER.
static int lies_below(int file) {
  const char *top = getenv("FAIL_UNDER");
  char link[32], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (!top || length < 0) return 0;
  path[length] = 0;
  const size_t count = strlen(top);
  return !strncmp(path, top, count) && (path[count] == '/' || path[count] == 0);
}

static int read_fails(int file) {
  return is_about("reads") && lies_below(file) && fails_as("reads");
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// Messages are not what is tested.
static int counts(int file) { return file > 2; }

ssize_t write(int file, const void *bytes, size_t length) {
  if (counts(file) && fails()) return -1;
  return NEXT(write)(file, bytes, length);
}

ssize_t read(int file, void *bytes, size_t length) {
  return read_fails(file) ? -1 : NEXT(read)(file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset) {
  return read_fails(file) ? -1 : NEXT(pread)(file, bytes, length, offset);
}

ssize_t pread64(int file, void *bytes, size_t length, off64_t offset) {
  return read_fails(file) ? -1 : NEXT(pread64)(file, bytes, length, offset);
}

int fsync(int file) { return fails() ? -1 : NEXT(fsync)(file); }

int rename(const char *old, const char *new) { return fails() ? -1 : NEXT(rename)(old, new); }

int unlink(const char *path) { return fails() ? -1 : NEXT(unlink)(path); }

int unlinkat(int directory, const char *path, int flags) {
  return fails() ? -1 : NEXT(unlinkat)(directory, path, flags);
}

int rmdir(const char *path) { return fails() ? -1 : NEXT(rmdir)(path); }

int mkdir(const char *path, mode_t mode) { return fails() ? -1 : NEXT(mkdir)(path, mode); }

int open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if (fails()) return -1;
  }
  return NEXT(open)(path, flags, mode);
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("FAIL_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%ld\n", (long)count);
  fclose(file);
}
