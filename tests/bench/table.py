# SPDX-License-Identifier: Apache-2.0
"""The table: medians, ratios and targets, at most 100 columns."""

import os
import platform
import statistics
import subprocess

from support.programs import SOURCE_ROOT

WIDTH = 100
DIGITS = {"s": 3, "ms": 2, "us": 0, "KiB": 2, "%": 2, "instr": 0, "calls": 2, "x": 3}
UNSAID = ("instr", "calls")  # units that the row's name says


def shown(value, unit):
    if value is None:
        return "-"
    if unit == "/s":
        for size, letter in ((1e6, "M"), (1e3, "k")):
            if value >= size:
                return f"{value / size:.{2 if value < 10 * size else 1}f} {letter}/s"
        return f"{value:.1f} /s"
    return f"{value:,.{DIGITS[unit]}f} {'' if unit in UNSAID else unit}".rstrip()


def ratio(a, b):
    if not a or not b:
        return "-"
    return f"{a / b:.2f}" if a / b < 100 else f"{a / b:.0f}"


def medians_of(samples):
    return {who: statistics.median(values) for who, values in samples.items() if values}


def met_text(target, medians):
    met = target.met(medians)
    return {True: "yes", False: "NO", None: "-"}[met]


def print_header():
    print(f"{'measure':<38}{'stock':>10}{'ours':>10}{'loop':>10}{'/stock':>8}{'/loop':>7}"
          f"  {'reach':<12}met")
    print("-" * WIDTH, flush=True)


def print_row(measure, samples):
    medians = medians_of(samples)
    targets = measure.targets or (None,)
    for number, target in enumerate(targets):
        left = f"{measure.name:<38}" + "".join(
            f"{shown(medians.get(who), measure.unit):>10}" for who in ("stock", "ours", "loop"))
        left += (f"{ratio(medians.get('ours'), medians.get('stock')):>8}"
                 f"{ratio(medians.get('ours'), medians.get('loop')):>7}")
        right = f"{target.text(measure.unit):<12}{met_text(target, medians)}" if target else ""
        print(f"{left if number == 0 else '':<83}  {right}".rstrip(), flush=True)


def print_footer(sizes):
    print("-" * WIDTH)
    print(f"Medians of {sizes.rounds} interleaved rounds; rates over {sizes.seconds:g} s, CPU over "
          f"{sizes.cpu_seconds:g} s. /stock, /loop: ours over theirs.\nServer on one processor, load on "
          f"another. {os.cpu_count()} processors, {cpu_name()}, Linux {platform.release()}.")
    print(f"ours: {SOURCE_ROOT.name}, release build. stock: {stock_version()}. loop: bare libevent.")


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def stock_version():
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}", "nut-server"],
                          capture_output=True, text=True, check=False)
    return done.stdout or "absent"
