# SPDX-License-Identifier: Apache-2.0
"""TLS of upsd with clients that are not ours: Python's ssl and the openssl program."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess

import pytest

from support import Client, Ups, wait_for
from support.certificates import Authority
from support.site import free_port, run_as


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    made = Authority(folder)
    made.issue("server")
    made.issue("middle", authority=True)
    made.issue("deep", issuer="middle")
    made.issue("client")
    return made


class TlsSite:
    def __init__(self, site, authority):
        self.site = site
        self.authority = authority
        self.tls_port = free_port()
        site.write_ups_conf([Ups("alpha")])
        site.fake_driver("alpha", {"ups.status": "OL"})
        self.install("server")

    def install(self, name):
        path = self.site.write("upsd.pem", (self.authority.folder / f"{name}.pem").read_text())
        os.chmod(path, 0o640)

    def start(self, extra=""):
        self.site.write_upsd_conf(f"CERTFILE upsd.pem\nLISTEN_TLS 127.0.0.1 {self.tls_port}\n{extra}")
        return self.site.start_upsd()

    def context(self, client=None):
        context = ssl.create_default_context(cafile=self.authority.ca)
        if client:
            context.load_cert_chain(self.authority.folder / f"{client}.pem")
        return context

    def starttls(self, client=None):
        plain = self.site.client()
        plain.expect("STARTTLS", "OK STARTTLS")
        return self._wrap(plain.sock, client)

    def direct(self, client=None):
        return self._wrap(socket.create_connection(("127.0.0.1", self.tls_port), timeout=10), client)

    def _wrap(self, sock, client):
        wrapped = self.context(client).wrap_socket(sock, server_hostname="localhost")
        made = Client(0, sock=wrapped)
        self.site.clients.append(made)
        return made


@pytest.fixture
def tls(site, authority):
    return TlsSite(site, authority)


@pytest.mark.parametrize("way", ["starttls", "direct"])
def test_both_ways_give_a_verified_session(tls, way):
    server = tls.start()
    assert f"listening on 127.0.0.1 port {tls.tls_port} (TLS)" in server.log()
    client = getattr(tls, way)()
    assert client.sock.version() == "TLSv1.3"
    tls.site.wait_var("alpha", "ups.status", "OL")
    assert client.var("alpha", "ups.status") == "OL"
    assert client.ask("STARTTLS").startswith("ERR ")
    client.log_in("mon1", "pass1").expect("LOGIN alpha", "OK")
    client.expect("LOGOUT", "OK Goodbye")


def test_the_chain_is_sent(tls):
    tls.install("deep")
    tls.start()
    assert tls.direct().ask("NETVER") == "1.3"


def test_requests_sent_in_clear_behind_starttls_are_not_executed(tls):
    """CVE-2011-0411 and its kin: what is injected in clear must not count as said under TLS."""
    tls.start()
    plain = tls.site.client()
    plain.send_bytes(b"STARTTLS\nUSERNAME mallory\n")
    assert plain.line() == "OK STARTTLS"
    client = tls._wrap(plain.sock, None)
    client.expect("USERNAME mon1", "OK")


def handshake(port, *options):
    done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options], input=b"",
                          capture_output=True, timeout=20, check=False)
    return done.returncode


def test_old_versions_are_refused(tls):
    tls.start()
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0")
    assert handshake(tls.tls_port, "-tls1_3") == 0
    assert handshake(tls.tls_port, "-tls1_2") == 0
    assert handshake(tls.tls_port, "-tls1_1", *weak) != 0
    assert handshake(tls.tls_port, "-tls1", *weak) != 0


def test_required_client_certificate(tls):
    server = tls.start(f"CERTREQUEST REQUIRE\nCERTCAFILE {tls.authority.ca}\n")
    assert "client certificates required" in server.log()
    assert tls.direct(client="client").ask("NETVER") == "1.3"
    assert tls.starttls(client="client").ask("NETVER") == "1.3"
    with pytest.raises((ssl.SSLError, AssertionError, ConnectionError)):
        tls.direct().ask("NETVER")


def test_requested_client_certificate_may_be_absent_but_not_wrong(tls, tmp_path):
    tls.start(f"CERTREQUEST REQUEST\nCERTCAFILE {tls.authority.ca}\n")
    assert tls.direct().ask("NETVER") == "1.3"
    assert tls.direct(client="client").ask("NETVER") == "1.3"
    stranger = Authority(tmp_path / "other", "Other CA")
    context = tls.context()
    context.load_cert_chain(stranger.issue("intruder"))
    with pytest.raises((ssl.SSLError, AssertionError, ConnectionError)):
        with socket.create_connection(("127.0.0.1", tls.tls_port), timeout=10) as sock:
            with context.wrap_socket(sock, server_hostname="localhost") as wrapped:
                Client(0, sock=wrapped).ask("NETVER")


def serial_of(client):
    return client.sock.getpeercert()["serialNumber"]


def test_a_reload_takes_a_new_certificate_and_keeps_sessions(tls):
    server = tls.start()
    old = tls.direct()
    tls.install("deep")
    server.signal(signal.SIGHUP)
    server.wait_log("the configuration was read again")
    assert serial_of(tls.direct()) != serial_of(old)
    assert old.ask("NETVER") == "1.3"


def test_a_bad_new_certificate_changes_nothing(tls):
    server = tls.start()
    before = serial_of(tls.direct())
    (tls.site.conf / "upsd.pem").write_text("nothing of use\n")
    server.signal(signal.SIGHUP)
    server.wait_log("reload.refused")
    assert "upsd.pem" in server.log()
    assert serial_of(tls.direct()) == before


def test_garbage_on_the_tls_port_hurts_nobody(tls):
    tls.start()
    for garbage in (b"VER\n", b"\x16\x03\x01\xff\xff" + os.urandom(500), b"\x00" * 1000):
        with socket.create_connection(("127.0.0.1", tls.tls_port), timeout=10) as sock:
            sock.sendall(garbage)
            sock.shutdown(socket.SHUT_WR)
            try:
                while sock.recv(4096):
                    pass
            except ConnectionResetError:
                pass
    assert tls.direct().ask("NETVER") == "1.3"


def test_without_a_certificate_starttls_says_so(site):
    site.write_ups_conf([Ups("alpha")])
    site.start_upsd()
    site.client().expect("STARTTLS", "ERR FEATURE-NOT-CONFIGURED")


MISTAKES = {
    "NSS database": ("CERTPATH {conf}\nCERTIDENT 'server' secret-pw\n", ["pk12util", "CERTFILE"]),
    "NSS folder alone": ("CERTPATH {conf}\n", ["pk12util", "CERTFILE"]),
    "TLS port without certificate": ("LISTEN_TLS 127.0.0.1 {port}\n", ["CERTFILE"]),
    "request without authority": ("CERTFILE upsd.pem\nCERTREQUEST REQUIRE\n", ["CERTCAFILE"]),
    "missing file": ("CERTFILE nowhere.pem\n", ["nowhere.pem"]),
    "no key": ("CERTFILE {ca}\n", ["ca.pem"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_stop_the_start_and_say_what_to_do(tls, mistake):
    text, words = MISTAKES[mistake]
    tls.site.write_upsd_conf(text.format(conf=tls.site.conf, port=tls.tls_port, ca=tls.authority.ca))
    for arguments in (["-F", *run_as()], ["-t"]):
        done = tls.site.run("upsd", *arguments)
        assert done.returncode == 1
        for word in words:
            assert word in done.stderr
        assert "secret-pw" not in done.stderr


def test_a_key_for_root_only_serves_until_the_restart(tls):
    """The key is read before the change of user; a reload cannot read it, and says so."""
    if os.getuid() != 0 or not tls.site.owner:
        pytest.skip("needs root and the account nut")
    server = None
    path = tls.site.conf / "upsd.pem"
    os.chown(path, 0, 0)
    os.chmod(path, 0o600)
    server = tls.start()
    before = serial_of(tls.direct())
    server.signal(signal.SIGHUP)
    server.wait_log("the certificate stays as it was")
    server.wait_log("the configuration was read again")
    assert serial_of(tls.direct()) == before


def test_expiry_is_announced(tls, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("no openssl program")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=short",
                    "-keyout", "k", "-out", "c"], cwd=tmp_path, check=True, capture_output=True)
    tls.site.write("upsd.pem", (tmp_path / "c").read_text() + (tmp_path / "k").read_text())
    server = tls.start()
    assert re.search(r"warning tls: .*upsd.pem.*expire", server.log()), server.log()
    wait_for(tls.site.answers)
