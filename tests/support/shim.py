# SPDX-License-Identifier: Apache-2.0
"""Shims in front of servers and clients, for tests."""

import os
import socket

from .programs import OURS, Programs
from .site import free_port, run_as


class Shim:
    """A running upsshim that listens on `port`."""

    def __init__(self, site, *args):
        self.port = free_port()
        self.process = site.spawn("upsshim", [Programs(OURS).path("upsshim"), "-F", "-l", f"127.0.0.1:{self.port}",
                                              *run_as(), *map(str, args)])
        self.process.wait_log("info start")

    def at(self, ups):
        return f"{ups}@127.0.0.1:{self.port}"

    def connect(self):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        sock.settimeout(20)
        return sock

    def idle_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))
