# SPDX-License-Identifier: Apache-2.0
"""upssched as upsmon calls it: timers, commands, the daemon that comes and goes."""

import os
import signal
import subprocess
import time

import pytest

from support import OURS, Programs, wait_for
from support.timers import TimerPlace


@pytest.fixture(name="place")
def place_fixture(site):
    made = TimerPlace(site)
    yield made
    made.close()


def test_a_timer_runs_the_script_and_a_cancelled_one_does_not(place):
    place.write("AT ONBATT * START-TIMER early 1", "AT ONBATT * START-TIMER never 60",
                "AT ONLINE * CANCEL-TIMER never", "AT ONBATT other@here START-TIMER wrong 0")
    assert place.notify("onbatt").returncode == 0
    place.wait_calls("early|rack1@here|onbatt|a text")
    assert place.notify("ONLINE", "rack2@here").returncode == 0
    assert place.site.run("upssched", "-l").stdout == ""
    assert len(place.daemons()) == 1 and not place.lock.exists()
    assert os.stat(place.pipe).st_mode & 0o777 == 0o660


def test_cancel_of_nothing_runs_the_other_command(place):
    place.write("AT ONLINE * CANCEL-TIMER a", "AT ONLINE r@h CANCEL-TIMER a instead")
    assert place.notify("ONLINE").returncode == 0
    assert place.calls() == [] and not place.daemons(), "nothing to do: no daemon"
    assert place.notify("ONLINE", "r@h").returncode == 0
    place.wait_calls("instead|r@h|ONLINE|a text")


def test_execute_runs_at_once_and_without_a_daemon(place):
    place.write('AT LOWBATT * EXECUTE "now then; touch x"', "AT LOWBATT * EXECUTE second")
    done = place.notify("LOWBATT")
    assert done.returncode == 0 and not place.daemons()
    assert "Executing command: now then" in done.stderr
    assert sorted(place.calls()) == ["now then; touch x|rack1@here|LOWBATT|a text",
                                     "second|rack1@here|LOWBATT|a text"]


def test_a_shared_timer_fires_once_for_all(place):
    place.write("AT ONBATT * START-TIMER-SHARED all 2")
    for ups in ("one@h", "two@h"):
        assert place.notify("ONBATT", ups, message=f"{ups} fails").returncode == 0
    shown = place.site.run("upssched", "--list").stdout
    assert shown in (f"all: {left} s, ONBATT one@h,two@h\n" for left in (1, 2))
    place.wait_calls("all|one@h,two@h|ONBATT|one@h fails,two@h fails")


def test_a_script_that_hangs_delays_nobody(place):
    slow = place.folder / "slow"
    slow.write_text(f'#!/bin/sh\n[ "$1" != hang ] || while [ ! -e "{place.folder}/go" ]; do sleep 0.05; done\n'
                    f'echo "$1" >>"{place.folder}/calls"\n')
    slow.chmod(0o755)
    place.write("AT ONBATT * START-TIMER hang 0", "AT ONBATT * START-TIMER next 1",
                "AT ONLINE * CANCEL-TIMER x soon", script=slow)
    assert place.notify("ONBATT").returncode == 0
    place.wait_calls("next")
    assert place.notify("ONLINE").returncode == 0
    place.wait_calls("next", "soon")
    (place.folder / "go").touch()
    place.wait_calls("next", "soon", "hang")


def test_many_hosts_worth_of_callers_at_once_share_one_daemon(place):
    place.write("AT ONBATT * START-TIMER t 600")
    env = place.site.env(UPSNAME="u@h", NOTIFYTYPE="ONBATT")
    callers = [subprocess.Popen([Programs(OURS).path("upssched")], env=env, stderr=subprocess.DEVNULL)
               for _ in range(20)]
    assert [caller.wait(60) for caller in callers] == [0] * 20
    assert len(place.daemons()) == 1
    assert len(place.site.run("upssched", "-l").stdout.splitlines()) == 20


def test_a_lock_that_was_left_behind_does_not_stop_timers(place):
    place.write("AT ONBATT * START-TIMER t 0")
    place.lock.touch()
    done = place.notify("ONBATT")
    assert done.returncode == 0, done.stderr
    assert "lock.stale" in done.stderr
    place.wait_calls("t|rack1@here|ONBATT|a text")


def test_a_socket_of_a_daemon_that_was_killed_is_replaced(place):
    place.write("AT ONBATT * START-TIMER t 600")
    place.notify("ONBATT")
    os.kill(place.daemons()[0], signal.SIGKILL)
    wait_for(lambda: not place.daemons())
    assert place.pipe.exists()
    assert place.notify("ONBATT").returncode == 0
    assert len(place.site.run("upssched", "-l").stdout.splitlines()) == 1


def test_the_daemon_keeps_nothing_of_its_caller(place):
    place.write("AT ONBATT * START-TIMER t 600")
    start = time.monotonic()
    assert place.notify("ONBATT").returncode == 0  # would wait for the pipes if they were kept
    assert time.monotonic() - start < 5
    daemon = place.daemons()[0]
    assert {os.readlink(f"/proc/{daemon}/fd/{fd}") for fd in (0, 1, 2)} == {"/dev/null"}
    assert len(os.listdir(f"/proc/{daemon}/fd")) < 12
    assert os.readlink(f"/proc/{daemon}/cwd") == "/" and os.getsid(daemon) == daemon


def test_terminated_it_takes_its_socket_away(place):
    place.write("AT ONBATT * START-TIMER t 600")
    place.notify("ONBATT")
    os.kill(place.daemons()[0], signal.SIGTERM)
    wait_for(lambda: not place.pipe.exists())


@pytest.mark.parametrize("conf, status, text", [
    (None, 1, "upssched.conf"),
    ("CMDSCRIPT /bin/true\nLOCKFN /x\nAT ONBATT * START-TIMER a 1\n", 1, "PIPEFN must be set"),
    ("CMDSCRIPT /bin/true\nPIPEFN /x\nAT ONBATT * START-TIMER a 1\n", 1, "LOCKFN must be set"),
    ("AT ONBATT * EXECUTE a\n", 1, "CMDSCRIPT must be set"),
    ("CMDSCRIPT /bin/true\nPIPEFN /nonexistent/p\nLOCKFN /nonexistent/l\nAT ONBATT * START-TIMER a 1\n", 1,
     "/nonexistent/l"),
    ("CMDSCRIPT /bin/true\nAT ONBATT * EXECTE a\nAT ONBATT * EXECUTE b\n", 0, "did you mean")])
def test_mistakes_are_named(site, conf, status, text):
    if conf is not None:
        site.write("upssched.conf", conf)
    done = site.run("upssched", env=site.env(UPSNAME="u", NOTIFYTYPE="ONBATT"))
    assert done.returncode == status and text in done.stderr
    checked = site.run("upssched", "-t")
    assert checked.returncode == (0 if conf and "/nonexistent" in conf else 1)


def test_without_its_variables_it_says_what_it_is_for(site):
    for env in (site.env(), site.env(UPSNAME="x"), site.env(NOTIFYTYPE="x")):
        done = site.run("upssched", "text", env=env)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == ("Error: UPSNAME and NOTIFYTYPE must be set.\n"
                               "This program should only be run from upsmon.\n")
    assert site.run("upssched", "-V").stdout.startswith("Ridethrough upssched ")
    assert "usage: upssched" in site.run("upssched", "-h").stdout
    assert site.run("upssched", "-Z").returncode == 1
