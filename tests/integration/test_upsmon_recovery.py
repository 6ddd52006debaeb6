# SPDX-License-Identifier: Apache-2.0
"""Hosts are woken when power is back: by outlets, by a packet, by a command, in order."""

import os
import signal
import socket

import pytest

from support import Monitor, Ups, wait_for
from support.site import User

LINES = "RECOVERY STABLE 0\nNOTIFYFLAG WAKE SYSLOG\nNOTIFYFLAG WAKEFAIL SYSLOG\n"


@pytest.fixture
def power(site):
    """A server with a UPS that has outlets, and a user who may switch them."""
    site.write_ups_conf([Ups("alpha", driver="sim-ups")])
    site.write_users([User("boss", "pass", instcmds="ALL", upsmon="primary"),
                      User("guest", "pass", upsmon="secondary")])
    site.start_driver("alpha", program="sim-ups")
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return site


def monitor(site, lines, flag=True):
    made = Monitor(site, "first", [f"{site.at('alpha')} 1 boss pass primary"], LINES + lines)
    if flag:
        made.flag.write_text("upsmon-shutdown-file")
    return made


def log_in(site, source):
    """A secondary at another address of this host."""
    link = socket.create_connection(("127.0.0.1", site.port), source_address=(source, 0))
    link.sendall(b"USERNAME guest\nPASSWORD pass\nLOGIN alpha\n")
    return link


def receiver(address):
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sink.bind((address, 9))
    except PermissionError:
        pytest.skip("port 9 is for root")
    sink.settimeout(10)
    return sink


def test_steps_are_taken_in_order_and_once(power):
    site = power
    done = site.run("upscmd", "-w", "-u", "boss", "-p", "pass", site.at("alpha"), "outlet.1.load.off")
    assert done.returncode == 0, done.stderr
    site.wait_var("alpha", "outlet.1.status", "off")
    mark = site.root / "first" / "woken"
    with receiver("127.0.0.9") as sink:
        first = monitor(site, f"""WAKE switch OUTLET 1 {site.at('alpha')}
WAKE storage LAN 00:11:22:aa:bb:cc BROADCAST 127.0.0.9 LOGIN 127.0.0.2
WAKE cluster COMMAND "echo x >> {mark}"
""").start()
        packet = sink.recv(1000)
        assert packet == b"\xff" * 6 + bytes.fromhex("001122aabbcc") * 16
        site.wait_var("alpha", "outlet.1.status", "on")
        assert not mark.exists(), "the storage has not logged in"
        with log_in(site, "127.0.0.2"):
            first.says("recovery ends: 0 of 3 steps failed")
    assert mark.read_text() == "x\n"
    log = first.process.log()
    assert log.index("Waking hosts: switch") < log.index("Waking hosts: storage")
    # A worker that begins anew knows that it is through.
    os.kill(first.pid("--worker"), signal.SIGKILL)
    wait_for(lambda: first.process.log().count("logged in") > log.count("logged in"),
             what=lambda: first.process.log())
    assert first.process.log().count("recovery begins") == 1
    assert mark.read_text() == "x\n"


@pytest.mark.parametrize("options", [[], ["-p"]], ids=["processes", "single"])
def test_a_step_that_fails_is_told_and_may_end_it(power, options):
    mark = power.root / "first" / "woken"
    first = monitor(power, f"""WAKE one COMMAND "exit 3"
WAKE two OUTLET 99 {power.at('alpha')} ELSE STOP
WAKE three COMMAND "echo x >> {mark}"
""").start(*options)
    first.says("recovery stops at step two")
    log = first.process.log()
    assert "Waking hosts failed: one: the command ended with status 3" in log
    assert "Waking hosts failed: two: " in log
    assert not mark.exists()


def test_a_start_without_an_outage_wakes_nobody(power):
    mark = power.root / "first" / "woken"
    first = monitor(power, f'WAKE one COMMAND "echo x >> {mark}"\n', flag=False).start()
    power.run("upscmd", "-w", "-u", "boss", "-p", "pass", power.at("alpha"), "beeper.mute")
    assert "recovery" not in first.process.log() and not mark.exists()
