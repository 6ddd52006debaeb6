/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_login1 [refuse]: systemd-logind's part in sleep, on the system bus of the environment.
 *
 *     standard input   "sleep", "wake": PrepareForSleep; its end is ours
 *     standard output  "ready"; "lock WHAT WHO MODE" for a lock that was given, "free" when it was closed
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

static const char object[] = "/org/freedesktop/login1";
static const char interface[] = "org.freedesktop.login1.Manager";

static bool is_refusing;
static sd_event *loop;
static sd_bus *bus;

static int on_free(sd_event_source *source, int fd, uint32_t events, void *data) {
    (void)events;
    (void)data;
    sd_event_source_unref(source);
    close(fd);
    puts("free");
    return 0;
}

static int inhibit(sd_bus_message *call, void *data, sd_bus_error *error) {
    (void)data;
    const char *what, *who, *why, *mode;
    const int got = sd_bus_message_read(call, "ssss", &what, &who, &why, &mode);
    if (got < 0) return got;
    if (is_refusing) return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "not you");
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
    sd_event_source *source;
    const int added = sd_event_add_io(loop, &source, ends[0], EPOLLHUP, on_free, NULL);
    if (added < 0) return added;
    const int sent = sd_bus_reply_method_return(call, "h", ends[1]);
    close(ends[1]);
    printf("lock %s %s %s\n", what, who, mode);
    return sent;
}

static const sd_bus_vtable table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Inhibit", "ssss", "h", inhibit, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("PrepareForSleep", "b", 0),
    SD_BUS_VTABLE_END,
};

static int on_command(sd_event_source *source, int fd, uint32_t events, void *data) {
    (void)source;
    (void)events;
    (void)data;
    char line[64] = "";
    if (read(fd, line, sizeof line - 1) <= 0) return sd_event_exit(loop, 0);
    return sd_bus_emit_signal(bus, object, interface, "PrepareForSleep", "b", strcmp(line, "sleep\n") == 0);
}

int main(int argc, char **argv) {
    is_refusing = argc > 1 && strcmp(argv[1], "refuse") == 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (sd_event_new(&loop) < 0 || sd_bus_open_system(&bus) < 0 ||
        sd_bus_add_object_vtable(bus, NULL, object, interface, table, NULL) < 0 ||
        sd_bus_request_name(bus, "org.freedesktop.login1", 0) < 0 ||
        sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL) < 0 ||
        sd_event_add_io(loop, NULL, STDIN_FILENO, EPOLLIN, on_command, NULL) < 0)
        return 1;
    puts("ready");
    return sd_event_loop(loop) < 0;
}
