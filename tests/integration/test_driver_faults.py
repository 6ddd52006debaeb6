# SPDX-License-Identifier: Apache-2.0
"""Drivers that die, freeze or talk nonsense: what clients are told is true at every moment."""

import random
import signal
import socket
import threading

import pytest

from support import Client, Ups, wait_for

DUMP = {"ups.status": "OL", "battery.charge": "97", "ups.id": "t1"}
NOT_CONNECTED = "ERR DRIVER-NOT-CONNECTED"
STALE = "ERR DATA-STALE"
MAX_AGE = 3


@pytest.fixture
def served(site):
    """Our driver `alpha` and a fake one, `other`, on our server; data is stale after MAX_AGE seconds."""
    site.write_upsd_conf(f"MAXAGE {MAX_AGE}\n")
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", DUMP)), Ups("other")])
    driver = site.start_driver("alpha")
    other = site.fake_driver("other", {"ups.status": "OL"})
    site.start_upsd()
    for ups in ("alpha", "other"):
        site.wait_var(ups, "ups.status", "OL")
    return driver, other


def server_of(site):
    return next(p for p in reversed(site.processes) if p.name.startswith("upsd"))


def test_a_killed_driver_is_told_at_once_and_found_again(site, served):
    driver, _ = served
    for _ in range(3):
        driver.kill()
        site.wait_reply("GET VAR alpha ups.status", NOT_CONNECTED, within=1)
        assert site.client().ask("LIST VAR alpha") == NOT_CONNECTED
        driver = site.start_driver("alpha")  # over the socket and pid file that were left
        site.wait_var("alpha", "ups.status", "OL", within=5)
    assert site.client().var("other", "ups.status") == "OL"


def test_a_frozen_driver_goes_stale_and_recovers(site, served):
    driver, _ = served
    driver.freeze()
    site.wait_reply("GET VAR alpha ups.status", STALE, within=MAX_AGE + 1)
    assert site.client().ask("LIST VAR alpha") == STALE
    assert site.client().ask("GET UPSDESC alpha") == 'UPSDESC alpha "Unavailable"'
    assert site.client().var("other", "ups.status") == "OL"
    driver.thaw()
    site.wait_var("alpha", "ups.status", "OL", within=8)


def test_a_silent_driver_is_pinged_then_stale_and_recovers(site, served):
    _, other = served
    other.mute = True
    other.wait_line("PING", within=5)
    site.wait_reply("GET VAR other ups.status", STALE, within=8)
    other.mute = False
    other.raw("PONG\n")
    site.wait_var("other", "ups.status", "OL")


def test_a_driver_that_says_stale_is_believed(site, served):
    _, other = served
    other.set_stale(True)
    site.wait_reply("GET VAR other ups.status", STALE)
    other.set("ups.status", "OB")
    assert site.client().ask("GET VAR other ups.status") == STALE
    other.set_stale(False)
    site.wait_var("other", "ups.status", "OB")


def test_a_dropped_connection_forgets_what_the_driver_had(site, served):
    _, other = served
    other.set("ups.alarm", "gone soon")
    site.wait_var("other", "ups.alarm", "gone soon")
    del other.variables["ups.alarm"]
    other.drop()
    site.wait_reply("GET VAR other ups.alarm", "ERR VAR-NOT-SUPPORTED")
    site.wait_var("other", "ups.status", "OL")


@pytest.mark.parametrize("garbage", [
    b"\n\n\n   \n#\n\0\0\0\n",
    b"SETINFO\nSETINFO x\nSETFLAGS\nADDENUM a\nADDRANGE a b c\nDELINFO\nTRACKING\nTRACKING x y\n",
    b'SETINFO ups.x "unfinished\n',
    b'SETINFO ups.x "a # b"\nFOO BAR\n',
    b"SETINFO " + b"v" * 100_000 + b' "1"\n',
    b'SETINFO ups.x "' + b"1" * 100_000 + b'"\n',
    b"x" * 20_000_000 + b"\n",
    b"SETINFO ups.x " + b'"1" ' * 1000 + b"\n",
    bytes(range(256)) * 40 + b"\n",
    random.Random(1).randbytes(200_000) + b'"\n',
], ids=["blank", "short", "quote", "hash", "name", "value", "endless", "words", "bytes", "random"])
def test_garbage_from_a_driver_hurts_only_itself(site, served, garbage):
    _, other = served
    server = server_of(site)
    before = server.resident_kib()
    other.wait_client()
    other.raw(garbage)
    wait_for(lambda: other.clients() > 0)
    other.set("ups.status", "OB")  # the line after the garbage counts
    site.wait_var("other", "ups.status", "OB")
    assert site.client().variables("alpha")["battery.charge"] == "97"
    for name, value in site.client().variables("other").items():
        assert len(name) <= 600 and len(value) <= 600
    assert server.resident_kib() - before < 8 * 1024


