# SPDX-License-Identifier: Apache-2.0
"""upsshim between hostile and broken peers: certificates, back-pressure, half-open connections, limits."""

import os
import signal
import socket
import ssl
import time

import pytest

from support import Client, FakeServer, Ups, wait_for
from support.certificates import Authority
from support.shim import Shim
from support.site import free_port, run_as
from support.wait import STRETCH


@pytest.fixture(name="authority")
def authority_fixture(site):
    return Authority(site.root / "ca")


@pytest.fixture(name="server")
def server_fixture():
    made = FakeServer({"VER": "Some server\n", "LIST UPS": "BEGIN LIST UPS\nUPS a \"x\"\nEND LIST UPS\n",
                       "STARTTLS": "ERR FEATURE-NOT-CONFIGURED\n", "LOGOUT": "OK Goodbye\n"})
    yield made
    made.stop()


def encrypt(sock, authority, certificate=None):
    context = ssl.create_default_context(cafile=str(authority.ca))
    if certificate:
        context.load_cert_chain(certificate)
    return context.wrap_socket(sock, server_hostname="localhost")


def server_side(site, authority, to, *args):
    return Shim(site, "-s", "--cert", authority.issue("shim"), "-t", f"127.0.0.1:{to}", *args)


def test_starttls_is_answered_by_the_shim_and_the_rest_passes(site, authority, server):
    shim = server_side(site, authority, server.port)
    with shim.connect() as raw:
        client = Client(shim.port, sock=raw)
        client.send("LIST UPS", "STARTTLS")
        assert client.lines(4) == ["BEGIN LIST UPS", 'UPS a "x"', "END LIST UPS", "OK STARTTLS"]
        with encrypt(raw, authority) as sock:
            client = Client(shim.port, sock=sock)
            assert client.ask("VER") == "Some server"
            assert client.ask("STARTTLS") == "ERR ALREADY-SSL-MODE"
            assert client.ask_list("LIST UPS") == ['UPS a "x"']
            assert client.ask("LOGOUT") == "OK Goodbye"
            assert client.at_end()
    assert "STARTTLS" not in server.received
    assert shim.process.stop() == 0


def test_what_was_said_in_clear_does_not_count_after_starttls(site, authority, server):
    shim = server_side(site, authority, server.port)
    server.replies["USERNAME evil"] = "OK\n"
    with shim.connect() as raw:
        client = Client(shim.port, sock=raw)
        assert client.ask("USERNAME evil") == "OK"
        connections = len(server._connections)
        client.send_bytes(b"STARTTLS\nPASSWORD evil\n")
        assert client.line() == "OK STARTTLS"
        with encrypt(raw, authority) as sock:
            assert Client(shim.port, sock=sock).ask("VER") == "Some server"
            wait_for(lambda: len(server._connections) == connections == 1, what="a connection of its own")
    assert server.received == ["USERNAME evil", "VER"]


def test_tls_from_the_first_byte(site, authority, server):
    shim = server_side(site, authority, server.port, "--direct")
    with encrypt(shim.connect(), authority) as sock:
        assert Client(shim.port, sock=sock).ask("VER") == "Some server"
    with shim.connect() as raw:  # no TLS: nothing to get
        raw.sendall(b"LIST UPS\n")
        assert raw.recv(100).find(b"UPS") < 0
    assert server.received == ["VER"]


def test_clients_without_a_good_certificate_are_refused_where_one_is_asked_for(site, authority, server):
    shim = server_side(site, authority, server.port, "--direct", "--ca", authority.ca, "--require-cert")
    with encrypt(shim.connect(), authority, authority.issue("guest")) as sock:
        assert Client(shim.port, sock=sock).ask("VER") == "Some server"
    stranger = Authority(site.root / "other", "Other CA").issue("guest")
    for certificate in (None, stranger):
        with pytest.raises((ssl.SSLError, ConnectionError, AssertionError)):
            with encrypt(shim.connect(), authority, certificate) as sock:
                Client(shim.port, sock=sock).ask("VER")
    assert server.received == ["VER"]
    shim.process.wait_log("session.failed")


