# SPDX-License-Identifier: Apache-2.0
"""Peers that misbehave where TLS is expected: garbage, silence, handshakes broken off."""

import random
import socket
import ssl
import time

import pytest

from support import Client, Ups
from support.certificates import Authority
from support.site import free_port

GROWTH_KIB = 8 * 1024


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("ca"))
    made.issue("server")
    return made


@pytest.fixture
def served(site, authority):
    """The server, its TLS port, and a client's TLS context."""
    port = free_port()
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL"})
    site.write("upsd.pem", (authority.folder / "server.pem").read_text())
    site.write_upsd_conf(f"CERTFILE upsd.pem\nLISTEN_TLS 127.0.0.1 {port}\n")
    server = site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    context = ssl.create_default_context(cafile=authority.ca)
    with connect_tls(port, context) as client:  # what the server opens once, it has opened after this
        client.expect("LOGOUT", "OK Goodbye")
    return server, port, context


def connect_tls(port, context):
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    return Client(0, sock=context.wrap_socket(sock, server_hostname="localhost"))


def client_hello():
    """The first bytes of a real handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    half = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        half.do_handshake()
    return outgoing.read()


def pieces():
    """Garbage: plain requests, random bytes, handshakes cut off or with a byte changed."""
    chance = random.Random(20)
    hello = client_hello()
    yield from (b"GET VAR alpha ups.status\n", b"\x16\x03\x01\xff\xff", b"\x80\x00\x00", b"\0" * 5000)
    for _ in range(40):
        yield chance.randbytes(chance.randrange(1, 2000))
        yield hello[:chance.randrange(len(hello))]
        changed = bytearray(hello)
        changed[chance.randrange(len(hello))] ^= 1 << chance.randrange(8)
        yield bytes(changed) + chance.randbytes(100)


def assert_ends(sock):
    """Says that no more comes and reads to the end, which must come. The server says nothing but records of
    TLS: handshakes and alerts."""
    said = b""
    try:
        sock.shutdown(socket.SHUT_WR)
        while chunk := sock.recv(65536):
            said += chunk
    except TimeoutError:
        pytest.fail("the server keeps the connection")
    except OSError:  # reset: an end, too
        pass
    assert not said or said[:2] in (b"\x15\x03", b"\x16\x03"), said


def test_garbage_on_the_tls_port_ends_that_connection_only(site, served):
    server, port, context = served
    before, descriptors = server.resident_kib(), site.idle_descriptors(server)
    for data in pieces():
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            sock.sendall(data)
            assert_ends(sock)
    assert site.idle_descriptors(server) == descriptors
    assert server.resident_kib() - before < GROWTH_KIB
    with connect_tls(port, context) as client:
        assert client.var("alpha", "ups.status") == "OL"


def test_garbage_after_starttls_ends_that_connection_only(site, served):
    server, _, _ = served
    before, descriptors = server.resident_kib(), site.idle_descriptors(server)
    for data in pieces():
        with Client(site.port) as client:
            client.expect("STARTTLS", "OK STARTTLS")
            client.send_bytes(data)
            assert_ends(client.sock)
    assert site.idle_descriptors(server) == descriptors
    assert server.resident_kib() - before < GROWTH_KIB
    assert site.client().var("alpha", "ups.status") == "OL"


def test_garbage_inside_tls_gets_errors(served):
    _, port, context = served
    with connect_tls(port, context) as client:
        client.send_bytes(random.Random(3).randbytes(20_000).replace(b'"', b"") + b"\nNETVER\n")
        for _ in range(1000):
            if (line := client.line()) == "1.3":
                break
            assert line.startswith("ERR "), line
        else:
            pytest.fail("NETVER was never answered")


def test_starttls_and_then_nothing_stops_nobody(site, served):
    """The incumbent serves nobody else while it waits for such a handshake."""
    _, port, context = served
    for _ in range(50):
        site.client().expect("STARTTLS", "OK STARTTLS")
        silent = socket.create_connection(("127.0.0.1", port), timeout=10)
        site.clients.append(Client(0, sock=silent))
    worst = 0.0
    with Client(site.port) as plain, connect_tls(port, context) as secure:
        for _ in range(200):
            for client in (plain, secure):
                begin = time.monotonic()
                assert client.var("alpha", "ups.status") == "OL"
                worst = max(worst, time.monotonic() - begin)
    assert worst < 1.0


def test_a_plain_request_sent_along_with_starttls_is_not_obeyed_as_if_encrypted(site, served):
    """What came before the handshake must not be taken for what came through TLS."""
    _, _, context = served
    client = site.client()
    client.send("STARTTLS", "USERNAME admin")
    assert client.line() == "OK STARTTLS"
    try:
        wrapped = Client(0, sock=context.wrap_socket(client.sock, server_hostname="localhost"))
    except (ssl.SSLError, OSError):
        return  # refused altogether: as good
    site.clients.append(wrapped)
    wrapped.expect("USERNAME mon1", "OK")
    wrapped.expect("NETVER", "1.3")  # and not one answer too many
