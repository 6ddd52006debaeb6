# SPDX-License-Identifier: Apache-2.0
"""upsdrv: the driver socket, the command line, one instance at a time."""

import os
import re
import signal
import socket
import subprocess
import time

import pytest

from support import OURS, Client, Programs, Ups, wait_for
from support.site import run_as

DEV = {"ups.status": "OL", "battery.charge": "97", "ups.id": "t1", "ups.mfr": "Acme"}


@pytest.fixture
def alpha(site):
    """A site with a dummy UPS called alpha; nothing runs."""
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", DEV))])
    return site


def connect(site, ups="alpha", program="dummy-ups"):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(site.socket_path(ups, program)))
    client = Client(0, sock=sock)
    site.clients.append(client)
    return client


def until(client, last):
    """Lines up to and with `last`."""
    lines = []
    while not lines or lines[-1] != last:
        lines.append(client.line())
    return lines


def ends(client):
    """Reads to the end of the stream."""
    with pytest.raises(AssertionError, match="end of stream"):
        while True:
            client.line()
    return True


def run_driver(site, *args, program="dummy-ups", within=30):
    return subprocess.run([Programs(OURS).driver(program), *args], env=site.env(), text=True,
                          capture_output=True, timeout=within, check=False, cwd=site.root)


# The socket.


def test_dump_has_the_order_and_the_lines_of_the_stock_driver(alpha):
    alpha.start_driver("alpha")
    client = connect(alpha)
    client.send("DUMPALL")
    lines = until(client, "DUMPDONE")
    assert lines[-2] == "DATAOK"
    kinds = [line.split()[0] for line in lines]
    assert kinds.index("ADDCMD") > max(i for i, kind in enumerate(kinds) if kind == "SETINFO")
    names = [line.split()[1].lower() for line in lines if line.startswith("SETINFO")]
    assert names == sorted(names)
    for line in ['SETINFO battery.charge "97"', 'SETINFO device.mfr "Acme"', 'SETINFO device.type "ups"',
                 'SETINFO driver.name "dummy-ups"', 'SETINFO driver.parameter.mode "dummy-once"',
                 'SETINFO driver.parameter.pollinterval "2"',
                 'SETINFO driver.parameter.port "alpha.dev"',
                 'SETINFO driver.parameter.synchronous "auto"', 'SETINFO driver.state "quiet"',
                 'SETFLAGS driver.debug RW NUMBER', 'SETFLAGS driver.flag.allow_killpower RW NUMBER',
                 'SETINFO ups.id "t1"', 'SETINFO ups.status "OL"', "ADDCMD driver.exit",
                 "ADDCMD driver.reload-or-error"]:
        assert line in lines
    client.send("dumpall")
    assert until(client, "DUMPDONE") == lines


def test_requests_are_answered_as_the_stock_tools_expect(alpha):
    driver = alpha.start_driver("alpha")
    client = connect(alpha)
    client.expect("PING", "PONG")
    client.expect('SET ups.id "q1" TRACKING abc-1', 'SETINFO ups.id "q1"', "TRACKING abc-1 0")
    client.expect('SET ups.id "a\\"b" TRACKING abc-2', 'SETINFO ups.id "a\\"b"', "TRACKING abc-2 0")
    client.expect("DUMPVALUE ups.id", 'SETINFO ups.id "a\\"b"', "SETAUX ups.id 16",
                  "SETFLAGS ups.id RW STRING")
    client.expect("INSTCMD nosuch TRACKING id1", "TRACKING id1 1")
    client.expect("GETPID", f"PID {driver.pid}")
    client.send("INSTCMD load.off 3 0", "FOO", "SET ups.id")
    client.expect("PING", "PONG")  # and nothing for the three before
    client.expect("LOGOUT", "OK Goodbye")
    assert client.at_end()


def test_all_clients_are_told_but_those_that_do_not_want_to_be(alpha):
    alpha.start_driver("alpha")
    one, two, three = (connect(alpha) for _ in range(3))
    three.send("NOBROADCAST")
    two.expect("PING", "PONG")
    three.expect("PING", "PONG")
    one.expect("SET ups.id shared TRACKING t", 'SETINFO ups.id "shared"', "TRACKING t 0")
    assert two.line() == 'SETINFO ups.id "shared"'
    three.expect("PING", "PONG")
    three.send("BROADCAST 1")
    three.expect("PING", "PONG")
    one.expect("SET ups.id again TRACKING t", 'SETINFO ups.id "again"', "TRACKING t 0")
    assert three.line() == 'SETINFO ups.id "again"'


