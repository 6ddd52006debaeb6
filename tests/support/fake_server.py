# SPDX-License-Identifier: Apache-2.0
"""A server in Python that answers from a table, for tests of clients."""

import socket
import threading

from .wait import wait_for


class FakeServer:
    """Listens on a free loopback port from the constructor on; `port` tells which.

    `replies` maps a request line to its reply, a text with the LFs it shall have. `default` answers
    the rest; None closes the connection instead. What came in is in `received`."""

    def __init__(self, replies=None, default="ERR UNKNOWN-COMMAND\n", host="127.0.0.1"):
        self.replies = dict(replies or {})
        self.default = default
        self.received = []
        self._lock = threading.Lock()
        self._connections = []
        self._threads = []
        self._listener = socket.create_server((host, 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def _start(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection):
        with connection, connection.makefile("rb") as lines:
            try:
                for raw in lines:
                    line = raw.rstrip(b"\n").decode(errors="replace")
                    self.received.append(line)
                    reply = self.replies.get(line, self.default)
                    if reply is None:
                        break
                    connection.sendall(reply.encode())
                    if line == "LOGOUT":
                        break
            except OSError:
                pass
        with self._lock:
            if connection in self._connections:
                self._connections.remove(connection)

    def send(self, text):
        """Sends text, unasked, on every connection."""
        with self._lock:
            for connection in self._connections:
                connection.sendall(text.encode())

    def wait_line(self, line, within=10.0):
        wait_for(lambda: line in self.received, within, f"{line!r} at server")

    def stop(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        for thread in self._threads:  # they own the descriptors
            thread.join(10)
