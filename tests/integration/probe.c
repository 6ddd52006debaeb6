/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an intruder would try first, from inside a running daemon: preloaded by test_sandbox_proof.py into the
 * programs as they are shipped. On SIGUSR1 the thread that gets the signal makes the attempt named in
 * UPS_PROBE and writes one line `probe NAME: OUTCOME` to standard error; OUTCOME is "ok" or an errno.
 * Threads that block all signals still get this one.
 *
 * With UPS_PROBE_BARE set it also takes the confinement away (the call that loads the filter, and those of
 * Landlock, do nothing), so that the test can see that each attempt would work without.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *attempt_name;
static int bare;

static int outcome(int result) { return result < 0 ? errno : 0; }

static int try_execve(void) {
    char *argv[] = {"echo", "probe execve: ok", NULL};
    char *env[] = {NULL};
    return outcome(execve("/bin/echo", argv, env));
}

static int try_execveat(void) {
    char *argv[] = {"echo", "probe execveat: ok", NULL};
    char *env[] = {NULL};
    return outcome((int)syscall(SYS_execveat, AT_FDCWD, "/bin/echo", argv, env, 0));
}

static int try_fork(void) {
    const pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) syscall(SYS_exit_group, 0);
    if (child < 0) return errno;
    return outcome(waitpid(child, NULL, 0));
}

/* clone3 with no flags at all is fork too. */
static int try_clone3(void) {
    unsigned long long arguments[8] = {0};
    arguments[4] = SIGCHLD;
    const pid_t child = (pid_t)syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0) syscall(SYS_exit_group, 0);
    if (child < 0) return errno;
    return outcome(waitpid(child, NULL, 0));
}

static int try_open(const char *path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

static int try_shadow(void) { return try_open("/etc/shadow"); }

static int try_write(void) {
    const int fd = open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

static int try_socket(int family, int type) {
    const int fd = socket(family, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

static int try_netlink(void) { return try_socket(AF_NETLINK, SOCK_RAW); }
static int try_packet(void) { return try_socket(AF_PACKET, SOCK_RAW); }
static int try_vsock(void) { return try_socket(AF_VSOCK, SOCK_STREAM); }
static int try_raw_ip(void) {
    const int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

static int try_ptrace(void) { return outcome((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL)); }
static int try_setuid(void) { return outcome((int)syscall(SYS_setuid, 0)); }
static int try_kill_parent(void) { return outcome(kill(getppid(), 0)); }

static int try_code(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? errno : 0;
}

static const struct {
    const char *name;
    int (*make)(void);
} attempts[] = {
    {"execve", try_execve},   {"execveat", try_execveat},  {"fork", try_fork},     {"clone3", try_clone3},
    {"shadow", try_shadow},   {"write", try_write},        {"netlink", try_netlink}, {"packet", try_packet},
    {"vsock", try_vsock},     {"raw_ip", try_raw_ip},      {"ptrace", try_ptrace}, {"setuid", try_setuid},
    {"kill_parent", try_kill_parent}, {"code", try_code},
};

static void on_signal(int number) {
    (void)number;
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; ++i) {
        if (strcmp(attempts[i].name, attempt_name) != 0) continue;
        const int result = attempts[i].make();
        char line[128];
        const int size = result == 0
                             ? snprintf(line, sizeof line, "probe %s: ok\n", attempt_name)
                             : snprintf(line, sizeof line, "probe %s: %s\n", attempt_name,
                                        strerrorname_np(result));
        if (write(STDERR_FILENO, line, (size_t)size) < 0) abort();
    }
}

__attribute__((constructor)) static void start(void) {
    attempt_name = getenv("UPS_PROBE");
    bare = getenv("UPS_PROBE_BARE") != NULL;
    if (attempt_name == NULL) return;
    struct sigaction action = {0};
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
}

/* ---- what is put in the place of library functions ---- */

__attribute__((visibility("default"))) int seccomp_load(void *filter) {
    if (bare) return 0;
    int (*next)(void *);
    *(void **)&next = dlsym(RTLD_NEXT, "seccomp_load");
    return next(filter);
}

__attribute__((visibility("default"))) int pthread_sigmask(int how, const sigset_t *set,
                                                           sigset_t *before) {
    int (*next)(int, const sigset_t *, sigset_t *);
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_sigmask");
    sigset_t mine;
    if (set != NULL) {
        mine = *set;
        if (attempt_name != NULL && how != SIG_UNBLOCK) sigdelset(&mine, SIGUSR1);
        set = &mine;
    }
    return next(how, set, before);
}

__attribute__((visibility("default"))) long syscall(long number, ...) {
    long a[6];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 6; ++i)
        a[i] = va_arg(arguments, long);
    va_end(arguments);
    if (bare && number >= 444 && number <= 446) { /* landlock_* */
        errno = ENOSYS;
        return -1;
    }
    long (*next)(long, ...);
    *(void **)&next = dlsym(RTLD_NEXT, "syscall");
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
