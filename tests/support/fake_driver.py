# SPDX-License-Identifier: Apache-2.0
"""A driver in Python: a Unix socket that speaks the driver protocol and does what a test tells it."""

import os
import select
import socket
import threading

from .client import quote
from .client import words as words_of
from .wait import wait_for


class FakeDriver:
    """Listens from the constructor on and serves any number of clients on one thread.

    By default it answers DUMPALL with its state, PING with PONG, SET by storing and broadcasting, and
    INSTCMD of a listed command with success. What came in is in `received`. To misbehave, use `raw`
    (any bytes), `mute` (reads, never answers), `deaf` (does not even read) or `drop`."""

    def __init__(self, path, variables=None, commands=(), owner=None):
        """`path`: where the socket goes. `variables`: name -> value. `owner`: (uid, gid) of it."""
        self.path = str(path)
        self.variables = dict(variables or {"ups.status": "OL"})
        self.meta = {}          # name -> lines such as "SETFLAGS x RW STRING"
        self.commands = list(commands)
        self.received = []      # every line, in order
        self.stale = False
        self.mute = False
        self.deaf = False
        self.on_line = None     # callable(line) -> reply text, or None for the default
        self._lock = threading.RLock()
        self._clients = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.path.exists(self.path):
            os.unlink(self.path)
        self._listener.bind(self.path)
        os.chmod(self.path, 0o660)
        if owner:
            os.chown(self.path, *owner)
        self._listener.listen(128)
        self._wake_read, self._wake_write = os.pipe()
        self._over = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    # What a test tells it.

    def describe(self, name, value, *meta):
        """A variable with its metadata: describe("ups.id", "x", "SETAUX ups.id 16", …)."""
        with self._lock:
            self.variables[name] = value
            self.meta[name] = list(meta)

    def set(self, name, value):
        """Changes a variable and broadcasts it."""
        with self._lock:
            self.variables[name] = value
            self.raw(f"SETINFO {name} {quote(value)}\n")

    def set_many(self, values):
        """Changes several variables with one write per client."""
        with self._lock:
            self.variables.update(values)
            self.raw("".join(f"SETINFO {n} {quote(v)}\n" for n, v in values.items()))

    def delete(self, name):
        with self._lock:
            self.variables.pop(name, None)
            self.raw(f"DELINFO {name}\n")

    def set_stale(self, stale):
        with self._lock:
            self.stale = stale
            self.raw("DATASTALE\n" if stale else "DATAOK\n")

    def raw(self, data):
        """Sends bytes or text as they are to every client."""
        if isinstance(data, str):
            data = data.encode()
        with self._lock:
            for client in list(self._clients):
                self._send(client, data)

    def drop(self):
        """Closes every connection; new ones are welcome."""
        with self._lock:
            for client in list(self._clients):
                self._forget(client)
        self._wake()

    def clients(self):
        with self._lock:
            return len(self._clients)

    def wait_client(self, within=10.0):
        wait_for(self.clients, within, f"a client of {self.path}")
        return self

    def wait_line(self, start, within=10.0, count=1):
        """Waits for the `count`th line that starts with `start`; returns it."""
        def look():
            found = [line for line in list(self.received) if line.startswith(start)]
            return found[count - 1] if len(found) >= count else None
        return wait_for(look, within, lambda: f"{start!r} at driver, got {self.received[-20:]}")

    def stop(self):
        """Ends the connections, the listener and its socket file."""
        if self._over:
            return
        self._over = True
        self._wake()
        self._thread.join()
        for client in list(self._clients):
            self._forget(client)
        self._listener.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        if os.path.exists(self.path):
            os.unlink(self.path)

    # The thread.

    def _wake(self):
        os.write(self._wake_write, b"x")

    def _serve(self):
        while not self._over:
            with self._lock:
                watched = [] if self.deaf else list(self._clients)
            try:
                ready, _, _ = select.select([self._listener, self._wake_read, *watched], [], [], 0.1)
            except (OSError, ValueError):  # a client was dropped meanwhile
                continue
            for sock in ready:
                if sock == self._wake_read:
                    os.read(self._wake_read, 1024)
                elif sock is self._listener:
                    client, _ = self._listener.accept()
                    client.settimeout(5)
                    with self._lock:
                        self._clients[client] = bytearray()
                else:
                    self._read(sock)

    def _read(self, client):
        with self._lock:
            if client not in self._clients:
                return
            try:
                chunk = client.recv(65536)
            except OSError:
                chunk = b""
            if not chunk:
                self._forget(client)
                return
            buffer = self._clients[client]
            buffer += chunk
            while (end := buffer.find(b"\n")) >= 0:
                line = bytes(buffer[:end]).decode(errors="replace")
                del buffer[:end + 1]
                self.received.append(line)
                if not self.mute:
                    self._answer(client, line)

    def _answer(self, client, line):
        reply = self.on_line(line) if self.on_line else None
        if reply is not None:
            self._send(client, reply.encode())
            return
        words = words_of(line)
        verb = words[0].upper() if words else ""
        if verb == "DUMPALL":
            self._send(client, self.dump().encode())
        elif verb == "PING":
            self._send(client, b"PONG\n")
        elif verb == "SET" and len(words) in (3, 5):
            self.set(words[1], words[2])
            self._tracked(client, words[3:], 0)
        elif verb == "INSTCMD" and len(words) > 1:
            known = words[1].lower() in (name.lower() for name in self.commands)
            self._tracked(client, words[-2:] if len(words) in (4, 5) else [], 0 if known else 1)

    def dump(self):
        """The answer to DUMPALL."""
        with self._lock:
            lines = ["DATASTALE"] if self.stale else []
            for name in sorted(self.variables, key=str.lower):
                lines.append(f"SETINFO {name} {quote(self.variables[name])}")
                lines += self.meta.get(name, [])
            lines += [f"ADDCMD {name}" for name in sorted(self.commands)]
            lines += [] if self.stale else ["DATAOK"]
            return "\n".join(lines + ["DUMPDONE", ""])

    def _tracked(self, client, words, code):
        if len(words) == 2 and words[0].upper() == "TRACKING":
            self._send(client, f"TRACKING {words[1]} {code}\n".encode())

    def _send(self, client, data):
        try:
            client.sendall(data)
        except OSError:
            self._forget(client)

    def _forget(self, client):
        self._clients.pop(client, None)
        client.close()
