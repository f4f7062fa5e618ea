/*
 * A sidecar that floods stderr when it is asked to: GET /flood?WRITE&TOTAL writes TOTAL bytes of log, lines of 100 bytes,
 * in writes of WRITE bytes, and answers how many nanoseconds that took. `flood WRITE TOTAL` does the same at once, without
 * being a sidecar, and prints them.
 */

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES 100
#define MOST_BYTES (64 * 1024)

static char text[MOST_BYTES + LINE_BYTES];

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long flood(size_t each, long long total) {
  long long begun = now();
  /* Where in a line a write begins: also when its size is no multiple of a line's. */
  size_t place = 0;
  for (long long written = 0; written < total;) {
    size_t wanted = total - written < (long long)each ? (size_t)(total - written) : each;
    ssize_t count = write(2, text + place, wanted);
    if (count <= 0) exit(1);
    written += count;
    place = (place + count) % LINE_BYTES;
  }
  return now() - begun;
}

static void leave(int number) {
  (void)number;
  _exit(0);
}

static void answer(int connection, double since) {
  char request[4096], body[256], whole[1024];
  ssize_t count = read(connection, request, sizeof request - 1);
  if (count <= 0) return;
  request[count] = 0;
  size_t each;
  long long total;
  if (sscanf(request, "GET /flood?%zu&%lld ", &each, &total) == 2 && each <= MOST_BYTES) {
    snprintf(body, sizeof body, "{\"ns\":%lld}", flood(each, total));
  } else {
    char utc[32];
    time_t seconds = time(NULL);
    strftime(utc, sizeof utc, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
    snprintf(body, sizeof body, "{\"status\":\"ok\",\"app\":\"flood\",\"timestamp\":\"%s\",\"uptime\":%.3f}", utc,
             (now() - since) / 1e9);
  }
  int length = snprintf(whole, sizeof whole,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "Connection: close\r\n\r\n%s",
                        strlen(body), body);
  if (write(connection, whole, length) != length) exit(1);
}

int main(int count, char **arguments) {
  memset(text, 'x', sizeof text);
  for (size_t end = LINE_BYTES - 1; end < sizeof text; end += LINE_BYTES) text[end] = '\n';
  if (count == 3) {
    long long total = atoll(arguments[2]);
    printf("{\"ns\":%lld}\n", flood(atol(arguments[1]), total));
    return 0;
  }
  signal(SIGTERM, leave);
  signal(SIGINT, leave);
  double begun = now();
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 16) != 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("BACKEND_PORT:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) return 1;
    answer(connection, begun);
    close(connection);
  }
}