def test_a_reload_takes_a_new_certificate_and_a_bad_one_changes_nothing(site, authority, server):
    shim = server_side(site, authority, server.port, "--direct")

    def subject():
        with encrypt(shim.connect(), authority) as sock:
            return sock.getpeercert()["subject"][0][0][1]

    assert subject() == "shim"
    pem = authority.folder / "shim.pem"
    pem.write_text("nonsense")
    shim.process.signal(signal.SIGHUP)
    shim.process.wait_log("nothing has changed")
    assert subject() == "shim"
    pem.write_text(authority.issue("fresh").read_text())
    shim.process.signal(signal.SIGHUP)
    shim.process.wait_log("certificates loaded")
    assert subject() == "fresh"


def test_a_client_that_does_not_read_stops_its_server_and_nobody_else(site, authority):
    block = "x" * 100 + "\n"
    flood = FakeServer({"FLOOD": block * 300_000, "VER": "Some server\n"})  # 30 MB
    try:
        shim = server_side(site, authority, flood.port)
        before = shim.process.resident_kib()
        with shim.connect() as slow, shim.connect() as other:
            slow.sendall(b"FLOOD\n")
            client = Client(shim.port, sock=other)
            for _ in range(200):
                assert client.ask("VER") == "Some server"
            assert shim.process.resident_kib() - before < 4096
            got = 0
            while got < len(block) * 300_000:
                got += len(slow.recv(1 << 20))
            assert got == len(block) * 300_000
    finally:
        flood.stop()


def test_a_server_that_does_not_read_stops_its_client(site, authority):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        shim = server_side(site, authority, listener.getsockname()[1])
        with shim.connect() as eager:
            eager.settimeout(1)
            sent = 0
            try:
                while sent < 100_000_000:
                    sent += eager.send(b"GET VAR a b\n" * 1000)
            except TimeoutError:
                pass
            assert sent < 50_000_000, "the kernel's buffers and ours, no more"
            assert shim.process.resident_kib() < 100_000
            connection, _ = listener.accept()
            with connection:
                got = 0
                connection.settimeout(10 * STRETCH)
                while got < sent:
                    got += len(connection.recv(1 << 20))
                assert got == sent, "nothing is lost"


def test_half_open_connections_are_let_go(site, authority, server):
    shim = server_side(site, authority, server.port, "--patience", "1")
    with shim.connect() as silent, shim.connect() as stuck:
        stuck.sendall(b"STARTTLS\n")
        assert stuck.recv(100) == b"OK STARTTLS\n"
        for sock in (silent, stuck):
            assert sock.recv(100) == b""
    shim.process.wait_log("no handshake in time")
    with shim.connect() as talker:  # one that speaks is kept
        client = Client(shim.port, sock=talker)
        assert client.ask("VER") == "Some server"
        time.sleep(1.5)  # longer than its patience: shows that a conversation is not cut
        assert client.ask("VER") == "Some server"


def test_connections_leave_nothing_behind(site, authority, server):
    shim = server_side(site, authority, server.port)
    count = shim.idle_descriptors()
    for round_ in range(30):
        with shim.connect() as raw:
            client = Client(shim.port, sock=raw)
            assert client.ask("VER") == "Some server"
            if round_ % 3 == 1:
                client.send("STARTTLS")
                assert client.line() == "OK STARTTLS"
            elif round_ % 3 == 2:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wait_for(lambda: shim.idle_descriptors() == count)


def test_beyond_the_limit_connections_are_closed(site, authority, server):
    shim = server_side(site, authority, server.port, "-m", "2")
    with shim.connect() as one, shim.connect() as two, shim.connect() as three:
        assert three.recv(10) == b""
        assert Client(shim.port, sock=one).ask("VER") == "Some server"
        two.close()
        def served():
            with shim.connect() as sock:
                return Client(shim.port, sock=sock).ask("VER") == "Some server"
        wait_for(served)


def test_a_server_that_is_not_there_closes_the_client(site, authority):
    shim = server_side(site, authority, 1)
    with shim.connect() as raw:
        raw.sendall(b"VER\n")
        assert raw.recv(10) == b""
    shim.process.wait_log("Connection refused")


