# SPDX-License-Identifier: Apache-2.0
"""How the costs of our server grow with UPSes, variables and clients. One of the three grows, the other two
stay: 1 UPS, 60 variables, 10 clients."""

import sys
import time

from support.client import Client
from support.wait import wait_for

from .rates import GET
from .servers import VARIABLES, Place, end

STEPS = (1, 10, 100, 1000, 10000)
FEWEST_VARIABLES = 10  # a driver has that many in any case
ENOUGH_CLIENTS = 100   # to see what one adds: memory grows by pages
HEADER = (f"{'':<22}{'start':>9}{'memory':>12}{'per UPS':>12}{'per client':>12}{'CPU per GET':>13}"
          f"{'GET':>11}")


def print_growth(bench, steps=STEPS):
    """Returns the names of the lines that could not be measured."""
    print(HEADER)
    print("-" * len(HEADER), flush=True)
    failed = []
    for what in ("UPSes", "variables", "clients"):
        for count in steps:
            if what == "variables" and count < FEWEST_VARIABLES:
                continue
            name = f"{count:,} {what}"
            try:
                print_line(name, bench, **{what.lower(): count})
            except (AssertionError, OSError, RuntimeError) as error:
                failed.append(name)
                print(f"{name}: {error}", file=sys.stderr)
    return failed


def print_line(name, bench, upses=1, variables=VARIABLES, clients=10):
    """`memory`: all that is the server's own, without clients. `per UPS`: that by the number of UPSes.
    `per client`: what idle clients add."""
    place = Place(bench, "ours", upses, starts=False, variables=variables, quiet=True)
    try:
        begin = time.monotonic()
        place.start()
        started = bench.load("many", "mode=all-ups", f"port={place.port}", "prefix=u",
                             f"count={upses}")[0] - begin
        with Client(place.port, timeout=30) as client:
            wait_for(lambda: len(client.ask_list("LIST VAR u0")) == variables, 30, "all variables served")
        memory = place.settled_kib()
        idle = bench.spawn_load("many", "mode=idle", f"port={place.port}", "ups=u0", f"count={clients}")
        added = place.settled_kib() - memory
        end(idle)
        spent, rate = cost_of_get(bench, place, clients)
    finally:
        place.close()
    per_client = f"{added / clients:.2f} KiB" if clients >= ENOUGH_CLIENTS else "-"
    print(f"{name:<22}{started:>7.2f} s{memory / 1024:>8.1f} MiB{memory / upses:>8.1f} KiB"
          f"{per_client:>12}{spent * 1e6:>10.2f} us{rate / 1000:>7.1f} k/s", flush=True)


def cost_of_get(bench, place, clients):
    """Processor seconds of the server per GET, and GETs per second."""
    load = bench.spawn_load("requests", f"port={place.port}", f"request={GET}", f"connections={clients}",
                            f"seconds={bench.sizes.seconds}", "wait=1")
    before = place.cpu_seconds()
    load.stdin.write("go\n")
    load.stdin.flush()
    line = load.stdout.readline()
    spent = place.cpu_seconds() - before
    end(load)
    if not line:
        raise RuntimeError("bench-requests ended")
    rate, replies = map(float, line.split())
    return spent / replies, rate
