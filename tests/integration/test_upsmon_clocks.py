# SPDX-License-Identifier: Apache-2.0
"""Our monitor when time is not what it seems: the wall clock jumps by a day, the machine sleeps, its processes are
stopped for longer than any patience. Nobody goes down for that alone."""

import os
import signal
import time

import pytest

from support import Monitor, wait_for
from support.clocks import Clocks, without_sanitizers
from support.process import children_of, freeze
from support.programs import long_tests

DAY = 86400
JUMPS = {"forwards": DAY, "backwards": -DAY}
only_long = pytest.mark.skipif(not long_tests(), reason="the long tests only")


def primary(site, **more):
    return Monitor(site, "primary", [f"{site.at('alpha')} 1 mon1 pass1 primary"], **more)


def server_of(site):
    return next(process for process in site.processes if process.name == "upsd")


def is_up(monitor, site, outage):
    """It watches, has decided nothing, and still decides what is right."""
    log = monitor.process.log()
    assert "is to be shut down" not in log and not monitor.mark.exists() and not monitor.flag.exists()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    outage.set("ups.status", "OB LB")
    monitor.wait_shutdown()
    assert monitor.process.wait_end() == 0


@without_sanitizers
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_jump_of_the_wall_clock_decides_nothing(site, outage, jump):
    clocks = Clocks(site)
    first = primary(site, environment=clocks.more, lines="NOTIFYFLAG SUSPEND_TIMEJUMP_UNEXPECTED SYSLOG\n").start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    clocks.jump(jump)
    first.says("type=SUSPEND_TIMEJUMP_UNEXPECTED")
    assert "type=COMMBAD" not in first.process.log()
    is_up(first, site, outage)
    assert first.process.log().count("type=SUSPEND_TIMEJUMP_UNEXPECTED") == 1


@only_long
@without_sanitizers
@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_jump_of_the_wall_clock_puts_nothing_off(site, outage, jump):
    clocks = Clocks(site)
    first = primary(site, environment=clocks.more).start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    server_of(site).kill()
    first.says("type=COMMBAD")
    begin = time.monotonic()
    clocks.jump(jump)
    first.wait_shutdown()
    assert "critical=dead_on_battery" in first.process.log()
    assert time.monotonic() - begin < 30
    assert first.process.wait_end() == 0


@without_sanitizers
def test_sleep_is_held_against_nobody_and_servers_are_connected_anew(site, outage):
    clocks = Clocks(site)
    first = primary(site, environment=clocks.more, lines="NOTIFYFLAG SUSPEND_FINISHED SYSLOG\n").start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    clocks.sleep(DAY)
    first.says("type=SUSPEND_FINISHED")
    # Without waiting for the old connection to turn out dead, and without a word about it.
    first.process.wait_until(lambda: first.process.log().count("logged in") == 2, what="logged in again")
    assert "type=COMMBAD" not in first.process.log()
    is_up(first, site, outage)


@without_sanitizers
def test_what_was_said_before_sleep_is_not_believed_after_it(site, outage):
    """LB arrives as the machine falls asleep, and waits to be read. When it wakes, mains are back, and it takes the
    server a while to say so."""
    clocks = Clocks(site)
    first = primary(site, environment=clocks.more, lines="NOTIFYFLAG SUSPEND_FINISHED SYSLOG\n").start()
    worker = first.pid("--worker")
    freeze(worker)
    outage.set("ups.status", "OB LB")
    site.wait_var("alpha", "ups.status", "OB LB")
    server_of(site).freeze()
    clocks.sleep(DAY)
    os.kill(worker, signal.SIGCONT)
    first.says("type=SUSPEND_FINISHED")
    outage.set("ups.status", "OL CHRG")
    server_of(site).thaw()
    first.process.wait_until(lambda: first.process.log().count("logged in") == 2, what="logged in again")
    is_up(first, site, outage)


def test_a_monitor_that_was_stopped_does_not_take_the_gap_for_silence(site, outage):
    """As a paused virtual machine or a frozen container: everything stops, for longer than DEADTIME."""
    first = primary(site, lines="DEADTIME 2\n").start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    everybody = [first.process.pid, *children_of(first.process.pid)]
    for pid in everybody:
        freeze(pid)
    begin = time.monotonic()
    wait_for(lambda: time.monotonic() - begin > 3)
    outage.set("ups.status", "OB DISCHRG")
    for pid in reversed(everybody):
        os.kill(pid, signal.SIGCONT)
    first.says("this process was stopped for a while")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    assert "type=COMMBAD" not in first.process.log()
    is_up(first, site, outage)


@only_long
def test_a_server_that_dies_while_the_monitor_is_stopped_is_missed_from_then_on(site, outage):
    first = primary(site).start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    worker = first.pid("--worker")
    freeze(worker)
    server_of(site).kill()
    begin = time.monotonic()
    wait_for(lambda: time.monotonic() - begin > 4)
    thawed = time.time()
    os.kill(worker, signal.SIGCONT)
    first.says("type=COMMBAD")
    assert first.wait_shutdown() - thawed > 2, "DEADTIME counts from when it could be noticed"
    assert first.process.wait_end() == 0