def test_client_side_encrypts_and_refuses_starttls(site, authority):
    site.write_ups_conf([Ups("alpha")])
    site.write_upsd_conf(f"CERTFILE {authority.issue('server')}\n")
    site.fake_driver("alpha", {"ups.status": "OL"})
    site.start_upsd()
    shim = Shim(site, "-c", "-t", f"localhost:{site.port}", "--ca", authority.ca)
    with shim.connect() as raw:
        client = Client(shim.port, sock=raw)
        client.send("NETVER", "STARTTLS", "LIST UPS", "SUBSCRIBE alpha ups.status")
        assert client.lines(5) == ["1.3", "ERR FEATURE-NOT-CONFIGURED", "BEGIN LIST UPS",
                                   'UPS alpha "Description unavailable"', "END LIST UPS"]
        assert client.line() == "BEGIN SUBSCRIBE alpha"
        while client.line() != "END SUBSCRIBE alpha":
            pass
        site.fakes[0].set("ups.status", "OB")
        assert client.line() == 'EVENT VAR alpha ups.status "OB"'


@pytest.mark.parametrize("args, reason", [
    (["-t", "localhost:{port}", "--ca", "{other}"], "certificate"),
    (["-t", "localhost:{port}", "--ca", "{ca}", "--tls-name", "elsewhere.example"], "mismatch"),
    (["-t", "localhost:{plain}", "--ca", "{ca}"], "does not offer it"),
])
def test_client_side_refuses_a_server_that_does_not_prove_itself(site, authority, server, args, reason):
    site.write_ups_conf([Ups("alpha")])
    site.write_upsd_conf(f"CERTFILE {authority.issue('server')}\n")
    site.start_upsd()
    other = Authority(site.root / "other", "Other CA")
    words = [word.format(port=site.port, plain=server.port, ca=authority.ca, other=other.ca) for word in args]
    shim = Shim(site, "-c", *words)
    with shim.connect() as raw:
        raw.sendall(b"USERNAME admin\nPASSWORD secret\n")
        try:
            assert raw.recv(100) == b""
        except ConnectionResetError:
            pass
    shim.process.wait_log(reason)
    assert not [line for line in server.received if "secret" in line], "nothing is ever said in clear"
    checked = Shim(site, "-c", "-t", f"localhost:{site.port}", "--no-verify")
    with checked.connect() as raw:
        assert Client(checked.port, sock=raw).ask("NETVER") == "1.3"


def test_it_is_confined_and_not_root(site, authority, server):
    shim = server_side(site, authority, server.port)
    with open(f"/proc/{shim.process.pid}/status", encoding="ascii") as file:
        status = dict(line.rstrip().split(":\t", 1) for line in file if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    if os.getuid() == 0 and run_as() == []:
        assert set(status["Uid"].split()) == {str(site.owner[0])}
        assert int(status["CapEff"], 16) == 0
    if "seccomp on" in shim.process.log():
        assert status["Seccomp"] == "2"
    else:
        assert "seccomp off" in shim.process.log()


def test_in_the_background_it_has_a_pid_file_and_stops_clean(site, authority, server):
    port = free_port()
    done = site.run("upsshim", "-s", "-l", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{server.port}", "--cert",
                    authority.issue("shim"), "-p", "mine", *run_as())
    assert done.returncode == 0, done.stderr
    with socket.create_connection(("127.0.0.1", port)) as sock:
        assert Client(port, sock=sock).ask("VER") == "Some server"
    pid_file = site.pids / "mine.pid"
    os.kill(int(pid_file.read_text()), signal.SIGTERM)
    wait_for(lambda: not pid_file.exists() or not pid_file.read_text())


def test_mistakes_and_questions_have_their_exit_status(site, authority):
    pem = authority.issue("shim")
    for args, status, text in [
            ([], 1, "Use -s or -c"), (["-Z"], 1, "invalid option"), (["-c"], 1, "No server"),
            (["-s", "-l", "1", "--cert", "/nonexistent", "-k"], 1, "/nonexistent"),
            (["-s", "-l", "1", "--cert", authority.ca, "-k"], 1, "ca.pem"),
            (["-s", "-l", "1", "--cert", pem, "-k"], 0, ""), (["-c", "-t", "h", "-k"], 0, ""),
            (["-s", "-F", "-l", "203.0.113.1:1", "--cert", pem, *run_as()], 1, "203.0.113.1"),
            (["-h"], 0, ""), (["-V"], 0, "")]:
        done = site.run("upsshim", *args)
        assert done.returncode == status and text in done.stderr, (args, done)
