/*
 * `stamp FILE COMMAND [ARGUMENT…]`: writes the time to the file, and becomes the command. Tools that launch a sidecar by a
 * command do not say when they did. On Linux the clock is the one of process.hrtime.
 */

#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 3) return 2;
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  FILE *file = fopen(arguments[1], "w");
  if (file == NULL) return 1;
  fprintf(file, "%lld\n", time.tv_sec * 1000000000LL + time.tv_nsec);
  if (fclose(file) != 0) return 1;
  execvp(arguments[2], arguments + 2);
  return 127;
}
