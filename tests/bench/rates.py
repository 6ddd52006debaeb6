# SPDX-License-Identifier: Apache-2.0
"""How many a second: requests, sessions, handshakes, driver updates."""

from .measure import Measure, at_least, rate
from .servers import Place, end

GET = "GET VAR u0 ups.status"


def ask(bench, place, request, connections, depth=1, upses=1):
    return bench.load("requests", f"port={place.port}", f"request={request}", f"connections={connections}",
                      f"depth={depth}", f"upses={upses}", f"tls={int(place.tls)}",
                      f"seconds={bench.sizes.seconds}")[0]


def requests(request, connections, depth=1):
    def run(bench):
        return bench.interleaved(lambda who: ask(bench, bench.small(who), request, connections, depth))
    return run


def beside_idle(bench):
    """One busy connection beside idle clients and many UPSes, in percent of what it gets alone on a
    server of one UPS."""
    idle = {who: bench.spawn_load("many", "mode=idle", f"port={bench.large(who).port}", "ups=u0",
                                  f"count={bench.sizes.clients}") for who in bench.who}
    try:
        return bench.interleaved(
            lambda who: 100 * ask(bench, bench.large(who), GET, 1) / ask(bench, bench.small(who), GET, 1))
    finally:
        for helper in idle.values():
            end(helper)


def monitors(bench):
    """Each client asks for a UPS of its own, as fast as it is answered."""
    return bench.interleaved(lambda who: ask(bench, bench.large(who), "GET VAR u# ups.status",
                                             bench.sizes.clients, upses=bench.sizes.upses))


def sessions(parallel):
    def run(bench):
        return bench.interleaved(lambda who: bench.load(
            "sessions", f"port={bench.small(who).port}", "ups=u0", "user=bench", "password=secret",
            f"parallel={parallel}", f"seconds={bench.sizes.seconds}")[0])
    return run


def handshakes(bench):
    return bench.interleaved(lambda who: bench.load(
        "handshakes", f"port={bench.secure(who).port}", "parallel=8", f"seconds={bench.sizes.seconds}")[0])


def secure_requests(bench):
    return bench.interleaved(lambda who: ask(bench, bench.secure(who), GET, 10, 16))


def updates(lines):
    """The generator is the driver; it goes on until the server shows the last value."""
    def run(bench):
        places, loads = {}, {}
        try:
            for who in bench.who:
                places[who] = place = Place(bench, who, 1, starts=False, drivers=False)
                loads[who] = bench.spawn_load(
                    "updates", f"socket={place.sockets}0", f"port={place.port}", f"lines={lines}",
                    f"updates={bench.sizes.updates}", *(["ask=LAST"] if who == "loop" else []))
                place.start(relay=True).wait()
            return bench.interleaved(lambda who: one_round(loads[who]))
        finally:
            for helper in loads.values():
                end(helper)
            for place in places.values():
                place.close()
    return run


def one_round(helper):
    helper.stdin.write("go\n")
    helper.stdin.flush()
    line = helper.stdout.readline()
    if not line:
        raise RuntimeError("bench-updates ended")
    return float(line)


def rows(sizes):
    return [
        rate("get-10", "GET VAR, 10 connections", requests(GET, 10), at_least(0.95, "loop")),
        rate("get-100", "GET VAR, 100 connections", requests(GET, 100), at_least(0.95, "loop")),
        rate("get-1000", f"GET VAR, {sizes.clients:,} connections", requests(GET, sizes.clients), at_least(0.95, "loop")),
        rate("get-16-deep", "GET VAR, 10 × 16 in flight", requests(GET, 10, 16), at_least(0.85, "loop"),
             at_least(4, "stock")),
        rate("list-1", "LIST VAR (60), 1 connection", requests("LIST VAR u0", 1), at_least(0.9, "loop")),
        rate("list-100", "LIST VAR (60), 100 connections", requests("LIST VAR u0", 100), at_least(0.9, "loop")),
        Measure("beside-idle", f"GET, {sizes.clients:,} idle, {sizes.upses:,} UPSes: of own", "%", beside_idle, (at_least(90),),
                more_is_better=True),
        rate("monitors", f"{sizes.clients:,} monitors, {sizes.upses:,} UPSes", monitors, at_least(0.8, "loop")),
        rate("login-8", "connect, log in and out, 8 at once", sessions(8), at_least(0.9, "loop")),
        rate("login-64", "connect, log in and out, 64 at once", sessions(64), at_least(0.9, "loop")),
        rate("tls-handshakes", "TLS handshakes, 8 at once", handshakes, at_least(0.9, "loop")),
        rate("tls-get-16-deep", "GET VAR over TLS, 10 × 16 in flight", secure_requests, at_least(0.9, "loop")),
        rate("updates-1", "driver updates, 1 line per write", updates(1), at_least(0.9, "loop")),
        rate("updates-16", "driver updates, 16 lines per write", updates(16), at_least(0.6, "loop")),
    ]
