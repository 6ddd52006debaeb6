# SPDX-License-Identifier: Apache-2.0
"""The table: medians and ratios, at most 100 columns."""

import os
import platform
import statistics

from support.programs import SOURCE_ROOT


def shown(value, unit):
    if value is None:
        return "-"
    if unit == "/s":
        for size, letter in ((1e6, "M"), (1e3, "k")):
            if value >= size:
                return f"{value / size:.{2 if value < 10 * size else 1}f} {letter}/s"
        return f"{value:.1f} /s"
    if unit == "instr":
        return f"{value:,.0f}"
    digits = {"s": 3, "KiB": 2, "us": 0}[unit]
    return f"{value:.{digits}f} {unit}"


def ratio(a, b):
    return "-" if not a or not b else f"{a / b:.2f}"


def print_table(results, bench):
    print(f"{'measure':<40}{'stock':>12}{'ours':>12}{'bare loop':>12}{'ours/stock':>12}{'ours/loop':>11}")
    print("-" * 99)
    for measure, samples in results:
        median = {who: statistics.median(values) for who, values in samples.items() if values}
        print(f"{measure.name:<40}"
              + "".join(f"{shown(median.get(who), measure.unit):>12}" for who in ("stock", "ours", "loop"))
              + f"{ratio(median.get('ours'), median.get('stock')):>12}"
              + f"{ratio(median.get('ours'), median.get('loop')):>11}")
    print(f"\nMedians of {bench.rounds} interleaved rounds of {bench.seconds} s; rates: more is better, all "
          f"else: less. Server on one\nprocessor, load on another. {os.cpu_count()} processors, "
          f"{cpu_name()}, Linux {platform.release()}.")
    print(f"ours: {SOURCE_ROOT.name}, release build. stock: {stock_version()}. bare loop: libevent, own "
          "buffers, the same bytes out.")


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def stock_version():
    import subprocess
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}", "nut-server"],
                          capture_output=True, text=True, check=False)
    return done.stdout or "absent"
