/*
 * `spawn`: how long the system takes to spawn a program: posix_spawn of /bin/true, which comes back when that is what runs.
 * Prints {"ns": …}, the median of many.
 */

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#define TIMES 41

extern char **environ;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int compare(const void *one, const void *other) {
  long long a = *(const long long *)one, b = *(const long long *)other;
  return (a > b) - (a < b);
}

int main(void) {
  char *arguments[] = {"/bin/true", NULL};
  long long taken[TIMES];
  for (int time = 0; time < TIMES; time++) {
    pid_t child;
    int status;
    long long begun = now();
    if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) != 0) return 1;
    taken[time] = now() - begun;
    if (waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  qsort(taken, TIMES, sizeof taken[0], compare);
  printf("{\"ns\": %lld}\n", taken[TIMES / 2]);
  return 0;
}
