# SPDX-License-Identifier: Apache-2.0
"""The three servers under measurement, each with its own configuration, port and driver process."""

import os
import pathlib
import subprocess

from support.process import Process
from support.programs import STOCK, Programs
from support.site import Site, User, run_as
from support.client import Client
from support.wait import wait_for

WHO = ("stock", "ours", "loop")
VARIABLES = 60
SERVER_CPU = "0"
# The generator has the other processor for itself, where there is one.
LOAD_CPU = "1" if len(os.sched_getaffinity(0)) > 1 else "0"


class Place:
    """One server with `count` UPSes, u0, u1, …, all served by one process of fake drivers."""

    def __init__(self, bench, who, count, starts=True, drivers=True):
        """`starts`: whether the server starts now; else `start()` does it. `drivers`: whether to run
        the fake drivers."""
        self.bench = bench
        self.who = who
        self.count = count
        self.site = Site()
        self.server = None
        self.site.write("ups.conf", "".join(
            f"[u{i}]\n driver = dummy-ups\n port = none\n desc = \"UPS {i}\"\n" for i in range(count)))
        self.site.write_upsd_conf("MAXCONN 10000\n")
        self.site.write_users([User("bench", "secret", upsmon="secondary")])
        self.drivers = bench.spawn_ready(
            LOAD_CPU, "fake-drivers", f"folder={self.site.state}", "driver=dummy-ups", "prefix=u",
            f"count={count}", f"variables={VARIABLES}") if drivers and who != "loop" else None
        if starts:
            self.start()

    @property
    def port(self):
        return self.site.port

    def start(self, prefix=(), relay=""):
        """Starts the server; does not wait. `prefix`: words of a program to run it under. `relay`: the
        driver socket that the bare loop passes on."""
        if self.who == "loop":
            argv = [self.bench.program("loop-server"), f"port={self.port}",
                    f"get={self.bench.replies / 'get'}", f"list={self.bench.replies / 'list'}", f"relay={relay}"]
        elif self.who == "ours":
            argv = [self.bench.build / "server/upsd/upsd", "-F", *run_as()]
        else:
            argv = [Programs(STOCK).path("upsd"), "-F", *run_as()]
        self.server = Process(self.who, ["taskset", "-c", SERVER_CPU, *prefix, *argv], self.site.env(),
                              self.site.logs / f"{self.who}.log", cwd=self.site.root)
        return self

    def wait(self):
        """Waits until every UPS answers."""
        def last_answers():
            try:
                with Client(self.port, timeout=5) as client:
                    return client.ask(f"GET VAR u{self.count - 1} ups.status").endswith('"OL CHRG"')
            except OSError:
                return False
        self.server.wait_until(last_answers, 60, "serves")
        return self

    def stop_server(self):
        if self.server:
            self.server.stop()
        self.server = None

    def private_kib(self):
        """Memory of the server's own (not shared with files), in KiB."""
        with open(f"/proc/{self.server.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1])
        raise ProcessLookupError(self.server.pid)

    def close(self):
        self.stop_server()
        if self.drivers:
            self.drivers.stdin.close()
            self.drivers.wait()
        self.site.remove()


class Bench:
    """Holds the small places (one UPS each) for the whole run, and makes large ones on demand."""

    def __init__(self, build, quick):
        self.build = build.resolve()
        self.quick = quick
        self.rounds = 5 if quick else 7
        self.seconds = 0.12 if quick else 1.0
        self.small = {}

    def __enter__(self):
        self._site = Site()
        self.replies = pathlib.Path(self._site.root)
        who_exist = [who for who in WHO if who != "stock" or self._has_stock()]
        self.who = who_exist
        self.small["ours"] = Place(self, "ours", 1).wait()
        with Client(self.small["ours"].port) as client:
            (self.replies / "get").write_text(client.ask("GET VAR u0 ups.status") + "\n")
            body = client.ask_list("LIST VAR u0")
            (self.replies / "list").write_text(
                "\n".join(["BEGIN LIST VAR u0", *body, "END LIST VAR u0", ""]))
        for who in who_exist:
            if who not in self.small:
                self.small[who] = Place(self, who, 1).wait()
        return self

    def __exit__(self, *_):
        for place in self.small.values():
            place.close()
        self._site.remove()

    @staticmethod
    def _has_stock():
        try:
            return bool(Programs(STOCK).path("upsd"))
        except FileNotFoundError:
            return False

    def program(self, name):
        return self.build / "tests/bench" / f"bench-{name}"

    def load(self, name, *words):
        """Runs a generator to its end; the numbers it prints."""
        done = subprocess.run(["taskset", "-c", LOAD_CPU, self.program(name), *map(str, words)],
                              capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"bench-{name} {words}: {done.stderr}")
        return [float(word) for word in done.stdout.split() if word != "ready"]

    def spawn_ready(self, cpu, name, *words):
        """Starts a helper and waits until it says that it is ready."""
        helper = subprocess.Popen(["taskset", "-c", cpu, self.program(name), *map(str, words)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = helper.stdout.readline()
        if line != "ready\n":
            raise RuntimeError(f"bench-{name} {words}: {line!r}")
        return helper

    def interleaved(self, one, who=None):
        """Calls `one(who)` for each server in turn, round after round, each round starting with
        another one. Samples per server."""
        who = [w for w in (who or self.who) if w in self.who]
        samples = {name: [] for name in who}
        for number in range(self.rounds):
            for offset in range(len(who)):
                name = who[(number + offset) % len(who)]
                samples[name].append(one(name))
        return samples

    def settle(self, place):
        """Waits until the server's memory has not changed for a while; KiB."""
        last = []

        def is_steady():
            last.append(place.private_kib())
            return len(last) > 10 and len(set(last[-10:])) == 1
        wait_for(is_steady, 30, "memory steady", every=0.02)
        return last[-1]
