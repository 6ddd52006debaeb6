# SPDX-License-Identifier: Apache-2.0
"""Our monitor watches 200 UPSes on 50 servers, half of which are black holes of several kinds: the others are
watched and decided on as if they were alone."""

import os
import re
import selectors
import socket
import threading
import time

import pytest

from support import ManyDrivers, Monitor, Ups
from support.process import cpu_ticks_of, descriptors_of, resident_kib_of
from support.programs import long_tests
from support.site import free_port

SERVERS = 25  # of each sort
EACH = 4      # UPSes on a server
LIVE = SERVERS * EACH
MIB = 1024


class BlackHoles:
    """Servers that lead nowhere: `ports` has one of each in turn, of these kinds.

    full: its queue is full, so that a connection is never made, as behind a firewall that drops
    mute: takes connections and never reads them
    half: takes the log-in and says nothing more
    drip: says a byte now and then, and never a whole line"""

    KINDS = ("full", "mute", "half", "drip")

    def __init__(self, count):
        self.ports = []
        self._sockets = []
        self._dripping = []
        self._selector = selectors.DefaultSelector()
        for number in range(count):
            kind = self.KINDS[number % len(self.KINDS)]
            listener = socket.create_server(("127.0.0.1", 0), backlog=0 if kind == "full" else 200)
            self._sockets.append(listener)
            self.ports.append(listener.getsockname()[1])
            if kind == "full":
                self._fill(listener)
            elif kind != "mute":
                self._selector.register(listener, selectors.EVENT_READ, kind)
        self._over = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _fill(self, listener):
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
            self._sockets.append(client)

    def _serve(self):
        while not self._over:
            for key, _ in self._selector.select(0.1):
                if key.data in ("half", "drip"):
                    client, _ = key.fileobj.accept()
                    self._sockets.append(client)
                    self._selector.register(client, selectors.EVENT_READ, f"client of {key.data}")
                else:
                    self._read(key.fileobj, key.data)
            for client in list(self._dripping):
                self._write(client, b"x")

    def _read(self, client, kind):
        try:
            lines = client.recv(4096)
        except OSError:
            lines = b""
        if not lines:
            self._selector.unregister(client)
            self._sockets.remove(client)
            if client in self._dripping:
                self._dripping.remove(client)
            client.close()
        elif kind == "client of half":
            self._write(client, b"OK\n" * sum(line.startswith((b"USERNAME", b"PASSWORD"))
                                              for line in lines.splitlines()))
        elif client not in self._dripping:
            self._dripping.append(client)

    @staticmethod
    def _write(client, data):
        try:
            client.sendall(data)
        except OSError:
            pass  # its end is read next

    def stop(self):
        self._over = True
        self._thread.join()
        self._selector.close()
        for one in self._sockets:
            one.close()


@pytest.fixture
def drivers(site):
    """One server with many addresses is many servers for who connects to them."""
    site.write_ups_conf([Ups(f"u{i}") for i in range(LIVE)])
    site.ports = [site.port] + [free_port() for _ in range(SERVERS - 1)]
    site.write_upsd_conf("".join(f"LISTEN 127.0.0.1 {port}\n" for port in site.ports[1:]))
    many = ManyDrivers(site.state, LIVE, site.owner)
    site.start_upsd()
    yield many
    many.stop()


@pytest.fixture
def holes():
    place = BlackHoles(SERVERS)
    yield place
    place.stop()


def told(monitor, kind):
    """The UPSes of which this notification was raised."""
    return re.findall(rf"type={kind} .*?\b(\w+@127\.0\.0\.1:\d+)", monitor.process.log())


def test_the_living_are_served_as_if_there_were_no_dead(site, drivers, holes):
    living = [f"u{i}@127.0.0.1:{site.ports[i // EACH]}" for i in range(LIVE)]
    dead = [f"d{i}@127.0.0.1:{holes.ports[i // EACH]}" for i in range(LIVE)]
    order = [name for pair in zip(dead, living) for name in pair]
    # Each of them counts. A wait for the dead would be one of minutes.
    monitor = Monitor(site, "many", [f"{name} 1 mon1 pass1 primary" for name in order],
                      "MINSUPPLIES 200\nNOCOMMWARNTIME 1\nDEADTIME 60\nHOSTSYNC 120\n")
    begin = time.monotonic()
    monitor.start("-W", "2")
    log = monitor.process.log
    monitor.process.wait_until(lambda: log().count("logged in") == LIVE, 20, "all that live are logged in")
    print(f"{LIVE} log-ins after {time.monotonic() - begin:.2f} s")
    worker = monitor.pid("--worker")

    begin = time.monotonic()
    drivers.send(LIVE - 1, 'SETINFO ups.status "OB"\n')
    monitor.says("type=ONBATT")
    print(f"ONBATT after {1000 * (time.monotonic() - begin):.0f} ms")

    # What is never reached is told once, again after NOCOMMWARNTIME, and decides nothing.
    monitor.process.wait_until(lambda: len(set(told(monitor, "NOCOMM"))) == LIVE, 20, "NOCOMM of all that are dead")
    assert sorted(set(told(monitor, "NOCOMM"))) == sorted(dead)
    assert sorted(told(monitor, "COMMBAD")) == sorted(dead), "once each"
    assert not told(monitor, "COMMOK") and "is to be shut down" not in log()

    is_bounded(worker)

    begin = time.monotonic()
    drivers.send(LIVE - 1, 'SETINFO ups.status "OB LB"\n')
    monitor.says("this host is to be shut down")
    print(f"decided after {1000 * (time.monotonic() - begin):.0f} ms")
    assert "critical=low_battery" in log()
    # HOSTSYNC is two minutes: nobody waits for an answer of the dead.
    monitor.wait_shutdown(within=20)
    print(f"SHUTDOWNCMD after {1000 * (time.monotonic() - begin):.0f} ms")
    assert monitor.process.wait_end() == 0


def is_bounded(worker):
    """Connections are tried again all the time; neither they nor what belongs to them pile up."""
    first, ticks = resident_kib_of(worker), cpu_ticks_of(worker)
    most, begin = 0, time.monotonic()
    while time.monotonic() - begin < (60 if long_tests() else 1):
        most = max(most, len(descriptors_of(worker)))
        time.sleep(0.1)
    last = resident_kib_of(worker)
    used = (cpu_ticks_of(worker) - ticks) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begin)
    print(f"at most {most} descriptors, {last} KiB resident ({last - first:+} meanwhile), {100 * used:.1f} % CPU")
    assert most <= 2 * LIVE + 40
    assert last - first < 4 * MIB
    assert last < 64 * MIB
