# SPDX-License-Identifier: Apache-2.0
"""One row of the table, and the figure it is to reach."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Target:
    """`at_least(0.9, "loop")`: our median is at least 0.9 times that of the bare loop. Without a second
    argument the bound is in the row's unit."""
    sign: str     # ">=" or "<="
    bound: float
    of: str = ""  # "stock", "loop" or "": an absolute bound

    def text(self, unit):
        word = self.of or {"instr": "", "calls": ""}.get(unit, unit)
        return f"{self.sign}{self.bound:g} {word}".rstrip()

    def met(self, medians):
        """True or False; None when there is nothing to compare."""
        ours, other = medians.get("ours"), medians.get(self.of, 0) if self.of else 1
        if ours is None or not other:
            return None
        return ours >= self.bound * other if self.sign == ">=" else ours <= self.bound * other


def at_least(bound, of=""):
    return Target(">=", bound, of)


def at_most(bound, of=""):
    return Target("<=", bound, of)


@dataclasses.dataclass(frozen=True)
class Measure:
    key: str        # for --only and --json
    name: str       # what the table shows
    unit: str       # "/s", "s", "ms", "us", "KiB", "%", "instr", "calls", "x"
    run: Callable   # (bench) -> {who: [samples]}
    targets: tuple = ()
    more_is_better: bool = False


def rate(key, name, run, *targets):
    return Measure(key, name, "/s", run, targets, more_is_better=True)


def cost(key, name, unit, run, *targets):
    return Measure(key, name, unit, run, targets)
