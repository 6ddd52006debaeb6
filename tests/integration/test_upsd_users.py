# SPDX-License-Identifier: Apache-2.0
"""Users of upsd: hashes, rights, slow answers to guessers, the audit trail."""

import re
import signal
import time

import pytest

from support import Client, Ups, User, wait_for
from support.wait import STRETCH


@pytest.fixture
def one(site):
    site.write_ups_conf([Ups("alpha"), Ups("beta")])
    site.write_upsd_conf("LOGIN_THROTTLE 1\n")
    for ups in ("alpha", "beta"):
        site.fake_driver(ups, {"ups.status": "OL", "ups.id": ups}, commands=["test.battery.start"])
    return site


def hash_of(site, password):
    done = site.run("upspasswd", stdin=password + "\n")
    assert done.returncode == 0, done.stderr
    return re.fullmatch(r"password = (\$y\$\S+)\n", done.stdout).group(1)


def start(site):
    server = site.start_upsd()
    for ups in ("alpha", "beta"):
        site.wait_var(ups, "ups.status", "OL")
    return server


def test_a_hash_does_what_its_password_did(one):
    one.write_users([User("boss", hash_of(one, "s3cret"), instcmds="ALL", upsmon="primary")])
    server = start(one)
    client = one.client().log_in("boss", "s3cret")
    client.expect("LOGIN alpha", "OK")
    client.expect("PRIMARY alpha", "OK PRIMARY-GRANTED")
    client.expect("INSTCMD alpha test.battery.start", "OK")
    wrong = one.client().log_in("boss", "guess")
    wrong.expect("LOGIN alpha", "ERR ACCESS-DENIED")
    assert "plain-text" not in server.log()


def test_pipelined_commands_wait_for_the_hash_in_order(one):
    one.write_users([User("boss", hash_of(one, "s3cret"), upsmon="primary")])
    start(one)
    client = one.client()
    client.send("USERNAME boss", "PASSWORD s3cret", "LOGIN alpha", "NETVER", "PRIMARY alpha", "LOGOUT")
    assert client.lines(6) == ["OK", "OK", "OK", "1.3", "OK PRIMARY-GRANTED", "OK Goodbye"]


def test_others_are_served_while_a_hash_is_checked(one):
    one.write_users([User("boss", hash_of(one, "s3cret"), upsmon="primary")])
    start(one)
    slow = [one.client().log_in("boss", f"guess{i}") for i in range(3)]
    for client in slow:
        client.send("LOGIN alpha")
    quick = one.client()
    longest = 0.0
    for _ in range(200):
        begin = time.monotonic()
        quick.ask("NETVER")
        longest = max(longest, time.monotonic() - begin)
    assert longest < 0.2 * STRETCH
    for client in slow:
        assert client.line() == "ERR ACCESS-DENIED"


def test_a_session_that_leaves_while_it_waits_harms_nothing(one):
    one.write_users([User("boss", hash_of(one, "s3cret"), upsmon="primary")])
    start(one)
    for _ in range(5):
        client = one.client().log_in("boss", "s3cret")
        client.send("LOGIN alpha")
        client.close()
    one.client().log_in("boss", "s3cret").expect("LOGIN alpha", "OK")
    one.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")


def test_plain_text_still_works_with_one_warning(one):
    server = start(one)
    one.client().log_in("admin", "adminpass").expect("INSTCMD alpha test.battery.start", "OK")
    assert server.log().count("plain-text passwords") == 1


def test_upspasswd_changes_a_running_servers_user(one):
    server = start(one)
    done = one.run("upspasswd", "-u", "admin", stdin="new-one\n")
    assert done.returncode == 0, done.stderr
    assert one.run("upspasswd", "-u", "admin", "--verify", stdin="new-one\n").returncode == 0
    assert one.run("upspasswd", "-u", "admin", "--verify", stdin="adminpass\n").returncode == 1
    server.signal(signal.SIGHUP)
    server.wait_log("the configuration was read again")
    one.client().log_in("admin", "new-one").expect("INSTCMD alpha test.battery.start", "OK")
    one.client().log_in("admin", "adminpass").expect("INSTCMD alpha test.battery.start",
                                                     "ERR ACCESS-DENIED")


