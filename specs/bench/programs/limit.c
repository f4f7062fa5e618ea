/*
 * `limit BINARY`: the limit. It launches a sidecar, reads its announcement, asks /health, ends it by SIGTERM and sees its
 * exit, with nothing in between. Prints {"readyNs": …, "stopNs": …}, or ends with 1 and says what was not as it should be.
 */

#define _GNU_SOURCE /* strcasestr */

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANNOUNCEMENT "BACKEND_PORT:"
#define HEADER "content-length:"

extern char **environ;

static pid_t child = -1;

static void fail(const char *what) {
  fprintf(stderr, "limit: %s\n", what);
  if (child > 0) kill(child, SIGKILL);
  exit(1);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The standard output of what it launches. */
static int launch(char *file) {
  int ends[2];
  if (pipe(ends) != 0) fail("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  char *arguments[] = {file, NULL};
  if (posix_spawn(&child, file, &actions, NULL, arguments, environ) != 0) fail("it cannot be launched");
  close(ends[1]);
  return ends[0];
}

/* Only a whole line counts. */
static int read_port(int output) {
  char line[4096];
  size_t length = 0;
  while (length < sizeof line - 1) {
    ssize_t count = read(output, line + length, sizeof line - 1 - length);
    if (count <= 0) fail("it has announced nothing");
    length += count;
    line[length] = 0;
    char *found = strstr(line, ANNOUNCEMENT);
    if (found != NULL && strchr(found, '\n') != NULL) return atoi(found + strlen(ANNOUNCEMENT));
  }
  fail("its announcement is too long");
  return 0;
}

/* As far as Content-Length says, or to the end. */
static int is_whole(const char *answer, size_t length) {
  const char *body = strstr(answer, "\r\n\r\n");
  if (body == NULL) return 0;
  const char *header = strcasestr(answer, HEADER);
  if (header == NULL || header > body) return 0;
  return length >= (size_t)(body + 4 - answer) + (size_t)atol(header + strlen(HEADER));
}

static void ask_health(int port) {
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("it refuses connections");
  char text[8192];
  int asked = snprintf(
    text, sizeof text, "GET /health HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", port);
  if (write(connection, text, asked) != asked) fail("it takes no request");
  size_t length = 0;
  for (;;) {
    ssize_t count = read(connection, text + length, sizeof text - 1 - length);
    if (count < 0) fail("its answer cannot be read");
    length += count;
    text[length] = 0;
    if (count == 0 || is_whole(text, length)) break;
  }
  close(connection);
  if (strncmp(text, "HTTP/1.1 200", 12) != 0) fail("it is not healthy");
  if (strstr(text, "\"status\":\"ok\"") == NULL) fail("its answer is not that of a sidecar");
}

int main(int count, char **arguments) {
  if (count != 2) fail("it takes the path of a binary");
  long long launched = now();
  int output = launch(arguments[1]);
  ask_health(read_port(output));
  long long ready = now();
  kill(child, SIGTERM);
  int status;
  if (waitpid(child, &status, 0) != child) fail("its end cannot be seen");
  long long ended = now();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("it did not exit with 0");
  printf("{\"readyNs\": %lld, \"stopNs\": %lld}\n", ready - launched, ended - ready);
  return 0;
}
