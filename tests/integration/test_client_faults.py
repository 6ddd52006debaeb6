# SPDX-License-Identifier: Apache-2.0
"""Clients that misbehave: the server stays small, quick for the others, and correct."""

import random
import socket
import struct
import time

import pytest

from support import Client, Ups, wait_for
from support.process import tcp_connections
from support.programs import long_tests

GROWTH_KIB = 8 * 1024  # how much a server may grow under any of this


@pytest.fixture
def upsd(site):
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL", **{f"outlet.{i}.voltage": "230.5" for i in range(60)}})
    server = site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    site.wait_reply("GET VAR alpha outlet.59.voltage", 'VAR alpha outlet.59.voltage "230.5"')
    return server


def longest_wait(site, busy):
    """The longest time an honest client waits for an answer while `busy` says that there is more."""
    worst = 0.0
    with Client(site.port) as client:
        while busy():
            begin = time.monotonic()
            assert client.ask("GET VAR alpha ups.status") == 'VAR alpha ups.status "OL"'
            worst = max(worst, time.monotonic() - begin)
    return worst


def send_what_fits(sock, line, most):
    """Sends copies of `line` until the peer has refused more for a while, or `most` bytes went out.
    Returns how many bytes went out."""
    sock.setblocking(False)
    data = line * 1000
    sent, refused = 0, 0
    while sent < most and refused < 50:
        try:
            sent += sock.send(data[sent % len(line):])
        except BlockingIOError:
            refused += 1
            time.sleep(0.01)
    return sent


def small_socket(site):
    """A connection whose own send buffer is small, so that it fills early. (A small receive buffer
    would make reading on take minutes.)"""
    sock = site.client().sock
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return sock


def test_a_client_that_never_reads_is_paused_and_hurts_nobody(site, upsd):
    before = upsd.resident_kib()
    lazy = small_socket(site)
    request = b"LIST VAR alpha\n"
    sent = send_what_fits(lazy, request, 2_000_000)
    assert sent < 2_000_000, "the server goes on reading from a client that reads nothing"
    assert upsd.resident_kib() - before < GROWTH_KIB
    rounds = iter(range(200))
    assert longest_wait(site, lambda: next(rounds, None) is not None) < 1.0

    # When it reads again, every request that went out whole has its whole answer.
    lazy.settimeout(20)
    answer = "\n".join(["BEGIN LIST VAR alpha", *site.client().ask_list("LIST VAR alpha"),
                        "END LIST VAR alpha", ""]).encode()
    expected = (sent // len(request)) * len(answer)
    got = 0
    while got < expected:
        chunk = lazy.recv(1 << 20)
        assert chunk, f"connection lost after {got} of {expected} bytes"
        got += len(chunk)
    assert got == expected


def test_many_clients_that_never_read_cost_little_memory(site, upsd):
    before = upsd.resident_kib()
    count = 1000 if long_tests() else 100
    for _ in range(count):
        lazy = small_socket(site)
        lazy.setblocking(False)
        try:
            for _ in range(50):
                lazy.send(b"LIST VAR alpha\n" * 50)
        except BlockingIOError:
            pass
    with Client(site.port, timeout=60) as client:  # all of them have their turn before
        client.expect("GET VAR alpha ups.status", 'VAR alpha ups.status "OL"')
    grown = upsd.resident_kib() - before
    assert grown < 4 * GROWTH_KIB * count // 100, f"{grown} KiB for {count} clients"
    for client in site.clients:
        client.close()
    wait_for(lambda: not tcp_connections(upsd.pid), 60, "all are let go")


def test_one_byte_per_second_is_answered_and_hurts_nobody(site, upsd):
    count, line, answer = (100, b"GET VAR alpha ups.status\n", 'VAR alpha ups.status "OL"') if long_tests() else (
        5, b"NETVER\n", "1.3")
    clients = [site.client(timeout=30) for _ in range(count)]
    begin = time.monotonic()
    for number, byte in enumerate(line):
        for client in clients:
            client.send_bytes(bytes([byte]))
        assert longest_wait(site, lambda n=number: time.monotonic() < begin + n + 1) < 1.0
    for client in clients:
        assert client.line() == answer


def test_connections_that_break_at_any_moment_leave_nothing(site, upsd):
    with Client(site.port) as first:  # what the server opens once, it has opened after this
        first.log_in("mon1", "pass1").expect("LOGIN alpha", "OK")
        first.expect("LOGOUT", "OK Goodbye")
    descriptors = site.idle_descriptors(upsd)
    chance = random.Random(3493)
    whole = b"USERNAME mon1\nPASSWORD pass1\nLOGIN alpha\nLIST VAR alpha\nSUBSCRIBE alpha\nLOGOUT\n"
    for number in range(20_000 if long_tests() else 300):
        sock = socket.create_connection(("127.0.0.1", site.port), timeout=10)
        sock.sendall(whole[:chance.randrange(len(whole))])
        if number % 2:  # end with RST instead of FIN
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
    assert site.idle_descriptors(upsd) == descriptors, upsd.descriptors()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")
    assert site.client().ask_list("LIST CLIENT alpha") == []


def connect_to(site, place):
    """A client on the TCP port, or on the local socket."""
    if place == "port":
        return Client(site.port)
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(site.state / "upsd.sock"))
    return Client(0, sock=sock)


