# SPDX-License-Identifier: Apache-2.0
"""The three servers under measurement, each with its own configuration, port and driver process."""

import os
import pathlib
import subprocess

from support.client import Client
from support.process import Process
from support.programs import STOCK, Programs
from support.site import Site, User, run_as
from support.wait import wait_for

from .certificates import Certificate

WHO = ("stock", "ours", "loop")
VARIABLES = 60
MOST_PER_PROCESS = 5000  # drivers; each takes two descriptors
SERVER_CPU = "0"
# The generator has the other processor for itself, where there is one.
LOAD_CPU = "1" if len(os.sched_getaffinity(0)) > 1 else "0"


class Place:
    """One server with `count` UPSes, u0, u1, …, all served by one process of fake drivers."""

    def __init__(self, bench, who, count, starts=True, drivers=True, tls=False, variables=VARIABLES,
                 quiet=False):
        """`starts`: whether the server starts now; else `start()` does it. `drivers`: whether to run
        the fake drivers. The bare loop holds driver sockets where there are several UPSes. `quiet`: the
        server is not to ask silent drivers for a sign of life while it is measured."""
        self.bench = bench
        self.who = who
        self.count = count
        self.tls = tls
        self.site = Site()
        self.server = None
        self.site.write("ups.conf", "".join(
            f"[u{i}]\n driver = dummy-ups\n port = none\n desc = \"UPS {i}\"\n" for i in range(count)))
        self.site.write_upsd_conf("MAXCONN 12000\n" + (bench.certificate.lines(who) if tls else "")
                                  + ("MAXAGE 600\n" if quiet else ""))
        self.site.write_users([User("bench", "secret", upsmon="secondary")])
        self.sockets = self.site.state / "dummy-ups-u"
        self.drivers = []
        for first in range(0, count if drivers and (who != "loop" or count > 1) else 0, MOST_PER_PROCESS):
            self.drivers.append(bench.spawn_load(
                "fake-drivers", f"folder={self.site.state}", "driver=dummy-ups", "prefix=u", f"first={first}",
                f"count={min(MOST_PER_PROCESS, count - first)}", f"variables={variables}"))
        if starts:
            self.start()

    @property
    def port(self):
        return self.site.port

    def start(self, prefix=(), relay=False):
        """Starts the server; does not wait. `prefix`: words of a program to run it under. `relay`:
        whether the bare loop holds the driver socket of u0 though no fake drivers run."""
        if self.who == "loop":
            argv = [self.bench.program("loop-server"), f"port={self.port}",
                    f"get={self.bench.replies / 'get'}", f"list={self.bench.replies / 'list'}"]
            if self.tls:
                argv.append(f"certificate={self.bench.certificate.pem}")
            if relay or self.drivers:
                argv += [f"drivers={self.sockets}", f"count={self.count}"]
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

    def order_updates(self, per_second):
        """From now on so many readings per second change, evenly over the UPSes."""
        for drivers in self.drivers:
            drivers.stdin.write(f"{per_second // len(self.drivers)}\n")
            drivers.stdin.flush()

    def cpu_seconds(self):
        """Processor time that the server has used, to the nanosecond."""
        spent = 0
        for task in pathlib.Path(f"/proc/{self.server.pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    def private_kib(self):
        """Memory of the server's own (not shared with files), in KiB."""
        with open(f"/proc/{self.server.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1])
        raise ProcessLookupError(self.server.pid)

    def settled_kib(self):
        """The same once it has not changed for a while."""
        last = []

        def is_steady():
            last.append(self.private_kib())
            return len(last) > 10 and len(set(last[-10:])) == 1
        wait_for(is_steady, 30, "memory steady", every=0.02)
        return last[-1]

    def close(self):
        self.stop_server()
        for drivers in self.drivers:
            end(drivers)
        self.site.remove()


class Bench:
    """The places that several measures use, made when first asked for, and the load generators."""

    def __init__(self, build, sizes, who=WHO):
        self.build = build.resolve()
        self.sizes = sizes
        self.who = [name for name in who if name != "stock" or has_stock()]
        self.kept = {}  # what one measure leaves for the next, by key
        self._places = {}

    def __enter__(self):
        self._site = Site()
        self.replies = pathlib.Path(self._site.root)
        folder = self.replies / "certificate"
        folder.mkdir(mode=0o755)
        self.certificate = Certificate(folder)
        try:
            with Client(self.small("ours").port) as client:
                (self.replies / "get").write_text(client.ask("GET VAR u0 ups.status") + "\n")
                body = client.ask_list("LIST VAR u0")
            (self.replies / "list").write_text(
                "\n".join(["BEGIN LIST VAR u0", *body, "END LIST VAR u0", ""]))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for place in self._places.values():
            place.close()
        self._places.clear()
        self._site.remove()

    def _place(self, who, count, **options):
        key = (who, count, *options)
        if key not in self._places:
            self._places[key] = Place(self, who, count, **options).wait()
        return self._places[key]

    def small(self, who):
        """One UPS."""
        return self._place(who, 1)

    def large(self, who):
        """A thousand."""
        return self._place(who, self.sizes.upses)

    def secure(self, who):
        """One UPS, and a certificate."""
        return self._place(who, 1, tls=True)

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
            helper.kill()
            helper.wait()
            raise RuntimeError(f"bench-{name} {words}: {line!r}")
        return helper

    def spawn_load(self, name, *words):
        return self.spawn_ready(LOAD_CPU, name, *words)

    def interleaved(self, one, who=WHO, stock_rounds=None):
        """Calls `one(who)` for each server in turn, round after round, each round starting with
        another one. Samples per server. `stock_rounds`: how many the stock server takes part in."""
        who = [name for name in who if name in self.who]
        samples = {name: [] for name in who}
        for number in range(self.sizes.rounds):
            for offset in range(len(who)):
                name = who[(number + offset) % len(who)]
                if name == "stock" and stock_rounds is not None and number >= stock_rounds:
                    continue
                try:
                    samples[name].append(one(name))
                except RuntimeError as error:
                    raise RuntimeError(f"{name}: {error}") from error
        return samples


def end(helper):
    """Ends a helper that lives as long as its standard input."""
    helper.stdin.close()
    helper.wait()
    helper.stdout.close()


def has_stock():
    try:
        return bool(Programs(STOCK).path("upsd"))
    except FileNotFoundError:
        return False
