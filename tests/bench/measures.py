# SPDX-License-Identifier: Apache-2.0
"""What is measured. Each measure gives samples per server; the table shows their medians."""

import dataclasses
import re
import shutil
import time
from collections.abc import Callable

from .servers import LOAD_CPU, Place


@dataclasses.dataclass
class Measure:
    name: str
    unit: str               # "/s", "s", "KiB", "us", "instr"
    run: Callable           # (bench) -> {who: [samples]}
    more_is_better: bool = True
    full_only: bool = False


def requests(request, connections, depth=1):
    def run(bench):
        return bench.interleaved(lambda who: bench.load(
            "requests", f"port={bench.small[who].port}", f"request={request}",
            f"connections={connections}", f"depth={depth}", f"seconds={bench.seconds}")[0])
    return run


def sessions(parallel):
    def run(bench):
        return bench.interleaved(lambda who: bench.load(
            "sessions", f"port={bench.small[who].port}", "ups=u0", "user=bench", "password=secret",
            f"parallel={parallel}", f"seconds={bench.seconds}")[0])
    return run


def start_up(bench):
    """From starting the server to the last of 1,000 UPSes with data; their drivers are up already."""
    places = {who: Place(bench, who, 1000, starts=False) for who in bench.who if who != "loop"}

    def one(who):
        begin = time.monotonic()
        places[who].start()
        end = bench.load("many", "mode=all-ups", f"port={places[who].port}", "prefix=u", "count=1000")[0]
        places[who].stop_server()
        return end - begin
    try:
        return bench.interleaved(one, list(places))
    finally:
        for place in places.values():
            place.close()


def memory_per_ups(bench):
    found = {}
    for who in bench.who:
        if who == "loop":
            continue
        sizes = {}
        for count in (1, 1000):
            place = Place(bench, who, count).wait()
            bench.load("many", "mode=all-ups", f"port={place.port}", "prefix=u", f"count={count}")
            sizes[count] = bench.settle(place)
            place.close()
        found[who] = [(sizes[1000] - sizes[1]) / 999]
    return found


def memory_per_connection(bench):
    found = {}
    for who in bench.who:
        place = Place(bench, who, 1).wait()
        before = bench.settle(place)
        holder = bench.spawn_ready(LOAD_CPU, "many", "mode=idle", f"port={place.port}", "ups=u0",
                                   "count=1000")
        found[who] = [(bench.settle(place) - before) / 1000]
        holder.stdin.close()
        holder.wait()
        place.close()
    return found


def event_latency(subscribers, percentile):
    """`percentile`: 0 for the 50th, 1 for the 99th. One run gives both; the second asks the memory."""
    def run(bench):
        kept = bench.__dict__.setdefault("latencies", {})
        if subscribers not in kept:
            kept[subscribers] = bench.interleaved(lambda who: one_latency(bench, who, subscribers),
                                                  ["ours", "loop"])
        return {who: [pair[percentile] for pair in pairs] for who, pairs in kept[subscribers].items()}
    return run


def one_latency(bench, who, subscribers):
    place = Place(bench, who, 1, starts=False, drivers=False)  # the generator is the driver here
    socket = place.site.state / "dummy-ups-u0"
    updates = 500 if bench.quick else 3000
    load = bench.spawn_ready(LOAD_CPU, "latency", f"socket={socket}", f"port={place.port}", "ups=u0",
                             f"subscribers={subscribers}", f"updates={updates}")
    try:
        place.start(relay=socket)
        output, _ = load.communicate(timeout=120)
        if load.returncode != 0:
            raise RuntimeError(f"bench-latency ended with {load.returncode}")
        return [float(word) for word in output.split()]
    finally:
        load.kill()
        load.wait()
        place.close()


def instructions(count):
    """Instructions per GET with `count` UPSes, by callgrind: the difference of two runs."""
    def run(bench):
        if not shutil.which("valgrind"):
            return {}
        return {who: [callgrind_get(bench, who, count)] for who in bench.who
                if who != "loop" or count == 1}
    return run


def callgrind_get(bench, who, count):
    totals = []
    for requests_sent in (1000, 6000):
        place = Place(bench, who, count, starts=False)
        place.start(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                     "--vgdb=no"]).wait()
        bench.load("many", "mode=exact", f"port={place.port}", "request=GET VAR u0 ups.status",
                   f"count={requests_sent}")
        place.server.stop(60)
        totals.append(int(re.search(r"Collected : (\d+)", place.server.log()).group(1)))
        place.close()
    return (totals[1] - totals[0]) / 5000


ALL = [
    Measure("GET VAR, 10 connections", "/s", requests("GET VAR u0 ups.status", 10)),
    Measure("GET VAR, 100 connections", "/s", requests("GET VAR u0 ups.status", 100)),
    Measure("GET VAR, 1000 connections", "/s", requests("GET VAR u0 ups.status", 1000)),
    Measure("GET VAR, 10 connections, 16 in flight", "/s", requests("GET VAR u0 ups.status", 10, 16)),
    Measure("LIST VAR (60), 1 connection", "/s", requests("LIST VAR u0", 1)),
    Measure("LIST VAR (60), 100 connections", "/s", requests("LIST VAR u0", 100)),
    Measure("connect, log in, log out, 8 at once", "/s", sessions(8)),
    Measure("connect, log in, log out, 64 at once", "/s", sessions(64)),
    Measure("start until 1000 UPSes answer", "s", start_up, more_is_better=False),
    Measure("memory per UPS (of 1000)", "KiB", memory_per_ups, more_is_better=False),
    Measure("memory per idle connection (of 1000)", "KiB", memory_per_connection, more_is_better=False),
    Measure("update to EVENT, 1 subscriber, p50", "us", event_latency(1, 0), more_is_better=False),
    Measure("update to EVENT, 1 subscriber, p99", "us", event_latency(1, 1), more_is_better=False),
    Measure("update to EVENT, 100 subscribers, p50", "us", event_latency(100, 0), more_is_better=False),
    Measure("update to EVENT, 100 subscribers, p99", "us", event_latency(100, 1), more_is_better=False),
    Measure("instructions per GET, 1 UPS", "instr", instructions(1), more_is_better=False,
            full_only=True),
    Measure("instructions per GET, 1000 UPSes", "instr", instructions(1000), more_is_better=False,
            full_only=True),
]
