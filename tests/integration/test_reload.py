# SPDX-License-Identifier: Apache-2.0
"""Reload: UPSes come, go and change while sessions go on; a bad file changes nothing and says where."""

import re
import signal

import pytest

from support import OURS, Programs, Ups, User, wait_for


@pytest.fixture
def upsd(site):
    site.write_ups_conf([Ups("alpha", desc="first"), Ups("beta")])
    for ups in ("alpha", "beta", "gamma"):
        site.fake_driver(ups, {"ups.status": "OL", "ups.id": ups})
    server = site.start_upsd()
    for ups in ("alpha", "beta"):
        site.wait_var(ups, "ups.status", "OL")
    return server


def names(client):
    return [line.split()[1] for line in client.ask_list("LIST UPS")]


def test_upses_are_added_removed_and_changed_under_a_running_session(site, upsd):
    client = site.client().log_in("mon1", "pass1")
    client.expect("LOGIN alpha", "OK")
    site.write_ups_conf([Ups("alpha", desc="second"), Ups("gamma")])
    upsd.signal(signal.SIGHUP)
    wait_for(lambda: sorted(names(client)) == ["alpha", "gamma"])
    assert client.ask("GET UPSDESC alpha") == 'UPSDESC alpha "second"'
    assert client.ask("GET VAR beta ups.status") == "ERR UNKNOWN-UPS"
    site.wait_var("gamma", "ups.id", "gamma")
    assert client.ask("GET NUMLOGINS alpha") == "NUMLOGINS alpha 1"
    assert client.ask("LOGIN alpha") == "ERR ALREADY-LOGGED-IN"


def test_an_unchanged_ups_keeps_its_driver_connection(site, upsd):
    alpha = site.fakes[0]
    site.write_ups_conf([Ups("alpha", desc="second"), Ups("beta"), Ups("gamma")])
    upsd.signal(signal.SIGHUP)
    site.wait_var("gamma", "ups.id", "gamma")
    assert alpha.received.count("DUMPALL") == 1


def test_users_are_read_again_and_running_sessions_are_judged_by_them(site, upsd):
    client = site.client().log_in("admin", "adminpass")
    assert client.ask("SET VAR alpha no.such x") == "ERR VAR-NOT-SUPPORTED"
    site.write_users([User("admin", "other", "SET")])
    upsd.signal(signal.SIGHUP)
    wait_for(lambda: client.ask("SET VAR alpha no.such x") == "ERR ACCESS-DENIED")
    fresh = site.client().log_in("admin", "other")
    assert fresh.ask("SET VAR alpha no.such x") == "ERR VAR-NOT-SUPPORTED"


BAD = [
    ("ups.conf", '[alpha]\n driver = dummy-ups\n port = "x # y"\n', "ups.conf:3:"),
    ("ups.conf", "[alpha]\n driver = dummy-ups\n port = x\n[ALPHA]\n driver = dummy-ups\n port = x\n",
     "ups.conf:4:"),
    ("ups.conf", "[alpha]\n driver = dummy-ups\n port = x\n pollinterval = soon\n", "ups.conf:4:"),
    ("upsd.conf", "MAXAGE soon\n", "upsd.conf:1:"),
    ("upsd.conf", "MAXCONN -5\n", "upsd.conf:1:"),
    ("upsd.users", '[admin]\n password = "a # b"\n', "upsd.users:2:"),
]


@pytest.mark.parametrize("name, text, place", BAD, ids=[f"{b[0]}-{i}" for i, b in enumerate(BAD)])
def test_a_bad_file_changes_nothing_and_says_where(site, upsd, name, text, place):
    client = site.client().log_in("admin", "adminpass")
    site.write_ups_conf([Ups("gamma")])  # good, and must not be taken either if another file is bad
    site.write_users([User("other", "x")])
    site.write(name, text)
    upsd.signal(signal.SIGHUP)
    upsd.wait_log(place)
    assert re.search(re.escape(place) + r"\d+", upsd.log()), "line and column"
    assert sorted(names(client)) == ["alpha", "beta"]
    assert client.ask("GET VAR alpha ups.status") == 'VAR alpha ups.status "OL"'
    assert client.ask("SET VAR alpha no.such x") == "ERR VAR-NOT-SUPPORTED"
    # And the next good one is taken.
    site.write_ups_conf([Ups("gamma")])
    site.write_upsd_conf()
    site.write_users([User("admin", "adminpass", "SET")])
    upsd.signal(signal.SIGHUP)
    wait_for(lambda: names(client) == ["gamma"])


def test_an_unknown_directive_is_named_with_the_nearest_known_one(site, upsd):
    site.write_upsd_conf("MAXAEG 20\n")
    upsd.signal(signal.SIGHUP)
    upsd.wait_log("upsd.conf:2:")
    assert "MAXAGE" in upsd.log()
    assert site.client().var("alpha", "ups.status") == "OL"


def test_the_check_mode_says_what_is_wrong_and_where(site):
    site.write_ups_conf([Ups("alpha")])
    good = site.run("upsd", "-t")
    assert good.returncode == 0, good.stdout + good.stderr
    site.write("upsd.conf", "LISTEN 127.0.0.1\nMAXAGE soon\n")
    bad = site.run("upsd", "-t")
    assert bad.returncode == 1
    assert re.search(r"upsd\.conf:2:\d+", bad.stdout + bad.stderr)


def test_reload_and_stop_by_command(site):
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha")
    server = site.spawn("upsd", [Programs(OURS).path("upsd"), "-FF"])
    server.wait_until(site.answers, what="answers")
    assert (site.pids / "upsd.pid").read_text().strip() == str(server.pid)
    site.write_ups_conf([Ups("alpha"), Ups("beta")])
    done = site.run("upsd", "-c", "reload")
    assert done.returncode == 0, done.stdout + done.stderr
    client = site.client()
    wait_for(lambda: sorted(names(client)) == ["alpha", "beta"])
    done = site.run("upsd", "-c", "stop")
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.wait_end() == 0
    assert client.at_end()
    assert not (site.pids / "upsd.pid").exists()


def test_a_second_server_does_not_start_beside_the_first(site):
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha")
    server = site.spawn("upsd", [Programs(OURS).path("upsd"), "-FF"])
    server.wait_until(site.answers, what="answers")
    second = site.run("upsd", "-FF")
    assert second.returncode == 1
    assert site.answers()
    assert (site.pids / "upsd.pid").read_text().strip() == str(server.pid)


def test_a_restarted_server_serves_again_at_once(site, upsd):
    for _ in range(3):
        assert upsd.stop() == 0
        upsd = site.start_upsd()
        site.wait_var("alpha", "ups.status", "OL", within=3)
