# SPDX-License-Identifier: Apache-2.0
"""The wall clock jumps by a day, both ways: nothing that waits takes notice."""

import time

import pytest

from support import OURS, Client, Programs, Ups
from support.clocks import Clocks, without_sanitizers
from support.site import accepts, run_as
from support.wait import wait_for

DAY = 86400
MAX_AGE = 2


pytestmark = without_sanitizers


@pytest.fixture
def clock(site):
    return Clocks(site)


@pytest.fixture
def served(site, clock):
    """Our driver `alpha` and a fake one, `other`, on our server, all with that clock."""
    site.write_upsd_conf(f"MAXAGE {MAX_AGE}\nTRACKINGDELAY 60\n")
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL"})), Ups("other")])
    driver = site.start_driver("alpha", env=clock.env)
    other = site.fake_driver("other", {"ups.status": "OL", "ups.test": "0"}, ["test.panel.start"])
    server = site.start_upsd(env=clock.env)
    for ups in ("alpha", "other"):
        site.wait_var(ups, "ups.status", "OL")
    for process in (driver, server):
        with open(f"/proc/{process.pid}/maps", encoding="ascii", errors="replace") as maps:
            assert "shift_clock.so" in maps.read()
    return driver, other


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forwards", "backwards"])
def test_a_jump_makes_nothing_stale_and_ends_no_session(site, clock, served, jump):
    driver, other = served
    watcher = site.client()
    watcher.subscribe("other")
    session = site.client().log_in("admin", "adminpass")
    session.expect("SET TRACKING ON", "OK")
    tracked = session.ask("INSTCMD other test.panel.start")
    question = f"GET {tracked.removeprefix('OK ')}"
    wait_for(lambda: session.ask(question) == "SUCCESS")
    idle = site.client()
    clock.jump(jump)
    assert clock.seen() == jump, "the clock of these programs does not jump"

    end = time.monotonic() + MAX_AGE + 1.5
    while time.monotonic() < end:
        for ups in ("alpha", "other"):
            session.expect(f"GET VAR {ups} ups.status", f'VAR {ups} ups.status "OL"')
        time.sleep(0.1)
    session.expect(question, "SUCCESS")
    idle.expect("NETVER", "1.3")
    other.set("ups.test", "1")
    assert watcher.line() == 'EVENT VAR other ups.test "1"', "something was announced in between"

    # Readings go on, and what waits still ends in time.
    site.write_dev("alpha.dev", {"ups.status": "OB"})
    site.wait_var("alpha", "ups.status", "OB", within=5)
    other.mute = True
    site.wait_reply("GET VAR other ups.status", "ERR DATA-STALE", within=2 * MAX_AGE + 1)
    driver.freeze()
    site.wait_reply("GET VAR alpha ups.status", "ERR DATA-STALE", within=2 * MAX_AGE + 1)
    driver.thaw()
    site.wait_var("alpha", "ups.status", "OB", within=2 * MAX_AGE + 1)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forwards", "backwards"])
def test_silent_sessions_still_end_in_time(site, clock, jump):
    site.write_upsd_conf("IDLE_LIMIT 2\n")
    site.write_ups_conf([Ups("other")])
    site.fake_driver("other")
    site.start_upsd(env=clock.env)
    silent = Client(site.port)
    clock.jump(jump)
    begin = time.monotonic()
    assert silent.at_end()
    silent.close()
    assert 1 < time.monotonic() - begin < 8


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forwards", "backwards"])
def test_processes_are_found_again_after_a_jump(site, clock, jump):
    """A pid file that is a day older than its process, or younger, still names it."""
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL"}))])
    driver = site.start_driver("alpha", args=["-FF"], env=clock.env)
    server = site.spawn("upsd", [Programs(OURS).path("upsd"), "-FF", *run_as()], clock.env)
    server.wait_until(site.answers, what="answers")
    clock.jump(jump)
    done = site.run("upsd", "-c", "reload", env=clock.env)
    assert done.returncode == 0, done.stderr
    server.wait_log("reload: the configuration was read again")
    assert site.run("upsdrvctl", "stop", env=clock.env).returncode == 0
    assert driver.wait_end() == 0
    assert site.run("upsd", "-c", "stop", env=clock.env).returncode == 0
    assert server.wait_end() == 0
    assert not accepts(site.socket_path("alpha"))
