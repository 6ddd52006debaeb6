# SPDX-License-Identifier: Apache-2.0
"""A power failure in which something else fails too: the server, the network, the disk, the failure itself. Hosts
are namespaces of their own."""

import os
import random
import re
import signal
import time

import pytest

from support import Room, need_hosts, need_stock
from support.process import freeze
from support.programs import long_tests
from support.site import ends_clean


@pytest.fixture
def site():
    need_hosts()
    with ends_clean(Room("power", "web")) as room:
        yield room


def fail(room, *hosts):
    """The mains; every monitor on these hosts knows it afterwards. The instant."""
    at = room.chronicle.note("power", "the mains fail")
    for ups in room.upses:
        ups.mains("off")
    for host in hosts:
        for name in room.names():
            room.chronicle.wait(host, f"ONBATT {name}")
    return at


def empty(room):
    """All batteries are low. The instant."""
    at = room.chronicle.note("power", "the batteries are low")
    for ups in room.upses:
        ups.charge(10)
    return at


def forced(room):
    """Waits until the server has the forced shutdown of all UPSes."""
    for name in room.names():
        room.wait_var(name, "ups.status", "FSD OB LB DISCHRG")


def down(monitor, within=15.0):
    """Waits until its host is down; when its command ran."""
    at = monitor.wait_shutdown(within)
    assert monitor.process.wait_end() == 0, monitor.process.log()
    return at


def monitors(room, lines):
    """A primary and a secondary that is logged in, both on battery."""
    first = room.monitor(room.hosts[0], "primary", lines)
    second = room.monitor(room.hosts[1], lines=lines)
    room.wait_clients(2)
    fail(room, "power", "web")
    return first, second


def test_a_server_that_is_started_again_behind_fsd_is_told_again(site):
    room, told = site, site.chronicle
    server = room.start("left", "right")
    first, second = monitors(room, "HOSTSYNC 20\n")
    # The secondary has not heard of FSD when its server is gone.
    worker = second.pid("--worker")
    freeze(worker)
    empty(room)
    forced(room)
    gone = told.note("power", "the server is killed")
    server.kill()
    told.wait("power", "COMMBAD left", since=gone)
    room.start_server()
    os.kill(worker, signal.SIGCONT)
    forced(room)
    check_that_the_secondary_goes_first(room, first, second)


def check_that_the_secondary_goes_first(room, first, second, within=15.0):
    told = room.chronicle
    assert down(second, within) < down(first, within), told.table()
    assert told.find("web", "SHUTDOWN") <= told.find("power", "SHUTDOWN"), told.table()
    assert "critical=forced_shutdown" in second.process.log()


@pytest.mark.parametrize("seed", range(20) if long_tests() else [])
def test_a_server_that_is_started_again_at_any_moment(site, seed):
    room, dice = site, random.Random(seed)
    server = room.start("left", "right")
    first, second = monitors(room, "HOSTSYNC 30\nFINALDELAY 1\n")
    before, behind, down = dice.random(), dice.random(), dice.random()
    if dice.random() < 0.5:
        empty(room)
        time.sleep(behind * 0.1)
        server.kill()
    else:
        server.kill()
        time.sleep(before * 0.5)
        empty(room)
    time.sleep(down)
    room.start_server()
    check_that_the_secondary_goes_first(room, first, second, within=40)


def test_a_secondary_that_is_cut_off_decides_alone_and_delays_nobody(site):
    """LOSS says what it means to be cut off: as a rule that a UPS on battery is empty after DEADTIME."""
    room, told = site, site.chronicle
    power, web = room.hosts
    server = room.start("left", "right")
    first = room.monitor(power, "primary", "HOSTSYNC 2\n")
    second = room.monitor(web, lines="DEADTIME 3\n")
    carefree = room.monitor(web, lines="DEADTIME 3\nLOSS * ANY FINE\n", name="carefree")
    room.wait_clients(3)
    fail(room, "power", "web", "carefree")
    web.cut_off()
    empty(room)
    told.wait("web", "SHUTDOWN")
    assert "critical=dead_on_battery" in second.process.log()
    # Those who are cut off are still counted, so HOSTSYNC has gone by.
    down(first)
    down(second)
    assert re.search("shut down now: .* clients=3 ", first.process.log())
    assert not carefree.mark.exists() and told.find("carefree", "SHUTDOWN") is None
    assert told.find("carefree", "COMMBAD left")
    assert server.stop() == 0


