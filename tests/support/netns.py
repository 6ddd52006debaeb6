# SPDX-License-Identifier: Apache-2.0
"""Hosts with a network between them: namespaces of network and mounts, joined by a bridge."""

import ctypes
import os
import pathlib
import socket
import subprocess
import threading

from .wait import wait_for

_CLONE_NEWNET = 0x40000000
NETWORK = "10.77.0"


def _obstacle():
    """Why there can be no hosts here; empty: there can."""
    if os.getuid() != 0:
        return "hosts in namespaces need root"
    script = ("ip link add name br0 type bridge && ip link add v0 type veth peer name v1 && "
              "mount -t tmpfs none /run")
    probe = subprocess.run(["unshare", "-n", "-m", "sh", "-c", script], capture_output=True, text=True, check=False)
    return f"no namespaces, bridges or veth here: {probe.stderr.strip()}" if probe.returncode else ""


def need_hosts():
    """Skips the test where hosts cannot be made, and says why. In CI (CI=true) as root that is an error: a skipped
    test proves nothing."""
    if not (why := _obstacle()):
        return
    import pytest  # here, so that measurements need no pytest

    if os.environ.get("CI") == "true" and os.getuid() == 0:
        pytest.fail(why)
    pytest.skip(why)


class Wire:
    """The bridge that all hosts are plugged into."""

    def __init__(self, site):
        self._site = site
        self._holder = _hold(site, "wire", ["-n"], "ip link add name br0 type bridge && ip link set br0 up")
        self._count = 0
        self.hosts = {}

    def add(self, name):
        """A new host of this name (8 letters at most), 10.77.0.1 first."""
        self._count += 1
        host = Host(self._site, self, name, f"{NETWORK}.{self._count}")
        self.hosts[name] = host
        return host

    def plug(self, name, pid):
        """The port `name` of the bridge, with its other end as eth0 of a namespace."""
        self._batch(f"link add {name} type veth peer name eth0 netns {pid}", f"link set {name} master br0 up")

    def set_link(self, name, state):
        """Pulls the plug of a host ("down") or puts it back ("up")."""
        self._batch(f"link set {name} {state}")

    def _batch(self, *lines):
        batch(self._holder.pid, *lines)


class Host:
    """One machine: its own addresses, its own mounts, a /run of its own; the other folders are those of all."""

    def __init__(self, site, wire, name, address):
        self.name = name
        self.address = address
        self._wire = wire
        self._holder = _hold(site, f"host-{name}", ["-n", "-m"], "mount -t tmpfs -o mode=755 none /run && mkdir /run/nut")
        if site.owner:
            os.chown(self.path("/run/nut"), *site.owner)
        self.under = ["nsenter", "-t", str(self._holder.pid), "-n", "-m", "--"]
        wire.plug(name, self._holder.pid)
        batch(self._holder.pid, "link set lo up", f"addr add {address}/24 broadcast {NETWORK}.255 dev eth0",
              "link set eth0 up")

    def path(self, name):
        """A file of this host, as the test has to call it."""
        return pathlib.Path(f"/proc/{self._holder.pid}/root{name}")

    def run(self, *argv, check=True, **more):
        return subprocess.run([*self.under, *map(str, argv)], capture_output=True, text=True, check=check, **more)

    def cut_off(self):
        self._wire.set_link(self.name, "down")

    def join(self):
        self._wire.set_link(self.name, "up")

    def inside(self, make):
        """The result of `make`, called in the network of this host: a socket belongs to the network it was made in."""
        box = []

        def work():
            with open(f"/proc/{self._holder.pid}/ns/net", "rb") as file:
                if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), _CLONE_NEWNET) != 0:
                    return
            try:
                box.append(make())
            except OSError as error:
                box.append(error)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert box, f"cannot enter the network of {self.name}"
        if isinstance(box[0], OSError):
            raise box[0]
        return box[0]

    def connect(self, address, port, timeout):
        """A socket connected from this host."""
        return self.inside(lambda: socket.create_connection((address, port), timeout=timeout))


def batch(pid, *lines):
    """Lines for `ip` in the network of a process."""
    subprocess.run(["nsenter", "-t", str(pid), "-n", "ip", "-batch", "-"], input="\n".join(lines) + "\n", check=True,
                   capture_output=True, text=True)


def _hold(site, name, spaces, setup):
    """A process that keeps fresh namespaces until the site ends."""
    holder = site.spawn(name, ["unshare", *spaces, "sh", "-c", f"{setup} && echo ready && exec sleep 100000"],
                        make="system")
    wait_for(lambda: "ready" in holder.log(), what=holder.log)
    return holder
