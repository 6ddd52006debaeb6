# SPDX-License-Identifier: Apache-2.0
"""What it costs: memory, processor time, instructions, system calls."""

import re
import shutil
import signal
import subprocess
import time

from support.wait import wait_for

from .measure import at_most, cost
from .rates import GET
from .servers import Place, end


def memory_per_ups(bench):
    found = {}
    for who in bench.who:
        if who == "loop":
            continue
        used = {}
        for count in (1, bench.sizes.upses):
            place = Place(bench, who, count).wait()
            bench.load("many", "mode=all-ups", f"port={place.port}", "prefix=u", f"count={count}")
            used[count] = place.settled_kib()
            place.close()
        found[who] = [(used[bench.sizes.upses] - used[1]) / (bench.sizes.upses - 1)]
    return found


def memory_per_connection(tls):
    def run(bench):
        count = bench.sizes.idle_tls if tls else bench.sizes.clients
        found = {}
        for who in bench.who:
            place = Place(bench, who, 1, tls=tls).wait()
            before = place.settled_kib()
            idle = bench.spawn_load("many", "mode=idle", f"port={place.port}", "ups=u0", f"count={count}",
                                    f"tls={int(tls)}")
            found[who] = [(place.settled_kib() - before) / count]
            end(idle)
            place.close()
        return found
    return run


def processor(load, updates=False, stock=True):
    """Percent of one processor under a steady load of monitors. `load`: words for the generator;
    `updates`: whether one reading per UPS and second changes. Ours and the loop, which leave the processor
    idle nearly all the time, are watched in the same seconds; the stock server has some for itself."""
    def run(bench):
        found = {}
        for group in (("stock",) if stock else (), ("ours", "loop")):
            if who := [name for name in group if name in bench.who]:
                found |= percent(bench, who, load(bench), updates)
        return found
    return run


def percent(bench, who, load, updates):
    places = {name: bench.large(name) for name in who}
    sizes = bench.sizes
    clients = [bench.spawn_load("pollers", f"port={place.port}", f"connections={sizes.clients}",
                                f"upses={sizes.upses}", load) for place in places.values()]
    for place in places.values():
        place.order_updates(sizes.upses if updates else 0)
    time.sleep(min(1.0, sizes.cpu_seconds / 4))  # not a wait for anything: the load settles
    spent, begin = {name: place.cpu_seconds() for name, place in places.items()}, time.monotonic()
    time.sleep(sizes.cpu_seconds)
    passed = time.monotonic() - begin
    found = {name: [100 * (place.cpu_seconds() - spent[name]) / passed] for name, place in places.items()}
    for place in places.values():
        place.order_updates(0)
    if any(helper.poll() is not None for helper in clients):
        raise RuntimeError("bench-pollers ended")
    for helper in clients:
        end(helper)
    return found


def polling(bench):
    return f"interval={bench.sizes.interval}"


def subscribing(_):
    return "subscribe="


def instructions(upses):
    """Instructions per GET with `upses(bench)` UPSes, by callgrind: the difference of two runs."""
    def run(bench):
        count = upses(bench)
        key = f"instructions {count}"
        if key not in bench.kept:
            if not shutil.which("valgrind"):
                raise RuntimeError("no valgrind")
            bench.kept[key] = {who: [callgrind_get(bench, who, count)] for who in bench.who}
        return bench.kept[key]
    return run


def callgrind_get(bench, who, count):
    totals = []
    # The stock server needs so many at 1,000 UPSes that fewer requests show it as well.
    few, more = 10, bench.sizes.counted // (10 if who == "stock" else 1)
    for requests_sent in (few, more):
        place = Place(bench, who, count, starts=False, quiet=True)
        try:
            place.start(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                         "--vgdb=no"]).wait()
            bench.load("many", "mode=exact", f"port={place.port}", f"request={GET}",
                       f"count={requests_sent}")
            place.server.stop(60)
            totals.append(int(re.search(r"Collected : (\d+)", place.server.log()).group(1)))
        finally:
            place.close()
    return (totals[1] - totals[0]) / (more - few)


def instruction_growth(bench):
    """Instructions per GET at many UPSes over those at one; the two rows before have measured both."""
    one, many = (instructions(upses)(bench) for upses in (one_ups, many_upses))
    return {who: [many[who][0] / one[who][0]] for who in one}


def one_ups(_):
    return 1


def many_upses(bench):
    return bench.sizes.upses


def system_calls(request):
    """System calls per request: strace on the running server, the difference of two runs."""
    def run(bench):
        if not shutil.which("strace"):
            raise RuntimeError("no strace")
        few, more = bench.sizes.traced // 4, bench.sizes.traced
        # To the tenth: a PING to a driver or a timer may fall into one of the two.
        return {who: [round((traced_calls(bench, bench.small(who), request, more)
                             - traced_calls(bench, bench.small(who), request, few)) / (more - few), 1)]
                for who in bench.who}
    return run


def traced_calls(bench, place, request, count):
    counts = bench.replies / "strace"
    counts.unlink(missing_ok=True)
    tracer = subprocess.Popen(["strace", "-f", "-c", "-o", counts, "-p", str(place.server.pid)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: f"TracerPid:\t{tracer.pid}\n" in status_of(place), 10, "strace is attached")
    bench.load("many", "mode=exact", f"port={place.port}", f"request={request}", f"count={count}")
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    found = re.search(r"^100\.00\s+\S+\s+(?:\d+\s+)?(\d+)\s+(?:\d+\s+)?total$", counts.read_text(), re.M)
    return int(found.group(1))


def status_of(place):
    with open(f"/proc/{place.server.pid}/status", encoding="ascii") as file:
        return file.read()


def rows(sizes):
    return [
        cost("memory-ups", f"memory per UPS (of {sizes.upses:,})", "KiB", memory_per_ups, at_most(12)),
        cost("memory-plain", "memory per idle plain connection", "KiB", memory_per_connection(False), at_most(1)),
        cost("memory-tls", "memory per idle TLS connection", "KiB", memory_per_connection(True), at_most(14)),
        cost("cpu-polled", f"CPU: {sizes.clients:,} poll every {sizes.interval:g} s, {sizes.upses:,} UPSes", "%",
             processor(polling), at_most(1.6, "loop")),
        cost("cpu-polled-updates", "CPU: the same, 1 update/UPS and second", "%",
             processor(polling, updates=True), at_most(1.6, "loop")),
        cost("cpu-subscribed", f"CPU: {sizes.clients:,} subscribed instead", "%",
             processor(subscribing, stock=False), at_most(0.2)),
        cost("cpu-subscribed-updates", "CPU: the same, each update pushed", "%",
             processor(subscribing, updates=True, stock=False), at_most(1.6, "loop")),
        cost("instructions-1", "instructions per GET, 1 UPS", "instr", instructions(one_ups), at_most(1000)),
        cost("instructions-1000", f"instructions per GET, {sizes.upses:,} UPSes", "instr", instructions(many_upses),
             at_most(1000)),
        cost("instructions-growth", "the second over the first", "x", instruction_growth, at_most(1.02)),
        cost("calls-get", "system calls per GET", "calls", system_calls(GET), at_most(3)),
        cost("calls-list", "system calls per LIST VAR (60)", "calls", system_calls("LIST VAR u0"), at_most(3)),
    ]