def test_secondaries_in_stages_with_a_stock_one_among_them(site):
    need_stock("upsmon")
    room, told = site, site.chronicle
    power, web = room.hosts
    db, old = room.add_host("db"), room.add_host("old")
    room.start("left", "right")
    first = room.monitor(power, "primary", "HOSTSYNC 20\n")
    second = room.monitor(web)
    # When no more than the primary and itself are left.
    third = room.monitor(db, lines="STAGE * 2 REST 2\nSTAGETIME 20\n")
    stock = room.stock_monitor(old)
    room.wait_clients(4)
    fail(room, "power", "web", "db")
    empty(room)
    marks = [down(monitor) for monitor in (second, third, first)]
    assert marks == sorted(marks), told.table()
    for early in ("web", "old"):
        assert told.find(early, "SHUTDOWN") <= told.find("db", "SHUTDOWN"), told.table()
    assert told.find("db", "SHUTDOWN") <= told.find("power", "SHUTDOWN"), told.table()
    assert stock.mark.exists()


def test_upses_in_stages(site):
    """The primary orders those on the second UPS down when those on the first have gone."""
    room, told = site, site.chronicle
    power, web = room.hosts
    db = room.add_host("db")
    room.start("left", "right")
    first = room.monitor(power, "primary", f"STAGE {room.at('right')} 2\nSTAGETIME 20\nHOSTSYNC 20\n")
    second = room.monitor(web, upses=["left"])
    third = room.monitor(db, upses=["right"])
    room.wait_reply("GET NUMLOGINS left", "NUMLOGINS left 2")
    room.wait_reply("GET NUMLOGINS right", "NUMLOGINS right 2")
    fail(room, "power")
    empty(room)
    for monitor in (second, third, first):
        down(monitor)
    order = [told.find(*event) for event in (("power", "FSD left"), ("web", "FSD left"), ("web", "SHUTDOWN"),
                                             ("power", "FSD right"), ("db", "FSD right"), ("db", "SHUTDOWN"),
                                             ("power", "SHUTDOWN"))]
    assert order == sorted(order), told.table()


def test_neither_a_server_started_again_nor_an_outage_that_ends_in_time_shuts_anybody_down(site):
    room, told = site, site.chronicle
    server = room.start("left", "right")
    first, second = monitors(room, "FINALDELAY 600\nHOSTSYNC 600\n")
    server.kill()
    for host in ("power", "web"):
        told.wait(host, "COMMBAD left")
    room.start_server()
    for host in ("power", "web"):
        for name in room.names():
            told.wait(host, f"COMMOK {name}")
    room.wait_clients(2)
    assert told.find("power", "SHUTDOWN_HOSTSYNC") is None and told.find("web", "SHUTDOWN") is None
    empty(room)
    told.wait("web", "SHUTDOWN")
    for ups in room.upses:
        ups.mains("on")
    told.wait("power", "CALLOFF")
    told.wait("web", "CALLOFF")
    room.wait_clients(2)
    for name in room.names():
        assert "FSD" not in room.client().var(name, "ups.status")
    for monitor in (first, second):
        assert not monitor.mark.exists() and not monitor.flag.exists()
        assert monitor.process.is_running()


DISKS = {"full": ("size=4k", "No space left on device"), "read-only": ("ro", "Read-only file system")}


@pytest.mark.parametrize("state", DISKS if long_tests() else ["full"])
def test_a_flag_that_cannot_be_written_stops_no_shutdown(site, state):
    option, why = DISKS[state]
    room = site
    power = room.hosts[0]
    room.start("left")
    disk = room.root / "disk"
    disk.mkdir()
    power.run("mount", "-t", "tmpfs", "-o", option, "none", disk)
    power.run("dd", "if=/dev/zero", f"of={disk}/filler", check=False)
    first = room.monitor(power, "primary", f"POWERDOWNFLAG {disk}/killpower\n")
    room.wait_clients(1)
    fail(room, "power")
    empty(room)
    down(first)
    assert "so the UPS will not be told to cut the power" in first.process.log() and why in first.process.log()
    assert "POWERDOWNFLAG is not set: the UPS stays on" in room.late_step(first)
