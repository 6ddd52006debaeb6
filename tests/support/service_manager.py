# SPDX-License-Identifier: Apache-2.0
"""The service manager's end of NOTIFY_SOCKET."""

import os
import socket

from .wait import STRETCH


class ServiceManager:
    """Hears what services say. `environment`: the variables that they need."""

    def __init__(self, address, watchdog=None):
        """`address`: a path, or a name with a leading NUL. `watchdog`: the limit in seconds."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(address)
        self.sock.settimeout(10 * STRETCH)
        if not address.startswith("\0"):
            os.chmod(address, 0o777)
        self.environment = {"NOTIFY_SOCKET": address.replace("\0", "@")}
        if watchdog is not None:
            self.environment["WATCHDOG_USEC"] = str(int(watchdog * 1e6))

    def next(self):
        """The next message, as a dictionary."""
        return dict(line.split("=", 1) for line in self.sock.recv(4096).decode().splitlines())

    def wait_for(self, key):
        """The next message that says this."""
        while key not in (message := self.next()):
            pass
        return message

    def forget(self):
        """Skips what was said so far."""
        self.sock.setblocking(False)
        try:
            while True:
                self.sock.recv(4096)
        except BlockingIOError:
            self.sock.settimeout(10 * STRETCH)

    def is_silent(self, key, seconds):
        """Whether this is not said for so long."""
        self.sock.settimeout(seconds)
        try:
            self.wait_for(key)
            return False
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(10 * STRETCH)

    def close(self):
        self.sock.close()
