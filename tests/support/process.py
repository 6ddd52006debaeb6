# SPDX-License-Identifier: Apache-2.0
"""One program under test: its log, its signals, its end."""

import os
import pathlib
import signal
import subprocess

from .wait import wait_for


class Process:
    """Runs from the constructor on. Output of both kinds goes to one log file."""

    def __init__(self, name, argv, env, log_path, cwd="/", user=None, out=None):
        """`user`: whom to run it as, if not oneself. `out`: a descriptor that takes the output to the log file; it
        is closed here."""
        self.name = name
        self.argv = [str(word) for word in argv]
        self.log_path = log_path
        with open(log_path, "ab") if out is None else os.fdopen(out, "ab", buffering=0) as log:
            self._popen = subprocess.Popen(self.argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=subprocess.STDOUT,
                                           start_new_session=True, user=user,
                                           extra_groups=[] if user else None)
        self.pid = self._popen.pid

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self):
        return self._popen.poll() is None

    def wait_log(self, text, within=10.0):
        """Waits until the log holds `text`; a program that ends without saying it fails at once."""
        return self.wait_until(lambda: text in self.log(), within, f"log says {text!r}")

    def wait_until(self, condition, within=10.0, what=""):
        """As `wait_for`, but gives up as soon as the program has ended."""
        def check():
            result = condition()
            if not result and not self.is_running():
                raise RuntimeError(f"{self.name} ended with {self._popen.returncode}, "
                                   f"waiting for {what}\n{self.log()}")
            return result
        return wait_for(check, within, lambda: f"{self.name}: {what}\n{self.log()}")

    def signal(self, number):
        self._popen.send_signal(number)

    def freeze(self):
        freeze(self.pid)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """kill -9, and waits for the end."""
        self.signal(signal.SIGKILL)
        self._popen.wait()

    def stop(self, within=10.0):
        """Asks it to end with SIGTERM. Returns the exit status, negative for a signal; a program that
        does not obey is killed and fails the test."""
        if self.is_running():
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        return self.wait_end(within)

    def wait_end(self, within=10.0):
        """Waits for the end by itself; the exit status."""
        try:
            wait_for(lambda: not self.is_running(), within)
        except AssertionError:
            self.kill()
            raise AssertionError(f"{self.name} did not end\n{self.log()}") from None
        return self._popen.returncode

    def descriptors(self):
        """What its open descriptors point to."""
        return descriptors_of(self.pid)

    def resident_kib(self):
        return resident_kib_of(self.pid)

    def cpu_ticks(self):
        return cpu_ticks_of(self.pid)


def resident_kib_of(pid):
    """Resident memory in KiB. 0 for a program with the address sanitizer: it keeps freed memory aside, so
    that its size says nothing about growth."""
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as file:
        if "libasan" in file.read():
            return 0
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise ProcessLookupError(pid)


def cpu_ticks_of(pid):
    """User + system time used so far, in clock ticks."""
    fields = stat_fields(pid)
    return int(fields[11]) + int(fields[12])


def freeze(pid):
    """SIGSTOP, and waits until it has stopped: a signal that comes at once after it may overtake it."""
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: stat_fields(pid)[0] == "T", what=f"process {pid} frozen")


def stat_fields(pid):
    """/proc/PID/stat from the state letter on."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def descriptors_of(pid):
    found = []
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(f"/proc/{pid}/fd/{entry}"))
        except FileNotFoundError:
            pass
    return found


def tcp_connections(pid, tables=None):
    """(local port, remote port) of the TCP connections of a process that are not over: established, or closed by
    the peer only. `tables`: a dictionary for calls of the same moment; reading tables takes long."""
    inodes = {text[8:-1] for text in descriptors_of(pid) if text.startswith("socket:[")}
    if not inodes:
        return []
    tables = {} if tables is None else tables
    network = os.readlink(f"/proc/{pid}/ns/net")
    if network not in tables:
        tables[network] = list(_tcp_rows(pid))
    return [ports for inode, ports in tables[network] if inode in inodes]


def _tcp_rows(pid):
    """(inode, (local port, remote port)) of all such connections in the network of a process."""
    for table in ("tcp", "tcp6"):
        try:
            with open(f"/proc/{pid}/net/{table}", encoding="ascii") as file:
                rows = file.read().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in map(str.split, rows):
            if row[3] in ("01", "08"):
                yield row[9], (int(row[1].rpartition(":")[2], 16), int(row[2].rpartition(":")[2], 16))


def processes_with(marker):
    """Pids of the live processes whose environment holds the text `marker`, except this one."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if marker.encode() in file.read() and stat_fields(entry)[0] not in "ZX":
                    found.append(int(entry))
        except (OSError, IndexError):
            pass
    return found


def children_of(pid):
    """Pids of the processes that a process started and that still run."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = stat_fields(entry)
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] not in "ZX":
            found.append(int(entry))
    return found


def program_name_of(pid):
    """The name of a process's program; empty once it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def command_line_of(pid):
    """The words of its command line; none if it has gone."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []
