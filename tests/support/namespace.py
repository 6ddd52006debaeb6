# SPDX-License-Identifier: Apache-2.0
"""A program in a network of its own, where any address can be made and taken away."""

import os
import subprocess
import sys

import pytest

from .wait import STRETCH


def _can_unshare():
    if os.getuid() != 0:
        return False
    probe = subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return probe.returncode == 0


needs_namespace = pytest.mark.skipif(not _can_unshare(), reason="needs root and network namespaces")

# Runs inside the namespace: arguments are host, port, lines; prints one reply line per line sent.
_ASK = """
import socket, sys
host, port, lines = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
peer = socket.create_connection((host, port), timeout=10, source_address=(host, 0))
stream = peer.makefile("rwb")
for line in lines:
    stream.write(line.encode() + b"\\n")
    stream.flush()
    print(stream.readline().decode().rstrip("\\n"))
"""


class Network:
    """The namespace of `server`. Ends with it."""

    def __init__(self, server):
        self.server = server

    def run(self, *argv):
        return subprocess.run(["nsenter", "-t", str(self.server.pid), "-n", *argv], check=True,
                              capture_output=True, text=True, timeout=30 * STRETCH).stdout

    def ask(self, host, port, *lines):
        """Connects from `host` to itself and sends lines; the first reply line to each."""
        return self.run(sys.executable, "-c", _ASK, host, str(port), *lines).splitlines()


def in_network_namespace(site, argv, addresses=()):
    """Starts a program of ours in a fresh network with loopback and these addresses."""
    setup = "ip link set lo up; " + "".join(f"ip addr add {a}/32 dev lo; " for a in addresses)
    server = site.spawn("upsd", ["unshare", "-n", "sh", "-c", setup + 'exec "$@"', "sh", *argv])
    return Network(server)