@pytest.mark.parametrize("place", ["port", "local"])
def test_garbage_from_clients_gets_errors_and_no_more(site, upsd, place):
    before = upsd.resident_kib()
    chance = random.Random(42)
    words = [b"GET", b"LIST", b"SET", b"VAR", b"alpha", b"ups.status", b"\"", b"\\", b"#", b"=", b" ",
             b"\n", b"\0", b"\xff", b"INSTCMD", b"TRACKING", b"SUBSCRIBE", b"USERNAME", b"LOGIN"]
    for number in range(5000 if long_tests() else 100):
        kind = number % 3
        data = (chance.randbytes(4000) if kind == 0 else
                b" ".join(chance.choice(words) for _ in range(800)) if kind == 1 else
                b"".join(chance.choice(words) for _ in range(800)))
        with connect_to(site, place) as client:
            client.send_bytes(data + b"\n\"\nNETVER\n")
            client.sock.shutdown(socket.SHUT_WR)
            while client.sock.recv(65536):
                pass
    assert upsd.resident_kib() - before < GROWTH_KIB
    assert site.client().ask("GET VAR alpha ups.status") == 'VAR alpha ups.status "OL"'


@pytest.mark.parametrize("place", ["port", "local"])
def test_lines_with_too_few_words_get_their_error(site, upsd, place):
    whole = "GET VAR alpha ups.status"
    with connect_to(site, place) as client:
        for line, error in [("", "UNKNOWN-COMMAND"), ("  # ", "UNKNOWN-COMMAND"), ("NOPE", "UNKNOWN-COMMAND"),
                            ("GET", "INVALID-ARGUMENT"), ("GET VAR", "INVALID-ARGUMENT"),
                            ("GET VAR alpha", "INVALID-ARGUMENT"), ("LIST VAR", "INVALID-ARGUMENT"),
                            ('GET VAR alpha "a#b"', "INVALID-ARGUMENT")]:
            client.expect(whole, 'VAR alpha ups.status "OL"')  # words that must not be taken for those of `line`
            client.expect(line, f"ERR {error}")


def test_a_line_without_end_takes_no_memory(site, upsd):
    before = upsd.resident_kib()
    endless = site.client()
    for _ in range(200):
        endless.send_bytes(b"x" * 65536)
    for _ in range(200):
        endless.send_bytes(b"a " * 32768)
    assert upsd.resident_kib() - before < GROWTH_KIB
    endless.send_bytes(b"\nNETVER\n")
    assert endless.line().startswith("ERR ")
    assert endless.line() == "1.3"


def test_pipelined_requests_are_all_answered_in_order(site, upsd):
    client = site.client()
    client.send_bytes(b"".join(b"GET VAR alpha x.%d\nGET DESC alpha x.%d\n" % (i, i) for i in range(5000)))
    for number in range(5000):
        assert client.line() == "ERR VAR-NOT-SUPPORTED"
        assert client.line() == f'DESC alpha x.{number} "Description unavailable"'
