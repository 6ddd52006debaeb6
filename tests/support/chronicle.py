# SPDX-License-Identifier: Apache-2.0
"""What happened when: instants from the logs of programs, from drivers and from a test, in one list."""

import dataclasses
import os
import re
import select
import socket
import threading
import time

from .client import words
from .wait import wait_for

# What a notification looks like in a log: Room has every monitor told to write it so.
_NOTIFICATION = re.compile(r"@@([A-Z_]+)(?: ([\w-]+)@)?")


@dataclasses.dataclass
class Event:
    """`at`: seconds since the epoch."""
    at: float
    who: str
    what: str


class Chronicle:
    """One thread reads all sources, so that events are in order: what was written before something else
    never gets a later instant."""

    def __init__(self):
        self.events = []
        self._sources = {}  # descriptor -> [what to do with a line, bytes without LF, log file or None]
        self._poll = select.epoll()
        self._wake_read, self._wake_write = os.pipe()
        self._poll.register(self._wake_read, select.EPOLLIN)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def note(self, who, what, at=None):
        """Adds an event of now, or of `at`. Its instant."""
        event = Event(at or time.time(), who, what)
        self.events.append(event)
        return event.at

    def pipe(self, who, log_path):
        """A descriptor for a program to write its log to, which the caller closes. Notifications are noted, and
        all of it goes to the file too."""
        read, write = os.pipe()
        self._add(read, lambda at, line: self._take_log(at, who, line), open(log_path, "ab", buffering=0))
        return write

    def driver(self, who, path):
        """Notes what a driver says of `ups.status` and of its first outlet. A connected socket, for requests to the
        driver."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.connect(str(path))
        self._add(os.dup(sock.fileno()), lambda at, line: self._take_driver(at, who, line), None)
        return sock

    def find(self, who, what, since=0.0):
        """The instant of the first such event, None without one."""
        for event in list(self.events):
            if event.who == who and event.at >= since and event.what == what:
                return event.at
        return None

    def wait(self, who, what, within=15.0, since=0.0):
        return wait_for(lambda: self.find(who, what, since), within, lambda: f"{who}: {what}\n{self.table()}")

    def table(self, zero=None, only=lambda event: True):
        """Text: each event with its seconds since `zero` (the first)."""
        rows = sorted(filter(only, self.events), key=lambda event: event.at)
        if not rows:
            return "nothing happened\n"
        start = zero or rows[0].at
        return "".join(f"{row.at - start:+9.3f}  {row.who:<8}{row.what}\n" for row in rows if row.at >= start)

    def close(self):
        """Reads what is left; all programs must have ended."""
        os.write(self._wake_write, b"end")
        self._thread.join()
        for fd in list(self._sources):
            self._read(time.time(), fd)
            self._drop(fd)
        self._poll.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _add(self, fd, take, file):
        os.set_blocking(fd, False)
        self._sources[fd] = [take, b"", file]
        self._poll.register(fd, select.EPOLLIN)

    def _drop(self, fd):
        if (source := self._sources.pop(fd, None)) is None:
            return
        if source[2]:
            source[2].close()
        self._poll.unregister(fd)
        os.close(fd)

    def _run(self):
        while True:
            ready = {fd for fd, _ in self._poll.poll()}
            # Looked at once more: what was written before the cause of waking up is surely seen now.
            ready |= {fd for fd, _ in self._poll.poll(0)}
            at = time.time()
            if self._wake_read in ready:
                return
            for fd in ready:
                self._read(at, fd)

    def _read(self, at, fd):
        take, rest, file = source = self._sources[fd]
        try:
            data = os.read(fd, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self._drop(fd)
        if file:
            file.write(data)
        *lines, source[1] = (rest + data).split(b"\n")
        for line in lines:
            take(at, line.decode(errors="replace"))

    def _take_log(self, at, who, line):
        if found := _NOTIFICATION.search(line):
            kind, ups = found.groups()
            self.events.append(Event(at, who, f"{kind} {ups}" if ups else kind))

    def _take_driver(self, at, who, line):
        if not line.startswith(("SETINFO ups.status ", "SETINFO outlet.1.status ")):
            return
        _, name, value = words(line)
        self.events.append(Event(at, who, value if name == "ups.status" else f"outlet 1 {value}"))