def test_a_list_of_upses_limits_every_right(one):
    one.write("upsd.users", "[op]\npassword = p\nupsmon primary\ninstcmds = ALL\nupses = ALPHA\n")
    start(one)
    client = one.client().log_in("op", "p")
    client.expect("INSTCMD beta test.battery.start", "ERR ACCESS-DENIED")
    client.expect("PRIMARY beta", "ERR ACCESS-DENIED")
    client.expect("INSTCMD alpha test.battery.start", "OK")
    client.expect("PRIMARY alpha", "OK PRIMARY-GRANTED")


def test_reads_can_be_for_users_only(one):
    one.write_upsd_conf("AUTHENTICATED_READS yes\n")
    one.write("upsd.users", f"[reader]\npassword = {hash_of(one, 'p')}\nupses = alpha\n")
    server = one.start_upsd()
    client = one.client()
    assert client.ask("LIST UPS").startswith("ERR ")
    assert client.ask("GET VAR alpha ups.status").startswith("ERR ")
    client.log_in("reader", "p")
    wait_for(lambda: client.ask("GET VAR alpha ups.status") == 'VAR alpha ups.status "OL"')
    assert client.ask("GET VAR beta ups.status") == "ERR ACCESS-DENIED"
    assert [line.split()[1] for line in client.ask_list("LIST UPS")] == ["alpha"]
    assert server.is_running()


def test_guessing_gets_slow_and_a_known_client_does_not(one):
    server = start(one)
    known = one.client().log_in("mon1", "pass1")
    known.expect("LOGIN alpha", "OK")
    begin = time.monotonic()
    for number in range(6):
        one.client().log_in("admin", f"guess{number}").expect("FSD alpha", "ERR ACCESS-DENIED")
    assert time.monotonic() - begin > 2.5, "three are free, three wait a second each"
    server.wait_log("auth.slowed")
    begin = time.monotonic()
    one.client().log_in("mon1", "pass1").expect("PRIMARY alpha", "OK PRIMARY-GRANTED")
    assert time.monotonic() - begin < 0.5


def test_every_deed_and_refusal_is_in_the_audit_trail_without_secrets(one):
    server = start(one)
    client = one.client().log_in("admin", "adminpass")
    client.expect("SET TRACKING ON", "OK")
    tracking = client.ask("INSTCMD alpha test.battery.start 20").removeprefix("OK TRACKING ")
    server.wait_log("DRIVER ANSWER")
    client.expect("SET VAR alpha no.such value-x", "ERR VAR-NOT-SUPPORTED")
    client.expect("FSD alpha", "OK FSD-SET")
    other = one.client().log_in("mon2", "wrong-secret")
    other.expect("FSD beta", "ERR ACCESS-DENIED")
    lines = [line for line in server.log().splitlines() if " audit: " in line]

    def line_with(*parts):
        return [line for line in lines if all(part in line for part in parts)]

    assert line_with('user="admin"', 'peer="127.0.0.1:', 'action="INSTCMD"', 'ups="alpha"',
                     'item="test.battery.start"', 'value="20"', 'outcome="OK"', f'tracking="{tracking}"')
    assert line_with('action="DRIVER ANSWER"', 'ups="alpha"', f'tracking="{tracking}"')
    assert line_with('action="SET VAR"', 'item="no.such"', 'outcome="VAR-NOT-SUPPORTED"')
    assert line_with('action="FSD"', 'ups="alpha"', 'outcome="OK')
    assert line_with('user="mon2"', 'action="FSD"', 'ups="beta"', 'outcome="ACCESS-DENIED"')
    for secret in ("adminpass", "wrong-secret", "pass2"):
        assert secret not in server.log()


def test_the_audit_trail_survives_quiet_mode(one):
    server = one.start_upsd(args=["-q"])
    one.wait_var("alpha", "ups.status", "OL")
    one.client().log_in("admin", "adminpass").expect("FSD alpha", "OK FSD-SET")
    server.wait_log('action="FSD"')
    assert "listening on" not in server.log()


def test_a_flood_of_refused_commands_does_not_flood_the_log(one):
    server = start(one)
    with Client(one.port) as client:
        client.log_in("mon2", "pass2")
        client.send(*["FSD alpha"] * 2000)
        assert client.lines(2000) == ["ERR ACCESS-DENIED"] * 2000
    assert server.log().count('action="FSD"') < 100
