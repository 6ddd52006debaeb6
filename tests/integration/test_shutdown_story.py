# SPDX-License-Identifier: Apache-2.0
"""The whole of a power failure: one primary and two secondaries, one of them the stock monitor, each a host of its
own network, on two simulated UPSes; from the mains that fail to the last host that is back."""

import socket

import pytest

from support import Room, need_hosts, need_stock
from support.site import ends_clean
from support.wait import STRETCH

POLL = 1  # POLLFREQ and POLLFREQALERT of all hosts
HOSTSYNC = 10
FINALDELAY = 1  # of the primary
RECOVERY = "RECOVERY STABLE 0\nNOTIFYFLAG WAKE SYSLOG\nNOTIFYFLAG WAKEFAIL SYSLOG\n"


@pytest.fixture
def site():
    need_hosts()
    need_stock("upsmon")
    with ends_clean(Room("power", "web", "db")) as room:
        yield room


def wake_socket():
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.bind(("", 9))
    sink.settimeout(15 * STRETCH)
    return sink


def test_from_mains_failure_to_the_last_host_back(site, capsys):
    room, told = site, site.chronicle
    power, web, db = room.hosts
    server = room.start("left", "right")
    first = room.monitor(power, "primary", f"FINALDELAY {FINALDELAY}\n{RECOVERY}"
                         f"WAKE web LAN 00:11:22:aa:bb:cc BROADCAST 10.77.0.255 LOGIN {web.address}\n")
    # It stays counted until its host is down.
    second = room.monitor(web, lines="SHUTDOWNEXIT no\n")
    stock = room.stock_monitor(db)
    room.wait_clients(3)

    failure = told.note("power", "the mains fail")
    drain(room, first, second, stock)
    # The secondaries go; the one of ours is counted until its host is down.
    told.note("web", "SHUTDOWNCMD", second.wait_shutdown())
    told.note("db", "SHUTDOWNCMD", stock.wait_shutdown())
    assert not first.mark.exists(), "the primary waits for its secondaries"
    told.note("web", "host down")
    second.stop()
    assert stock.process.wait_end() == 0
    # The primary goes, and the UPSes cut their outlets.
    told.note("power", "SHUTDOWNCMD", first.wait_shutdown())
    assert first.process.wait_end() == 0
    assert server.stop() == 0
    assert first.flag.read_text() == "upsmon-shutdown-file"
    told.note("power", "last step")
    assert "the UPS is told to cut the power" in room.late_step(first)
    for ups in room.upses:
        told.wait(ups.name, "outlet 1 off")
    wait_for_the_way_back(room, first, second, stock)

    with capsys.disabled():
        print("\n" + told.table(failure))
    for ups in room.names():
        check_order(told, failure, ("power", "the mains fail"), (ups, "OB DISCHRG"), ("web", f"ONBATT {ups}"),
                    (ups, "OB LB DISCHRG"), ("power", f"LOWBATT {ups}"), ("power", f"FSD {ups}"), ("web", f"FSD {ups}"),
                    ("web", "SHUTDOWN"), ("web", "host down"), ("power", "SHUTDOWN"), ("power", "last step"),
                    (ups, "outlet 1 off"), ("power", "the mains are back"), (ups, "outlet 1 on"), ("web", "woken"),
                    ("power", "all are back"))
        check_order(told, failure, ("power", f"FSD {ups}"), ("db", f"FSD {ups}"), ("db", "SHUTDOWN"),
                    ("power", "SHUTDOWN"))
    for host in ("web", "db"):
        check_order(told, failure, (host, "SHUTDOWNCMD"), ("power", "SHUTDOWNCMD"), ("power", "last step"))
    spent = told.find("power", "SHUTDOWNCMD") - told.find("power", "the last battery is low")
    assert spent <= (POLL + HOSTSYNC + FINALDELAY) * STRETCH


def drain(room, *monitors):
    """Both UPSes, one after the other, to a low battery."""
    told = room.chronicle
    for ups in room.upses:
        ups.mains("off")
    for host in ("power", "web"):
        for name in room.names():
            told.wait(host, f"ONBATT {name}")
    # Each host has two supplies and needs one: one battery that is empty shuts nobody down.
    room.upses[0].charge(10)
    for host in room.hosts:
        told.wait(host.name, f"LOWBATT {room.upses[0].name}")
    for name in room.names():
        assert "FSD" not in room.client().var(name, "ups.status")
    assert not any(monitor.mark.exists() for monitor in monitors)
    told.note("power", "the last battery is low")
    room.upses[1].charge(10)


def wait_for_the_way_back(room, first, second, stock):
    """The host of the UPSes and the one that starts with the power are back by themselves, the third is woken."""
    told = room.chronicle
    web = room.hosts[1]
    back = told.note("power", "the mains are back")
    for ups in room.upses:
        ups.mains("on")
    for ups in room.upses:
        told.wait(ups.name, "outlet 1 on", since=back)
    with web.inside(wake_socket) as sink:
        room.start_server()
        first.start_again()
        stock.start_again()
        assert sink.recv(1000) == b"\xff" * 6 + bytes.fromhex("001122aabbcc") * 16
    told.note("web", "woken")
    second.start_again()
    first.says("recovery ends: 0 of 1 steps failed")
    room.wait_clients(3)
    told.note("power", "all are back")
    assert not first.flag.exists()
    for name in room.names():
        assert "FSD" not in room.client().var(name, "ups.status")


def check_order(told, since, *events):
    """Each of them happened, none before the one in front of it."""
    instants = [told.find(*event, since=since) for event in events]
    assert None not in instants, f"{events[instants.index(None)]} is missing\n{told.table(since)}"
    for before, after, event in zip(instants, instants[1:], events[1:]):
        assert before <= after, f"{event} came too early\n{told.table(since)}"
