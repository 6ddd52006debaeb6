# SPDX-License-Identifier: Apache-2.0
"""Notifications of our monitor that leave the host: posts over HTTPS, mail, and what becomes of failures."""

import http.server
import json
import ssl
import threading

import pytest

from support import Monitor, Ups, wait_for
from support.certificates import Authority
from support.programs import stage

SECRET = "Bearer hunter2-of-the-header"
PATH = "/hooks/hunter3-of-the-path"

pytestmark = pytest.mark.skipif(
    not (stage() / "usr/local/lib/ridethrough/upsmon-webhook").exists(),
    reason="upsmon-webhook was not built (apt-get install libcurl4-openssl-dev)")


class Receiver:
    """An HTTPS server on loopback. `answers`: the codes of the first posts; then 204."""

    def __init__(self, certificate, answers=()):
        self.answers = list(answers)
        self.posts = []  # (path, headers, body)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code = receiver.answers.pop(0) if receiver.answers else 204
                receiver.posts.append((self.path, dict(self.headers), body))
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def of_type(self, kind):
        return [post for post in self.posts if json.loads(post[2])["type"] == kind]

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def outage(site):
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "87", "battery.runtime": "1200"})
    site.start_upsd()
    site.wait_var("alpha", "battery.runtime", "1200")
    return driver


@pytest.fixture
def authority(site):
    return Authority(site.root / "tls")


@pytest.fixture
def receive(authority):
    """Starts a receiver; its certificate is of the authority that the monitor trusts, or of another."""
    running = []

    def start(answers=(), by=authority):
        running.append(Receiver(by.issue("server"), answers))
        return running[-1]

    yield start
    for receiver in running:
        receiver.close()


class Teller(Monitor):
    """Posts ONBATT only, and trusts the authority of the test."""

    def __init__(self, site, authority, receiver, lines=""):
        self.authority = authority
        super().__init__(site, "teller", [f"{site.at('alpha')} 1 mon1 pass1 primary"],
                         f'WEBHOOK {receiver.url}{PATH}\nWEBHOOKHEADER Authorization "{SECRET}"\n'
                         f"NOTIFYFLAG ONBATT SYSLOG+WEBHOOK\n{lines}")

    def env(self):
        return {**super().env(), "SSL_CERT_FILE": str(self.authority.ca)}

    def no_secret(self):
        log = self.process.log()
        return "hunter2" not in log and "hunter3" not in log


def test_a_post_is_delivered_once(site, outage, authority, receive):
    receiver = receive()
    teller = Teller(site, authority, receiver)
    checked = teller.run("-t")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    teller.start()
    outage.set("ups.status", "OB DISCHRG")
    wait_for(lambda: receiver.posts, what=lambda: teller.process.log())
    path, headers, body = receiver.posts[0]
    assert path == PATH
    assert headers["Authorization"] == SECRET
    assert headers["Content-Type"] == "application/json"
    told = json.loads(body)
    assert told["type"] == "ONBATT" and told["ups"] == site.at("alpha")
    assert told["status"] == "OB DISCHRG" and told["charge"] == 87 and told["runtime"] == 1200
    assert told["host"] and told["time"].endswith("Z") and site.at("alpha") in told["text"]
    assert teller.run("-c", "stop").returncode == 0
    assert teller.process.wait_end() == 0  # with the courier, so nothing is left to come
    assert len(receiver.posts) == 1
    assert teller.no_secret()


def test_a_post_is_tried_again_after_503(site, outage, authority, receive):
    receiver = receive([503])
    teller = Teller(site, authority, receiver, "NOTIFYRETRY 5 1\n").start()
    outage.set("ups.status", "OB")
    teller.says("went through")
    assert [body for _, _, body in receiver.posts] == [receiver.posts[0][2]] * 2
    assert "put off by the server; it is tried again" in teller.process.log()
    assert teller.no_secret()


def test_a_post_is_given_up_after_the_last_try(site, outage, authority, receive):
    receiver = receive([503] * 9)
    teller = Teller(site, authority, receiver, "NOTIFYRETRY 2 1\n").start()
    outage.set("ups.status", "OB")
    teller.says("notify.given_up")
    assert len(receiver.posts) == 2
    outage.set("ups.status", "OL")  # it still watches
    teller.says("type=ONLINE")
    assert teller.process.log().count("notify.given_up") == 1


def test_nothing_is_sent_to_a_server_that_does_not_prove_its_name(site, outage, authority, receive):
    receiver = receive(by=Authority(site.root / "other", "Other CA"))
    teller = Teller(site, authority, receiver, "NOTIFYRETRY 1\n").start()
    outage.set("ups.status", "OB")
    teller.says("the certificate of the server is not trusted; given up")
    assert not receiver.posts
    assert teller.no_secret()


def test_a_receiver_that_is_away_delays_no_shutdown(site, outage, authority, receive):
    receiver = receive()
    teller = Teller(site, authority, receiver, "NOTIFYRETRY 20 60\nNOTIFYFLAG * WEBHOOK\n")
    receiver.close()
    teller.start(wait=None)
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    outage.set("ups.status", "OB LB")
    teller.wait_shutdown()
    assert teller.process.wait_end() == 0, "and the end waits for no try"


def test_mail_goes_through_the_program(site, outage):
    first = Monitor(site, "mailer", [f"{site.at('alpha')} 1 mon1 pass1 primary"], flags="MAIL")
    mails = first.folder / "mails"
    script = first.folder / "mta"
    script.write_text(f'#!/bin/sh\n{{ echo "== $*"; cat; }} >> {mails}\n')
    script.chmod(0o755)
    first.write(f"MAIL root admin@example.org\nMAILFROM ups@example.org\nSENDMAIL {script} -t\n")
    first.start(wait=None)
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    outage.set("ups.status", "OB")
    mail = wait_for(lambda: mails.exists() and "on battery" in mails.read_text() and mails.read_text(),
                    what=lambda: first.process.log())
    assert "== -t\nFrom: ups@example.org\nTo: root, admin@example.org\nSubject: " in mail


def test_a_notification_is_tried_for_real(site, outage, authority, receive):
    receiver = receive([204, 403])
    teller = Teller(site, authority, receiver, "NOTIFYFLAG ONLINE IGNORE\n")
    tried = teller.run("--try", "onbatt")
    assert tried.returncode == 0, tried.stderr
    assert f"post to {receiver.url}: done" in tried.stdout and "syslog: info notify type=ONBATT" in tried.stdout
    told = json.loads(receiver.posts[0][2])
    assert told["type"] == "ONBATT" and told["ups"] == site.at("alpha") and told["charge"] == 87
    refused = teller.run("--try", "ONBATT")
    assert refused.returncode == 1
    assert "failed: was refused by the server" in refused.stdout
    assert "nobody is told" in teller.run("--try", "ONLINE").stdout
    assert len(receiver.posts) == 2
