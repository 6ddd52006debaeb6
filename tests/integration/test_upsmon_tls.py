# SPDX-License-Identifier: Apache-2.0
"""TLS of our monitor: whom it believes, what it shows, and that no password is said to anybody else."""

import os
import shutil
import subprocess

import pytest

from support import Monitor, Ups
from support.certificates import Authority
from support.fake_server import FakeServer


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("ca"))
    made.issue("server")
    made.issue("client")
    return made


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("other"), "Other CA")
    made.issue("client")
    return made


class Tls:
    """A server with a certificate, and a monitor that has files for its own."""

    def __init__(self, site, authority):
        self.site = site
        site.write_ups_conf([Ups("alpha")])
        self.driver = site.fake_driver("alpha", {"ups.status": "OL"})
        os.chmod(site.write("upsd.pem", (authority.folder / "server.pem").read_text()), 0o640)
        self.monitor = Monitor(site, "first", [f"{site.at('alpha')} 1 mon1 pass1 primary"])

    def serve(self, lines=""):
        self.site.write_upsd_conf(f"CERTFILE upsd.pem\n{lines}")
        self.site.start_upsd()
        self.site.wait_var("alpha", "ups.status", "OL")
        return self

    def file(self, name, source):
        """A file that the monitor may name, with the content of another."""
        path = self.monitor.folder / name
        fresh = path.with_suffix(".new")  # as programs that renew certificates do
        shutil.copy(source, fresh)
        os.chmod(fresh, 0o644)
        os.replace(fresh, path)
        return path

    def check(self, lines):
        self.monitor.write(lines)
        return self.monitor.run("-t")


@pytest.fixture
def tls(site, authority):
    return Tls(site, authority)


def said(checked):
    return checked.stdout + checked.stderr


def test_a_server_proves_itself_by_file_or_folder(tls, authority):
    tls.serve()
    folder = tls.monitor.folder / "authorities"
    folder.mkdir()
    shutil.copy(authority.ca, folder / "ca.pem")
    for path in (authority.ca, folder):
        if path == folder:
            unlinked = tls.check(f"CERTPATH {path}\nCERTVERIFY 1\nFORCESSL 1\n")
            assert unlinked.returncode == 1 and f"openssl rehash {folder}" in unlinked.stderr
            subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        checked = tls.check(f"CERTPATH {path}\nCERTVERIFY 1\nFORCESSL 1\n")
        assert checked.returncode == 0, said(checked)
        assert "logged in, TLSv1.3" in checked.stdout


# The last is the rule of one server; the others hold for all.
REFUSED = {
    "another authority": ("CERTPATH {other}\nCERTVERIFY 1\nFORCESSL 1\n", "certificate"),
    "another authority, TLS not demanded": ("CERTPATH {other}\nCERTVERIFY 1\n", "certificate"),
    "another name": ("CERTPATH {ca}\nCERTHOST 127.0.0.1 elsewhere.example.org 1 1\n", "not for elsewhere.example.org"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_server_that_does_not_prove_itself_gets_no_password(tls, authority, stranger, case):
    tls.serve()
    lines, word = REFUSED[case]
    lines = lines.format(other=stranger.ca, ca=authority.ca)
    checked = tls.check(lines)
    assert checked.returncode == 1 and word in checked.stdout, said(checked)
    tls.monitor.start(wait="type=AUTHFAIL")
    log = tls.monitor.process.log()
    assert "TLS is demanded and cannot be had" in log and word in log
    assert "logged in" not in log


@pytest.mark.parametrize("lines, is_good", [
    ("CERTHOST 127.0.0.1 localhost 1 1\n", True),               # another name, which it has
    ("CERTVERIFY 1\nCERTHOST 127.0.0.1 other 0 1\n", True),     # the rule of the server comes first
    ("CERTHOST elsewhere nonsense 1 1\n", True),                # another server
], ids=["name", "rule", "other"])
def test_certhost_is_the_rule_for_one_server(tls, authority, lines, is_good):
    tls.serve()
    checked = tls.check(f"CERTPATH {authority.ca}\n{lines}")
    assert (checked.returncode == 0) == is_good, said(checked)


@pytest.mark.parametrize("lines", ["FORCESSL 1\n", "CERTHOST 127.0.0.1 localhost 0 1\n"], ids=["all", "one"])
def test_a_server_without_tls_gets_no_password_if_tls_is_demanded(tls, lines):
    server = FakeServer({"STARTTLS": "ERR FEATURE-NOT-CONFIGURED\n"})
    try:
        tls.monitor.monitors = [f"alpha@127.0.0.1:{server.port} 1 mon1 pass1 primary"]
        checked = tls.check(lines)
        assert checked.returncode == 1 and "TLS" in checked.stdout, said(checked)
        tls.monitor.start(wait="type=AUTHFAIL")
        received = list(server.received)
    finally:
        server.stop()
    assert received.count("STARTTLS") >= 2
    assert not any(word in line for line in received for word in ("USERNAME", "PASSWORD", "LOGIN"))


def test_a_server_that_asks_for_a_certificate_gets_it(tls, authority, stranger):
    os.chmod(tls.site.write("ca.pem", authority.ca.read_text()), 0o640)
    tls.serve("CERTREQUEST REQUIRE\nCERTCAFILE ca.pem\n")
    trust = f"CERTPATH {authority.ca}\nCERTVERIFY 1\nFORCESSL 1\n"
    shown = tls.check(f"{trust}CERTFILE {authority.folder / 'client.pem'}\n")
    assert shown.returncode == 0, said(shown)
    for lines in ("", f"CERTFILE {stranger.folder / 'client.pem'}\n"):
        refused = tls.check(trust + lines)
        assert refused.returncode == 1 and "TLS" in refused.stdout, said(refused)


def test_a_reload_takes_new_certificates(tls, authority, stranger):
    tls.serve()
    ca = tls.file("ca.pem", stranger.ca)
    monitor = tls.monitor
    monitor.write(f"CERTPATH {ca}\nCERTVERIFY 1\nFORCESSL 1\n")
    monitor.start(wait="type=AUTHFAIL")
    tls.file("ca.pem", authority.ca)
    assert monitor.run("-c", "reload").returncode == 0
    monitor.says("logged in")
    tls.site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")


def test_a_reload_that_wants_proof_keeps_no_connection_without(tls, stranger):
    tls.serve()
    tls.monitor.write("FORCESSL 1\n")
    tls.monitor.start()
    tls.monitor.write(f"FORCESSL 1\nCERTPATH {tls.file('ca.pem', stranger.ca)}\nCERTVERIFY 1\n")
    assert tls.monitor.run("-c", "reload").returncode == 0
    tls.monitor.says("type=AUTHFAIL")
    tls.site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")


def test_a_missing_or_broken_file_is_named(tls, authority):
    tls.serve()
    for lines, what in ((f"CERTPATH {tls.monitor.folder}/none.pem\n", "none.pem"),
                        (f"CERTFILE {authority.ca}\n", "ca.pem")):  # has no key
        checked = tls.check(lines)
        assert checked.returncode == 1 and what in checked.stderr, said(checked)