def test_garbage_hurts_only_its_sender(alpha):
    driver = alpha.start_driver("alpha")
    good = connect(alpha)
    for junk in (b"\0\xff\x80" * 5000, b'"' * 3000 + b"\n", b"SET " + b"x " * 5000 + b"\n",
                 b"\n" * 10000, os.urandom(60000)):
        bad = connect(alpha)
        bad.send_bytes(junk)
        bad.close()
        good.expect("PING", "PONG")
    endless = connect(alpha)
    with pytest.raises(OSError):
        while True:
            endless.send_bytes(b"x" * 4096)
    good.expect("PING", "PONG")
    assert driver.is_running()


def test_a_slow_reader_costs_a_bounded_amount_of_memory(alpha):
    driver = alpha.start_driver("alpha")
    good = connect(alpha)
    before = driver.resident_kib()
    slow = connect(alpha)
    slow.sock.setblocking(False)
    asked = 0
    try:
        while asked < 200_000:
            asked += slow.sock.send(b"DUMPALL\n" * 500) // 8
    except BlockingIOError:
        pass
    for i in range(20):
        good.expect(f"SET ups.id v{i} TRACKING t", f'SETINFO ups.id "v{i}"', "TRACKING t 0")
    assert driver.resident_kib() < before + 8192
    slow.sock.settimeout(20)
    slow._buffer.clear()
    while slow.line() != "DUMPDONE":
        pass


# The command line.


