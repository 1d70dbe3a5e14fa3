// Lets a program fail at one of its calls that change files. To be preloaded.
//
// Calls are counted from 1. FAIL_AT names the one that fails, FAIL_HOW what happens there: `kill`, or the number of an
// error. Without FAIL_AT nothing fails. The count goes to the file that FAIL_COUNT names, if the program gets to its end.

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

// Whether the call at hand is to fail; a kill happens here.
static int fails(void) {
  const long number = ++count;
  const char *at = getenv("FAIL_AT");
  if (!at || atol(at) != number) return 0;
  const char *how = getenv("FAIL_HOW");
  if (how && !strcmp(how, "kill")) kill(getpid(), SIGKILL);
  errno = how ? atoi(how) : EIO;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// Messages are not what is tested.
static int counts(int file) { return file > 2; }

ssize_t write(int file, const void *bytes, size_t length) {
  if (counts(file) && fails()) return -1;
  return NEXT(write)(file, bytes, length);
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
