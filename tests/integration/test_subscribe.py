# SPDX-License-Identifier: Apache-2.0
"""SUBSCRIBE: changes are pushed within the session, in order, to any number of subscribers; a slow
one gets the newest values and costs nothing."""

import socket
import time

import pytest

from support import Ups


@pytest.fixture
def driver(site):
    site.write_ups_conf([Ups("alpha"), Ups("beta")])
    fake = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "100",
                                      "battery.voltage": "13.5", "input.voltage": "230"})
    site.fake_driver("beta", {"ups.status": "OL"})
    site.start_upsd()
    for ups in ("alpha", "beta"):
        site.wait_var(ups, "ups.status", "OL")
    return fake


def test_a_snapshot_and_then_every_change(site, driver):
    client = site.client()
    assert client.subscribe("alpha") == [
        'VAR alpha battery.charge "100"', 'VAR alpha battery.voltage "13.5"',
        'VAR alpha input.voltage "230"', 'VAR alpha ups.status "OL"']
    driver.set("ups.status", "OB")
    assert client.line() == 'EVENT VAR alpha ups.status "OB"'
    driver.set("ups.alarm", 'a "b" \\ #c')
    assert client.line() == 'EVENT VAR alpha ups.alarm "a \\"b\\" \\\\ \\#c"'
    driver.delete("ups.alarm")
    assert client.line() == "EVENT DELVAR alpha ups.alarm"
    assert client.ask("UNSUBSCRIBE alpha") == "OK"
    driver.set("ups.status", "OL")
    site.wait_var("alpha", "ups.status", "OL")
    assert client.ask("NETVER") == "1.3"


def test_only_what_was_asked_for(site, driver):
    client = site.client()
    assert client.subscribe("alpha", "ups.status", "battery.") == [
        'VAR alpha battery.charge "100"', 'VAR alpha battery.voltage "13.5"', 'VAR alpha ups.status "OL"']
    driver.set("input.voltage", "0")
    driver.set("battery.charge", "99")
    assert client.line() == 'EVENT VAR alpha battery.charge "99"'


def test_an_event_is_never_inside_another_reply(site, driver):
    client = site.client()
    client.subscribe("alpha")
    for number in range(200):
        client.send("LIST VAR alpha", "GET VAR beta ups.status")
        driver.set("input.voltage", str(number))
    ended = 0
    while ended < 200:
        line = client.line()
        if line.startswith("EVENT"):
            continue
        assert line == "BEGIN LIST VAR alpha"
        while not (line := client.line()).startswith("END"):
            assert line.startswith("VAR alpha "), line
        while (line := client.line()).startswith("EVENT"):
            pass
        assert line == 'VAR beta ups.status "OL"'
        ended += 1


def test_loss_and_return_of_the_driver_are_told(site, driver):
    client = site.client()
    client.subscribe("alpha", "ups.status")
    driver.set_stale(True)
    assert client.line() == "EVENT STALE alpha"
    driver.set_stale(False)
    assert client.line() == "EVENT FRESH alpha"
    driver.stop()
    assert client.line() == "EVENT STALE alpha"
    site.fake_driver("alpha", {"ups.status": "OB"})
    lines = [client.line()]
    while lines[-1] != "EVENT FRESH alpha":
        lines.append(client.line())
    assert 'VAR alpha ups.status "OB"' in " ".join(lines)


def test_a_removed_ups_is_told(site, driver):
    client = site.client()
    client.subscribe("beta")
    site.write_ups_conf([Ups("alpha")])
    server = next(p for p in site.processes if p.name == "upsd")
    server.signal(1)
    assert client.line() == "EVENT GONE beta"
    assert client.ask("GET VAR beta ups.status") == "ERR UNKNOWN-UPS"


def test_errors_and_aliases(site, driver):
    client = site.client()
    assert client.ask("SUBSCRIBE nope") == "ERR UNKNOWN-UPS"
    assert client.ask("SUBSCRIBE") == "ERR INVALID-ARGUMENT"
    assert client.ask("UNSUBSCRIBE nope") == "ERR UNKNOWN-UPS"
    client.send("subscribe ALPHA UPS.status")  # all lines repeat the client's way to write the UPS
    assert client.lines(3) == ["BEGIN SUBSCRIBE ALPHA", 'VAR ALPHA ups.status "OL"', "END SUBSCRIBE ALPHA"]
    driver.set("ups.status", "OB")
    assert client.line() == 'EVENT VAR ALPHA ups.status "OB"'


def test_hundred_subscribers_all_get_every_value(site, driver):
    clients = [site.client() for _ in range(100)]
    for client in clients:
        client.subscribe("alpha", "ups.status")
    for status in ("OB", "OB LB", "OL"):
        driver.set("ups.status", status)
        for client in clients:
            assert client.line() == f'EVENT VAR alpha ups.status "{status}"'


def test_a_push_takes_milliseconds_not_a_poll(site, driver):
    """Not a benchmark: a push that waits for a tick of a second would fail."""
    client = site.client()
    client.subscribe("alpha", "ups.status")
    waits = []
    for number in range(50):
        begin = time.monotonic()
        driver.set("ups.status", f"OL {number}")
        client.line()
        waits.append(time.monotonic() - begin)
    assert sorted(waits)[25] < 0.1


def test_a_slow_subscriber_gets_the_newest_value_and_never_grows(site, driver):
    server = next(p for p in site.processes if p.name == "upsd")
    slow = site.client(timeout=20)
    slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.subscribe("alpha")
    follower = site.client(timeout=20)
    follower.subscribe("alpha", "ups.id")
    before = server.resident_kib()
    padding = "x" * 180
    changes = 60_000
    for first in range(0, changes, 1000):
        driver.raw("".join(f'SETINFO input.voltage "{number} {padding}"\n'
                           for number in range(first, first + 1000)))
    driver.set("ups.id", "last")
    assert follower.line() == 'EVENT VAR alpha ups.id "last"'
    assert server.resident_kib() - before < 4096, "a slow subscriber must not be a queue"
    seen = 0
    newest = f'EVENT VAR alpha input.voltage "{changes - 1} {padding}"'
    last = -1
    found = False
    while True:
        line = slow.line()
        seen += 1
        if line.startswith("EVENT VAR alpha input.voltage"):
            number = int(line.split('"')[1].split()[0])
            assert number > last
            last = number
            found = line == newest
        elif line == 'EVENT VAR alpha ups.id "last"':
            break
    if not found:
        assert slow.line() == newest
    assert seen < changes, "changes in between were skipped"


def test_subscribers_do_not_slow_down_when_they_are_gone(site, driver):
    server = next(p for p in site.processes if p.name == "upsd")
    descriptors = site.idle_descriptors(server)
    for _ in range(50):
        client = site.client()
        client.subscribe("alpha")
        client.close()
    driver.set("ups.status", "OB")
    site.wait_var("alpha", "ups.status", "OB")
    assert site.idle_descriptors(server) == descriptors