def test_d_prints_readings_and_leaves_nothing(alpha):
    done = run_driver(alpha, "-a", "alpha", "-d", "2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "battery.charge: 97" in lines and "ups.status: OL" in lines
    names = [line.split(":")[0].lower() for line in lines]
    assert names == sorted(names)
    assert not list(alpha.state.iterdir())


def test_s_needs_no_section(alpha):
    done = run_driver(alpha, "-s", "free", "-x", "port=alpha.dev", "-x", "mode=dummy-once", "-d", "1")
    assert done.returncode == 0, done.stderr
    assert "driver.parameter.mode: dummy-once" in done.stdout


@pytest.mark.parametrize("args, text", [
    ((), "Error: which UPS?"),
    (("-a", "nope"), "Error: Section nope not found in ups.conf"),
    (("-a", "alpha", "-x", "modee=x"), 'did you mean "mode"?'),
    (("-a", "alpha", "-x", "mode=x"), 'option "mode" must be one of'),
    (("-Z",), "unknown option -Z"),
    (("-x", "a=b"), "-x must follow"),
])
def test_mistakes_are_named_and_fatal(alpha, args, text):
    done = run_driver(alpha, *args)
    assert done.returncode == 1
    assert text in done.stderr


def test_a_driver_refuses_sections_of_others(alpha):
    done = run_driver(alpha, "-a", "alpha", program="sim-ups")
    assert done.returncode == 1
    assert "UPS [alpha] has driver = dummy-ups, and this program is sim-ups" in done.stderr


def test_debug_lines_can_name_program_and_process(alpha):
    env = alpha.env(NUT_DEBUG_PID="true", NUT_DEBUG_PROCNAME="true")
    driver = alpha.start_driver("alpha", args=("-D",), env=env)
    driver.wait_log(f"program=dummy-ups pid={driver.pid}")


def test_options_are_listed_for_programs(alpha):
    lines = run_driver(alpha, "-L").stdout.splitlines()
    assert any(line.startswith('VALUE mode "') for line in lines)
    assert all(re.fullmatch(r'(VALUE|FLAG) \S+ ".*"', line) for line in lines)
    assert "Ridethrough - " in run_driver(alpha, "-V").stdout


def test_in_the_background_the_parent_waits_until_it_serves(alpha):
    done = run_driver(alpha, "-a", "alpha", *run_as())
    assert done.returncode == 0, done.stderr
    pid = int((alpha.state / "dummy-ups-alpha.pid").read_text(encoding="ascii"))
    client = connect(alpha)
    client.expect("GETPID", f"PID {pid}")
    assert run_driver(alpha, "-a", "alpha", "-c", "exit").returncode == 0
    assert ends(client)
    wait_for(lambda: not list(alpha.state.iterdir()), what="socket and pid file are gone")
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"), what="the process is gone")


def test_a_device_that_is_not_there_fails_the_start(site):
    site.write_ups_conf([Ups("alpha", port="nobody@127.0.0.1:9", options={"maxstartdelay": 2})])
    begin = time.monotonic()
    done = run_driver(site, "-a", "alpha", *run_as())
    assert done.returncode == 1
    assert time.monotonic() - begin < 15
    assert done.stderr


# One instance at a time.


def test_a_new_instance_evicts_the_old_one(alpha):
    old = alpha.start_driver("alpha")
    client = connect(alpha)
    new = alpha.spawn("second", [Programs(OURS).driver("dummy-ups"), "-a", "alpha", "-F", *run_as()])
    assert old.wait_end() == 0
    assert ends(client)
    new.wait_log("driver.ready")
    connect(alpha).expect("GETPID", f"PID {new.pid}")


def test_a_frozen_instance_is_evicted_by_signal(alpha):
    old = alpha.start_driver("alpha")
    old.freeze()
    new = alpha.spawn("second", [Programs(OURS).driver("dummy-ups"), "-a", "alpha", "-F", *run_as()])
    # SIGTERM waits in a stopped process; only SIGKILL ends it.
    assert old.wait_end(within=60) == -signal.SIGKILL
    alpha.processes.remove(old)
    new.wait_log("driver.ready")


def test_a_killed_driver_leaves_nothing_in_the_way(alpha):
    old = alpha.start_driver("alpha")
    old.kill()
    alpha.processes.remove(old)
    assert alpha.socket_path("alpha").exists()
    alpha.start_driver("alpha")
    connect(alpha).expect("PING", "PONG")


def test_commands_reach_the_running_instance(alpha):
    driver = alpha.start_driver("alpha")
    assert run_driver(alpha, "-a", "alpha", "-c", "reload").returncode == 0
    alpha.write_ups_conf([Ups("alpha", port="alpha.dev", options={"pollinterval": 7})])
    assert run_driver(alpha, "-a", "alpha", "-c", "reload-or-error").returncode == 0
    client = connect(alpha)
    client.expect("DUMPVALUE driver.parameter.pollinterval",
                  'SETINFO driver.parameter.pollinterval "7"')
    alpha.write_ups_conf([Ups("alpha", port="other.dev")])
    refused = run_driver(alpha, "-a", "alpha", "-c", "reload-or-error")
    assert refused.returncode == 1
    driver.signal(signal.SIGHUP)
    driver.wait_log("takes effect after a restart")
    assert driver.is_running()
    assert run_driver(alpha, "-a", "alpha", "-c", "reload-or-exit").returncode == 0
    assert driver.wait_end() == 0
    assert run_driver(alpha, "-a", "alpha", "-c", "reload").returncode == 1  # nobody runs


def test_debug_level_is_live(alpha):
    driver = alpha.start_driver("alpha")
    client = connect(alpha)
    client.expect("SET driver.debug 1 TRACKING t", 'SETINFO driver.debug "1"', "TRACKING t 0")
    client.send("NONSENSE")
    driver.wait_log("socket.ignored")
    client.expect("SET driver.debug x TRACKING t", "TRACKING t 2")


def test_power_off_through_the_running_instance_and_alone(site):
    site.write_ups_conf([Ups("s1", driver="sim", port="auto")])
    driver = site.spawn(
        "sim", [Programs(OURS).driver("upsdrv"), "-a", "s1", "-F", *run_as()])
    driver.wait_log("driver.ready")
    client = connect(site, "s1", "sim")
    client.expect("INSTCMD driver.killpower TRACKING t", "TRACKING t 3")  # not allowed
    done = run_driver(site, "-a", "s1", "-k", program="upsdrv")
    assert done.returncode == 0, done.stderr
    driver.wait_log("driver.killpower")
    driver.stop()
    done = run_driver(site, "-a", "s1", "-k", program="upsdrv")
    assert done.returncode == 0, done.stderr
    assert not list(site.state.iterdir())


def test_the_driver_is_confined_and_not_root(alpha):
    driver = alpha.start_driver("alpha")
    driver.wait_log("driver.confined")
    # The thread sanitizer has a thread that is there before anything is confined.
    tasks = [driver.pid] if "TSAN_OPTIONS" in os.environ else os.listdir(f"/proc/{driver.pid}/task")
    for task in tasks:
        with open(f"/proc/{driver.pid}/task/{task}/status", encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        assert status["NoNewPrivs"] == "1"
        assert status["CapEff"].strip("0") == "" or run_as()
        if not run_as() and os.getuid() == 0:
            assert "0" not in status["Uid"].split()
