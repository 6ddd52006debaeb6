# SPDX-License-Identifier: Apache-2.0
"""How long something takes: start-up, an update's way to a subscriber, storms of clients, stalls."""

import time

from .measure import at_most, cost
from .servers import Place, end


def start_up(bench):
    """From starting the server to the last UPS with data; their drivers are up already."""
    places = {who: Place(bench, who, bench.sizes.upses, starts=False) for who in bench.who if who != "loop"}

    def one(who):
        begin = time.monotonic()
        places[who].start()
        done = bench.load("many", "mode=all-ups", f"port={places[who].port}", "prefix=u",
                          f"count={bench.sizes.upses}")[0]
        places[who].stop_server()
        return done - begin
    try:
        return bench.interleaved(one, list(places))
    finally:
        for place in places.values():
            place.close()


def event_latency(subscribers, percentile):
    """`percentile`: 0 for the 50th, 1 for the 99th. One run gives both; the second asks the memory."""
    def run(bench):
        key = f"latency {subscribers}"
        if key not in bench.kept:
            bench.kept[key] = bench.interleaved(lambda who: one_latency(bench, who, subscribers),
                                                ["ours", "loop"])
        return {who: [pair[percentile] for pair in pairs] for who, pairs in bench.kept[key].items()}
    return run


def one_latency(bench, who, subscribers):
    place = Place(bench, who, 1, starts=False, drivers=False)  # the generator is the driver here
    load = bench.spawn_load("latency", f"socket={place.sockets}0", f"port={place.port}", "ups=u0",
                            f"subscribers={subscribers}", f"updates={bench.sizes.events}")
    try:
        place.start(relay=True)
        output, _ = load.communicate(timeout=120)
        if load.returncode != 0:
            raise RuntimeError(f"bench-latency ended with {load.returncode}")
        return [float(word) for word in output.split()]
    finally:
        load.kill()
        load.wait()
        place.close()


def instant_storm(bench):
    return bench.interleaved(lambda who: bench.load(
        "storm", f"port={bench.small(who).port}", f"count={bench.sizes.clients}")[0], stock_rounds=1)


def steady_storm(bench):
    """One sample each: it takes its time."""
    return {who: bench.load("storm", f"port={bench.small(who).port}", f"count={bench.sizes.storm}",
                            f"rate={bench.sizes.storm_rate}") for who in bench.who}


def gap(beside):
    """The stock server stalls for seconds, so one sample of it is enough."""
    def run(bench):
        return bench.interleaved(lambda who: bench.load(
            "gap", f"port={bench.secure(who).port}", f"beside={beside}", f"stays={bench.sizes.stays}",
            f"seconds={bench.sizes.gap_seconds}")[0], stock_rounds=1)
    return run


def rows(sizes):
    return [
        cost("start", f"start until {sizes.upses:,} UPSes answer", "s", start_up, at_most(0.8, "stock")),
        cost("event-1-p50", "update to EVENT, 1 subscriber, p50", "us", event_latency(1, 0), at_most(1.3, "loop")),
        cost("event-1-p99", "update to EVENT, 1 subscriber, p99", "us", event_latency(1, 1), at_most(1.3, "loop")),
        cost("event-100-p50", "update to EVENT, 100 of them, p50", "us", event_latency(100, 0),
             at_most(1.3, "loop")),
        cost("event-100-p99", "update to EVENT, 100 of them, p99", "us", event_latency(100, 1),
             at_most(1.3, "loop")),
        cost("storm", f"{sizes.clients:,} clients at the same instant", "s", instant_storm, at_most(0.05)),
        cost("storm-steady", f"{sizes.storm:,} connections at {sizes.storm_rate:,}/s", "s", steady_storm,
             at_most(1.05 * sizes.storm / sizes.storm_rate)),
        cost("gap-never-reads", "longest gap beside a non-reader", "ms", gap("never-reads"), at_most(5)),
        cost("gap-starttls", "longest gap beside a silent STARTTLS", "ms", gap("starttls"), at_most(5)),
    ]
