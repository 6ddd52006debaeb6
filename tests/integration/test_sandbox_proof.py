# SPDX-License-Identifier: Apache-2.0
"""What an intruder in a running daemon could do: the shipped programs, started as root, with `probe.so`
preloaded, are told to try it once they serve. The same without the confinement shows that it would work."""

import ctypes
import os
import signal

import pytest

from support import OURS, Programs, Ups
from support.programs import build_root, is_sanitized
from support.site import account_ids
from support.wait import wait_for


pytestmark = [pytest.mark.skipif(not account_ids(), reason="needs root and the account nut"),
              pytest.mark.skipif(is_sanitized(), reason="the sandbox is off in sanitizer builds")]

KILLED = -signal.SIGSYS
REFUSED = ("EPERM", "EACCES")

# Attempt -> what becomes of it in upsd, in a driver.
ATTEMPTS = {
    "execve": (KILLED, KILLED),
    "execveat": (KILLED, KILLED),
    "ptrace": (KILLED, KILLED),
    "setuid": (KILLED, KILLED),
    "fork": (REFUSED, REFUSED),
    "clone3": (REFUSED, ("ENOSYS",)),
    "shadow": (REFUSED, REFUSED),
    "write": (REFUSED, REFUSED),
    "packet": (REFUSED, REFUSED),
    "vsock": (REFUSED, REFUSED),
    "raw_ip": (REFUSED, REFUSED),
    "kill_parent": (REFUSED, REFUSED),
    "netlink": (REFUSED, None),  # drivers hear of new devices that way
    "code": (REFUSED, None),     # drivers load libraries on demand
}


def probe_env(site, attempt, bare):
    more = {"UPS_PROBE_BARE": "1"} if bare else {}
    return site.env(LD_PRELOAD=str(build_root() / "tests/integration/probe.so"), UPS_PROBE=attempt, **more)


def start_upsd(site, attempt, user, bare=False):
    site.write_ups_conf([Ups("alpha")])
    return site.start_upsd(args=["-u", user], env=probe_env(site, attempt, bare))


def start_driver(site, attempt, user, bare=False):
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL"}))])
    driver = site.spawn("driver", [Programs(OURS).driver("dummy-ups"), "-a", "alpha", "-F", "-u", user],
                        probe_env(site, attempt, bare))
    driver.wait_log("driver.ready")
    return driver


START = {"upsd": start_upsd, "driver": start_driver}


def outcome(site, process, attempt, thread):
    """What became of the attempt in this thread: "ok", the name of an errno, or a negative signal."""
    ctypes.CDLL(None).tgkill(process.pid, thread, signal.SIGUSR1)
    mark = f"probe {attempt}: "
    wait_for(lambda: mark in process.log() or not process.is_running(), what=process.log)
    if mark in process.log():
        return process.log().split(mark)[1].split("\n")[0]
    site.processes.remove(process)
    return process.wait_end()


def threads_of(process):
    return sorted(map(int, os.listdir(f"/proc/{process.pid}/task")))


def assert_stopped(got, expected):
    assert got == expected if expected == KILLED else got in expected


CASES = [(program, attempt, result) for attempt, results in ATTEMPTS.items()
         for program, result in zip(START, results) if result]
each_case = pytest.mark.parametrize("program, attempt, expected", CASES,
                                    ids=[f"{program}-{attempt}" for program, attempt, _ in CASES])


@each_case
def test_an_intruder_gets_nowhere(site, program, attempt, expected):
    process = START[program](site, attempt, "nut")
    assert_stopped(outcome(site, process, attempt, process.pid), expected)


@each_case
def test_without_the_confinement_it_would_work(site, program, attempt, expected):
    """As root, so that only the confinement can be what stops it."""
    assert expected
    process = START[program](site, attempt, "root", bare=True)
    got = outcome(site, process, attempt, process.pid)
    process.kill()  # it may be traced by now, or another program
    if process in site.processes:
        site.processes.remove(process)
    assert got == "ok"


@pytest.mark.parametrize("attempt", [name for name, (_, driver) in ATTEMPTS.items() if driver])
def test_a_plugins_thread_is_confined_like_its_process(site, attempt):
    process = start_driver(site, attempt, "nut")
    main, *others = threads_of(process)
    assert main == process.pid and others
    assert_stopped(outcome(site, process, attempt, others[0]), ATTEMPTS[attempt][1])


@pytest.mark.parametrize("attempt", ["shadow", "packet", "fork", "setuid", "execve"])
def test_the_server_is_confined_even_as_root(site, attempt):
    process = start_upsd(site, attempt, "root")
    assert_stopped(outcome(site, process, attempt, process.pid), ATTEMPTS[attempt][0])


def test_sandbox_no_lets_it_through(site):
    site.write_upsd_conf("SANDBOX no\n")
    process = start_upsd(site, "vsock", "nut")
    assert outcome(site, process, "vsock", process.pid) == "ok"


def test_the_probe_is_in_no_program_that_is_installed():
    for program in ("upsd", "upsdrv"):
        assert b"UPS_PROBE" not in Programs(OURS).path(program).read_bytes()
