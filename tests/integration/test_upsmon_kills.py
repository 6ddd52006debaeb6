# SPDX-License-Identifier: Apache-2.0
"""Our monitor loses its worker at every step of an outage, killed or hanging: the parent replaces it, what was
decided is done, once, and nothing else is."""

import dataclasses
import os
import signal

import pytest

from support import Monitor, Ups, wait_for
from support.process import freeze, stat_fields
from support.programs import long_tests

# A hanging worker is noticed after half of the service manager's limit.
HASTE = {"WATCHDOG_USEC": "4000000"}


def kill(pid):
    os.kill(pid, signal.SIGKILL)


class Story:
    """A server, its UPS, and one monitor whose SHUTDOWNCMD writes a line each time."""

    def __init__(self, site):
        self.site = site
        site.write_ups_conf([Ups("alpha")])
        self.ups = site.fake_driver("alpha", {"ups.status": "OL"})
        site.start_upsd()
        site.wait_var("alpha", "ups.status", "OL")
        self.other = None
        self.monitor = None

    def start(self, rank="primary", lines="", slow=False, environment=None):
        account = "mon1 pass1" if rank == "primary" else "mon2 pass2"
        self.monitor = Monitor(self.site, "monitor", [f"{self.site.at('alpha')} 1 {account} {rank}"],
                               environment=environment)
        self.monitor.command = f"{'sleep 1; ' if slow else ''}date +%s.%N >> {self.monitor.mark}"
        self.monitor.write(lines)
        self.monitor.start()

    def status(self, text):
        self.ups.set("ups.status", text)

    def says(self, text, count=1):
        log = self.monitor.process.log
        self.monitor.process.wait_until(lambda: log().count(text) >= count, what=f"{count} times {text!r}")

    def hold(self):
        """Somebody else hangs on the UPS, so that a primary waits."""
        self.other = self.site.client().log_in("mon2", "pass2")
        self.other.expect("LOGIN alpha", "OK")

    def lose_worker(self, how):
        """The worker goes, and the next one is logged in."""
        lost = self.monitor.pid("--worker")
        logins = self.monitor.process.log().count("logged in")
        how(lost)
        self.says("worker.died")
        if how is freeze:
            assert "worker.hangs" in self.monitor.process.log()
        # One that has done its work may be gone before it can be seen.
        self.says("logged in", logins + 1)

    def runs(self):
        return len(self.monitor.mark.read_text().splitlines()) if self.monitor.mark.exists() else 0

    def is_down(self):
        """It ends by itself, and has done everything once."""
        assert self.monitor.process.wait_end(within=20) == 0
        assert self.runs() == 1
        assert self.monitor.flag.read_text() == "upsmon-shutdown-file"

    def is_up(self):
        """It goes on watching, and nothing was done."""
        self.site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
        self.status("OL BOOST")
        self.says("type=BOOST")
        assert self.monitor.process.stop() == 0
        assert self.runs() == 0 and not self.monitor.flag.exists()
        assert "is to be shut down" not in self.monitor.process.log()


@pytest.fixture
def story(site):
    return Story(site)


@dataclasses.dataclass
class Step:
    """`before` leads to the step, `after` on from there with a new worker."""
    name: str
    before: object
    after: object
    end: object = Story.is_down
    rank: str = "primary"
    lines: str = ""
    how: object = kill
    slow: bool = False  # the command takes a while
    every_time: bool = True  # or in the long tests only


def on_battery(story):
    story.status("OB")
    story.says("type=ONBATT")


def low(story):
    story.status("OB LB")
    story.says("type=LOWBATT")


def decided(story):
    story.hold()
    story.status("OB LB")
    story.says("this host is to be shut down")


def waiting(story):
    """For the other one, which the server is known to count."""
    decided(story)
    story.site.wait_var("alpha", "ups.status", "FSD OB LB")


def told_to_go(story):
    """By somebody else, who is primary."""
    lead = story.site.client().log_in("mon1", "pass1")
    lead.expect("PRIMARY alpha", "OK PRIMARY-GRANTED")
    lead.expect("FSD alpha", "OK FSD-SET")
    story.says("type=SHUTDOWN ")


def last_words(story):
    story.status("OB LB")
    story.says("type=SHUTDOWN ")


def given(story):
    last_words(story)
    wait_for(story.runs)


