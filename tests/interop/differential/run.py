# SPDX-License-Identifier: Apache-2.0
"""Random sessions against both servers."""

import argparse
import hashlib
import os
import random
import sys
import time

from support import STOCK, Site, Ups, User
from support.wait import STRETCH

from . import devices, rules
from .world import World, show

STEPS = 300  # of an episode
SHOWN = 10   # kinds of failures that are cut short and shown
USERS = [User("admin", "adminpass", "SET FSD", "ALL"), User("mon1", "pass1", upsmon="primary"),
         User("mon2", "pass2", upsmon="secondary"), User("oper", '"two words"', "SET", "load.off beeper.toggle"),
         User("odd", '"q\\"u\\\\o\\#t=e"', "FSD", "test.fail"), User("plain", "nothing")]


class Theatre:
    """Both servers, and worlds on them."""

    def __init__(self, worlds):
        self.tally = rules.counter()
        self.steps = STEPS
        self.sites = [Site(), Site()]
        self.drivers = []
        self.worlds = []
        try:
            self._open(worlds)
        except BaseException:
            self.close()
            raise

    def _open(self, worlds):
        tags = [hashlib.sha1(str(i).encode()).hexdigest()[:6] for i in range(worlds)]
        upses = [Ups(kind + tag, desc=devices.DESCRIPTIONS.get(kind)) for tag in tags for kind in devices.KINDS]
        for site, more in zip(self.sites, ("", "LOGIN_THROTTLE 0\n"), strict=True):
            site.write_ups_conf(upses)
            site.write_users(USERS)
            site.write_upsd_conf("MAXAGE 3600\n" + more)
            self.drivers.append([{kind: devices.Driver(site.socket_path(kind + tag), kind, site.owner)
                                  for kind in devices.KINDS if kind != "gone"} for tag in tags])
        self.sites[0].start_upsd(STOCK)
        self.sites[1].start_upsd()
        for own in self.drivers:
            for world in own:
                for driver in world.values():
                    driver.serve(timeout=10 * STRETCH)
        ports = [site.port for site in self.sites]
        self.worlds = [World(ports, pair, tag, self.tally)
                       for tag, pair in zip(tags, zip(*self.drivers, strict=True), strict=True)]
        for site in self.sites:
            for tag in tags:
                site.wait_reply(f"GET VAR stale{tag} ups.status", "ERR DATA-STALE")

    def close(self):
        for world in self.worlds:
            for side in world.sides:
                side.monitor.close()
                for session in side.sessions:
                    if session is not None:
                        session.close()
        problems = []
        for site in self.sites:
            problems += site.close()
            site.remove()
        for own in self.drivers:
            for world in own:
                for driver in world.values():
                    driver.close()
        return problems

    def run(self, seed, commands=None, seconds=None, stop_at_first=True):
        """Plays episodes until so many commands were given and so many seconds are over. Returns the failures as
        (world, episode seed, difference)."""
        failures = []
        end = time.monotonic() + (seconds or 0)
        numbers = iter(range(10 ** 9))
        playing = []
        for world in self.worlds:
            playing.append(self._start(world, seed, next(numbers)))
        while playing:
            still = []
            for world, name, play in playing:
                if next(play, self) is not self:
                    still.append((world, name, play))
                    continue
                failures += [(world, name, difference) for difference in world.differences]
                done = self.tally["commands"] >= (commands or 0) and time.monotonic() >= end
                over = done or failures and stop_at_first
                if not over:
                    still.append(self._start(world, seed, next(numbers)))
            playing = still
        return failures

    def _start(self, world, seed, number):
        name = f"{seed}/{number}"
        return world, name, world.play(world.episode(name, self.steps))

    def shortest(self, world, name, difference, within):
        """Fewer steps that still show the difference, as text: the fewest that are found in so many seconds."""
        steps = world.episode(name, self.steps)[:difference.step + 1]
        key = difference.key()
        end = time.monotonic() + within

        def fails(some):
            try:
                for _ in world.play(some):
                    if time.monotonic() >= end:
                        return False
            except (AssertionError, OSError):  # a server that does not answer any more, say
                return False
            return any(one.key() == key for one in world.differences)

        if fails(steps[-1:]):
            return "    " + show(steps[-1])
        size = len(steps) // 2
        while size and time.monotonic() < end:
            at = 0
            while at < len(steps):
                fewer = steps[:at] + steps[at + size:]
                if fewer and fails(fewer):
                    steps = fewer
                else:
                    at += size
            size //= 2
        return "\n".join("    " + show(step) for step in steps)


def report(tally, seconds):
    lines = [f"{tally['commands']} commands to each server, {tally['forwarded']} handed on to drivers, "
             f"{tally['device']} lines of drivers, {seconds:.0f} s"]
    lines += [f"  {count:9}  {what}" for what, count in sorted(tally.items())
              if what == "same" or what == "wrong" or what.startswith("row: ")]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default=None, help="text; a new one unless given, and printed")
    parser.add_argument("--commands", type=int, default=100_000)
    parser.add_argument("--worlds", type=int, default=48)
    parser.add_argument("--survey", action="store_true", help="go on after a difference, and count them by shape")
    options = parser.parse_args()
    seed = options.seed or str(random.SystemRandom().randrange(10 ** 9))
    print(f"seed {seed}")
    theatre = Theatre(options.worlds)
    begin = time.monotonic()
    try:
        failures = theatre.run(seed, options.commands, stop_at_first=not options.survey)
        print(report(theatre.tally, time.monotonic() - begin))
        if options.survey:
            for _, name, difference in failures:
                print(f"{name} step {difference.step}\n{difference}")
        print(explain(theatre, failures, within=120))
    finally:
        problems = theatre.close()
    print("\n".join(problems))
    return 1 if failures or problems else 0


def explain(theatre, failures, within=10):
    """The failures, alike ones together, each with the shortest session that shows it: `within` seconds each are
    spent on looking for that."""
    groups = {}
    for failure in failures:
        groups.setdefault(rules.shape(failure[2]), []).append(failure)
    text = []
    for some in sorted(groups.values(), key=len, reverse=True)[:SHOWN]:
        world, name, difference = some[0]
        text.append(f"{len(some)} like this, in episode {name}\n{difference}\n  shortest:\n"
                    + theatre.shortest(world, name, difference, within))
    return "\n".join(text)


if __name__ == "__main__":
    os.umask(0o007)
    sys.exit(main())