def test_a_driver_that_floods_is_bounded(site, served):
    """A hundred thousand different variables: the server keeps a bounded number or says why not."""
    _, other = served
    server = server_of(site)
    before = server.resident_kib()
    for chunk in range(100):
        other.raw("".join(f'SETINFO x.{chunk}.{i} "{"v" * 100}"\n' for i in range(1000)))
    site.wait_var("alpha", "ups.status", "OL", within=5)
    wait_for(lambda: Client(site.port).close() is None)
    assert server.resident_kib() - before < 64 * 1024
    assert site.client().ask("NETVER") == "1.3"


def test_garbage_to_our_driver_hurts_nobody(site, served):
    driver, _ = served
    before = driver.resident_kib()
    chance = random.Random(7)
    for data in (b"\n\n", b"FOO\n", b'SET ups.id "x\n', b"INSTCMD\nINSTCMD a b c d e f\nSET\nSET x\n",
                 b"x" * 20_000_000, chance.randbytes(50_000), b"DUMPALL\n" * 50):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10)
            sock.connect(str(site.socket_path("alpha")))
            try:
                sock.sendall(data)
            except OSError:
                pass  # refused: fine
    assert driver.resident_kib() - before < 8 * 1024
    assert driver.is_running()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(site.socket_path("alpha")))
        with Client(0, sock=sock) as client:
            client.send("PING")
            wait_for(lambda: client.line() == "PONG", 5)
            client.send("SET ups.id a b", "SET ups.id a b TRACKING c", "SET ups.id t2")
            said = [client.line()]
            while said[-1] != 'SETINFO ups.id "t2"':
                said.append(client.line())
            assert not [line for line in said[:-1] if line.startswith("SETINFO ups.id")], said
    assert site.client().var("alpha", "ups.status") == "OL"


def test_a_client_of_our_driver_that_never_reads_is_let_go_or_bounded(site, served):
    driver, _ = served
    before = driver.resident_kib()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.connect(str(site.socket_path("alpha")))
        sock.setblocking(False)
        try:
            for _ in range(20_000):
                sock.send(b"DUMPALL\n")
        except OSError:
            pass
        assert driver.resident_kib() - before < 8 * 1024
        site.write_dev("alpha.dev", dict(DUMP, **{"ups.status": "OB"}))
        site.wait_var("alpha", "ups.status", "OB")


def test_a_killed_server_leaves_drivers_serving_and_clients_come_back(site, served):
    driver, other = served
    for _ in range(2):
        server_of(site).kill()
        assert driver.is_running()
        site.start_upsd()
        for ups in ("alpha", "other"):
            site.wait_var(ups, "ups.status", "OL", within=5)
    wait_for(lambda: other.clients() == 1, what="one connection per driver")


def test_no_old_value_is_served_while_the_driver_comes_and_goes(site, served):
    """The driver's status follows a counter that only grows; readers must never see it fall."""
    _, other = served
    over = threading.Event()
    problems = []

    def read():
        last = 0
        with Client(site.port) as client:
            while not over.is_set():
                reply = client.ask("GET VAR other ups.serial")
                if reply.startswith("VAR "):
                    value = int(reply.split('"')[1])
                    if value < last:
                        problems.append((last, value))
                    last = value
                elif reply not in (NOT_CONNECTED, STALE, "ERR VAR-NOT-SUPPORTED"):
                    problems.append(reply)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 400):
        other.set("ups.serial", str(number))
        if number % 50 == 0:
            other.drop()
            other.wait_client()
    site.wait_var("other", "ups.serial", "399")
    over.set()
    for reader in readers:
        reader.join()
    assert not problems


def test_signals_to_a_driver_end_it_in_order(site, served):
    driver, _ = served
    driver.signal(signal.SIGINT)
    assert driver.wait_end() == 0
    assert not site.socket_path("alpha").exists()
    site.wait_reply("GET VAR alpha ups.status", NOT_CONNECTED)
