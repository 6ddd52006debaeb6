# SPDX-License-Identifier: Apache-2.0
"""Drivers and the server are killed and frozen at random moments under load. Readings tell when they were
made, so that whatever is served as fresh can be checked against the clock."""

import collections
import random
import sys
import threading
import time

import pytest

from support import Client, Ups
from support.programs import SOURCE_ROOT, long_tests
from support.stamp_driver import made_at
from support.wait import STRETCH, wait_for

MAX_AGE = 2
NOT_CONNECTED = "ERR DRIVER-NOT-CONNECTED"
STALE = "ERR DATA-STALE"
NOT_YET = "ERR VAR-NOT-SUPPORTED"  # between connecting to a driver and its first reading (ups.status is WAIT)
UPSES = ["u0", "u1", "u2"]
READERS = 4
NOTICE = 0.5 * STRETCH  # a killed driver's readings are gone after this
SLACK = 1.0 * STRETCH   # for processes that do not run when they could


class Reader(threading.Thread):
    """Asks for the readings of all UPSes in turn, connecting again whenever it must."""

    def __init__(self, port, number):
        super().__init__(daemon=True)
        self._port = port
        self._chance = random.Random(number)
        self.over = threading.Event()
        self.problems = []
        self.seen = collections.Counter()
        self.values = []           # (asked, answered, ups): what was served as fresh, and when
        self._newest = dict.fromkeys(UPSES, 0.0)
        self.last_fresh = {}       # ups -> when a value was last served

    def run(self):
        while not self.over.is_set():
            try:
                with Client(self._port, timeout=5) as client:
                    while not self.over.is_set():
                        self._read(client, self._chance.choice(UPSES))
                        time.sleep(0.002)
            except (OSError, AssertionError):  # refused, reset, or the end of the stream
                self.seen["lost"] += 1
                time.sleep(0.02)

    def _read(self, client, ups):
        asked = time.monotonic()
        reply = client.ask(f"GET VAR {ups} ups.serial")
        answered = time.monotonic()
        if not reply.startswith(f"VAR {ups} ups.serial "):
            self.seen[reply] += 1
            if reply not in (NOT_CONNECTED, STALE, NOT_YET):
                self.problems.append(f"{ups}: {reply}")
            return
        try:
            made = made_at(reply.split('"')[1])
        except (ValueError, IndexError) as error:
            self.problems.append(f"{ups}: {error}")
            return
        self.seen["fresh"] += 1
        self.values.append((asked, answered, ups))
        self.last_fresh[ups] = answered
        if asked - made > MAX_AGE + SLACK:
            self.problems.append(f"{ups}: {asked - made:.2f} s old, served as fresh")
        if made < self._newest[ups]:
            self.problems.append(f"{ups}: older by {self._newest[ups] - made:.3f} s than what was served before")
        self._newest[ups] = made


class Chaos:
    """Kills, freezes and starts again. `gone`: (ups, from, to), when no driver was there."""

    def __init__(self, site, seed):
        self.site = site
        self.chance = random.Random(seed)
        self.drivers = {}
        self.gone = []
        self.done = collections.Counter()
        for ups in UPSES:
            self.start_driver(ups)
        self.server = site.start_upsd()

    def start_driver(self, ups):
        self.drivers[ups] = self.site.spawn(f"stamp-{ups}", [
            sys.executable, SOURCE_ROOT / "tests/support/stamp_driver.py", self.site.socket_path(ups),
            *(self.site.owner or ())], make="stamp")

    def pause(self, most):
        time.sleep(self.chance.uniform(0, most))

    def kill_driver(self):
        ups = self.chance.choice(UPSES)
        self.drivers[ups].kill()
        begin = time.monotonic()
        self.pause(1.5)
        self.gone.append((ups, begin, time.monotonic()))
        self.start_driver(ups)

    def freeze_driver(self):
        self.freeze(self.chance.choice([0.3, MAX_AGE + 0.5]))

    def freeze(self, seconds):
        driver = self.drivers[self.chance.choice(UPSES)]
        driver.freeze()
        time.sleep(seconds)
        driver.thaw()

    def kill_server(self):
        self.server.kill()
        self.pause(0.3)
        self.server = self.site.start_upsd()

    def act(self):
        deed = self.chance.choice([self.kill_driver, self.kill_driver, self.kill_server, self.freeze_driver])
        deed()
        self.done[deed.__name__] += 1
        self.pause(0.4)


@pytest.mark.parametrize("seed", range(20) if long_tests() else [1])
def test_no_wrong_value_is_ever_served_as_fresh(site, seed):
    site.write_upsd_conf(f"MAXAGE {MAX_AGE}\n")
    site.write_ups_conf([Ups(name) for name in UPSES])
    chaos = Chaos(site, seed)
    readers = [Reader(site.port, seed * 100 + number) for number in range(READERS)]
    for reader in readers:
        reader.start()
    wait_for(lambda: all(set(reader.last_fresh) == set(UPSES) for reader in readers), what="first readings")
    actions = 40 if long_tests() else 8
    chaos.kill_driver()
    chaos.freeze(MAX_AGE + SLACK)
    chaos.kill_server()
    for _ in range(actions):
        chaos.act()

    # All recover by themselves: the same clients see fresh readings of every UPS again.
    calm = time.monotonic()
    wait_for(lambda: all(reader.last_fresh.get(ups, 0) > calm for reader in readers for ups in UPSES), 10,
             lambda: f"fresh again: {[reader.last_fresh for reader in readers]}")
    for reader in readers:
        reader.over.set()
    for reader in readers:
        reader.join(20)
        assert not reader.problems, reader.problems[:10]
        for ups, begin, end in chaos.gone:
            wrong = [value for value in reader.values
                     if value[2] == ups and value[0] > begin + NOTICE and value[1] < end]
            assert not wrong, f"{ups} was gone from {begin} to {end}, and served at {wrong[0][0]}"
    seen = sum((reader.seen for reader in readers), collections.Counter())
    for what in ("fresh", "lost", NOT_CONNECTED, STALE):  # else nothing was shown
        assert seen[what] > 0, (seen, chaos.done)