def running(story):
    last_words(story)
    story.says("SHUTDOWNCMD is run now")


def mains_are_back(story):
    story.status("OL CHRG")


def battery_is_low(story):
    story.status("OB LB")


def other_leaves(story):
    story.other.close()


def waiting_in_vain(story):
    """Mains are back, but the shutdown is not to be called off: nothing but its memory tells the next worker."""
    waiting(story)
    story.status("OL")
    story.site.wait_var("alpha", "ups.status", "FSD OL")


def nothing(_story):
    pass


def is_down_once(story):
    """One that stays logged in until it is ended."""
    story.says("this host is shut down now", 2)
    story.monitor.process.stop()
    assert story.runs() == 1


STEPS = [
    Step("on_mains", nothing, battery_is_low, every_time=False),
    Step("on_battery", on_battery, battery_is_low, every_time=False),
    Step("on_battery_and_mains_are_back", on_battery, mains_are_back, Story.is_up),
    Step("low_but_not_for_long_enough", low, nothing, lines="OBLBDURATION 2\n", every_time=False),
    Step("low_and_mains_are_back", low, mains_are_back, Story.is_up, lines="OBLBDURATION 15\n"),
    Step("decided", decided, other_leaves, every_time=False),
    Step("waiting_for_secondaries", waiting, other_leaves, every_time=False),
    Step("waiting_and_mains_are_back", waiting_in_vain, other_leaves, lines="CALLOFF NEVER\n"),
    Step("final_delay", last_words, nothing, lines="FINALDELAY 1\n"),
    Step("final_delay_of_a_secondary", told_to_go, nothing, rank="secondary", lines="FINALDELAY 2\n",
         every_time=False),
    Step("command_given", given, nothing, is_down_once, lines="SHUTDOWNEXIT no\n"),
    Step("command_running", running, nothing, lines="SHUTDOWNEXIT 20\n", slow=True, end=is_down_once,
         every_time=False),
    Step("hangs_on_battery", on_battery, battery_is_low, how=freeze, every_time=False),
    Step("hangs_while_waiting", waiting, other_leaves, how=freeze, every_time=False),
    Step("hangs_in_final_delay", last_words, nothing, lines="FINALDELAY 3\n", how=freeze, every_time=False),
]
STEPS = [step for step in STEPS if step.every_time or long_tests()]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_worker_is_lost(story, step):
    story.start(step.rank, step.lines, step.slow, HASTE if step.how is freeze else None)
    step.before(story)
    story.lose_worker(step.how)
    step.after(story)
    step.end(story)


def test_the_worker_is_lost_while_a_ups_on_battery_is_out_of_reach(story):
    """For the next worker it is none that was never seen: DEADTIME is 3 seconds."""
    story.start()
    on_battery(story)
    next(process for process in story.site.processes if process.name == "upsd").kill()
    story.says("type=COMMBAD")
    kill(story.monitor.pid("--worker"))
    story.says("worker.died")
    assert "is to be shut down" not in story.monitor.process.log(), "too late for this test"
    story.is_down()
    assert "critical=dead_on_battery" in story.monitor.process.log()


@pytest.mark.skipif(not long_tests(), reason="the long tests only")
def test_the_worker_is_lost_again_and_again(story):
    story.start()
    waiting(story)
    story.lose_worker(kill)
    story.lose_worker(kill)
    other_leaves(story)
    story.is_down()


@pytest.mark.parametrize("how", [kill, freeze] if long_tests() else [kill])
def test_the_courier_is_lost_and_delays_nothing(story, how):
    story.start()
    on_battery(story)
    courier = story.monitor.pid("--courier")
    how(courier)
    story.status("OB LB")
    assert wait_for(story.runs)
    assert story.monitor.process.wait_end(within=20) == 0
    if how is freeze:
        kill(courier)
    assert story.runs() == 1 and story.monitor.flag.exists()


def test_a_parent_that_stands_still_hears_of_it_later(story):
    """What the worker decided, and said before it was killed, waits for it."""
    story.start()
    worker = story.monitor.pid("--worker")
    story.monitor.process.freeze()
    story.status("OB LB")
    story.says("this host is shut down now")
    kill(worker)
    wait_for(lambda: stat_fields(worker)[0] == "Z", what="the worker has ended")
    assert story.runs() == 0
    story.monitor.process.thaw()
    story.is_down()
