# SPDX-License-Identifier: Apache-2.0
"""What our command-line clients do beyond the incumbent's: watching, JSON, TLS, credentials from files,
strict exit statuses."""

import json
import signal
import subprocess

import pytest

from support import OURS, FakeServer, Programs, Ups, wait_for
from support.site import free_port

ADMIN = ["-u", "admin", "-p", "adminpass"]


class Running:
    """A tool that goes on until it is told to stop; its output is read as it comes."""

    def __init__(self, site, tool, *words):
        self.out = site.root / f"{tool}.out"
        self.err = site.root / f"{tool}.err"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.popen = subprocess.Popen([Programs(OURS).path(tool), *words], stdout=out, stderr=err,
                                          stdin=subprocess.DEVNULL, env=site.env())

    def lines(self):
        return self.out.read_text().splitlines()

    def wait_lines(self, *expected):
        wait_for(lambda: self.lines()[-len(expected):] == list(expected), 15,
                 lambda: f"{expected}: {self.lines()}, {self.err.read_text()}")

    def wait_error(self, text):
        wait_for(lambda: text in self.err.read_text(), 20, lambda: f"{text}: {self.err.read_text()}")

    def stop(self, number=signal.SIGINT):
        self.popen.send_signal(number)
        return self.popen.wait(10)


@pytest.fixture
def running(site):
    started = []

    def start(tool, *words):
        started.append(Running(site, tool, *words))
        return started[-1]
    yield start
    for tool in started:
        if tool.popen.poll() is None:
            tool.popen.kill()
        tool.popen.wait()


@pytest.fixture
def driver(site):
    site.write_ups_conf([Ups("alpha", desc='Say "hi"'), Ups("gone", driver="gone-ups")])
    fake = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "97"}, ["load.off", "test.fails"])
    fake.describe("ups.id", "t1", "SETAUX ups.id 16", "SETFLAGS ups.id RW STRING")
    fake.on_line = lambda line: (
        f"TRACKING {line.split()[-1]} 3\n" if "test.fails TRACKING" in line else None)
    return fake


@pytest.fixture
def upsd(site, driver):
    server = site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return server


def test_watch_prints_values_and_then_changes(site, driver, upsd, running):
    watch = running("upsc", "-w", site.at("alpha"), "ups.status", "battery.")
    watch.wait_lines("battery.charge: 97", "ups.status: OL")
    driver.set("ups.status", "OB")
    watch.wait_lines("ups.status: OB")
    driver.set("ups.id", "no matter")
    driver.set("battery.charge", "96")
    watch.wait_lines("ups.status: OB", "battery.charge: 96")
    assert watch.stop() == 0
    assert watch.err.read_text() == ""


def test_watch_as_json_lines_ends_well_on_sigterm(site, driver, upsd, running):
    watch = running("upsc", "-w", "-j", site.at("alpha"), "ups.status")
    watch.wait_lines('{"state": "connected"}', '{"name": "ups.status", "value": "OL"}')
    driver.set("ups.status", 'OB "x"')
    wait_for(lambda: len(watch.lines()) == 3)
    assert json.loads(watch.lines()[-1]) == {"name": "ups.status", "value": 'OB "x"'}
    assert watch.stop(signal.SIGTERM) == 0


def test_watch_survives_a_restart_of_the_server(site, driver, upsd, running):
    watch = running("upsc", "-w", site.at("alpha"), "ups.status")
    watch.wait_lines("ups.status: OL")
    upsd.stop()
    watch.wait_error("trying again")
    driver.set("ups.status", "OB")
    site.start_upsd()
    watch.wait_lines("ups.status: OL", "ups.status: OB")
    assert "Connected again" in watch.err.read_text()
    assert watch.stop() == 0


def test_watch_polls_a_server_that_cannot_push(site, running):
    server = FakeServer({"GET VAR a ups.status": 'VAR a ups.status "OL"\n'})
    watch = running("upsc", "-w", "--interval", "1", f"a@127.0.0.1:{server.port}", "ups.status")
    watch.wait_lines("ups.status: OL")
    server.replies["GET VAR a ups.status"] = 'VAR a ups.status "OB"\n'
    watch.wait_lines("ups.status: OL", "ups.status: OB")
    assert watch.stop() == 0
    server.stop()


def test_watch_of_what_is_not_there_fails_at_once(site, upsd):
    done = site.run("upsc", "-w", site.at("nope"))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Error: Unknown UPS\n")
    done = site.run("upsc", "-w", "alpha@127.0.0.1:1")
    assert (done.returncode, done.stderr) == (1, "Error: Connection failure: Connection refused\n")


def test_json_is_in_the_layout_of_stock(site, upsd):
    def out(*words):
        done = site.run("upsc", "-j", *words)
        return done.stdout, done.returncode
    host = f"127.0.0.1:{site.port}"
    assert out("-l", host) == ('[\n  "alpha",\n  "gone"\n]\n', 0)
    text, status = out("-L", host)
    assert json.loads(text)["alpha"] == 'Say "hi"' and status == 0
    assert out("-c", site.at("alpha")) == ("[]\n", 0)
    text, status = out(site.at("alpha"))
    assert text.startswith('{\n  "battery.charge": "97",\n  ') and text.endswith('"\n}\n')
    assert json.loads(text)["ups.status"] == "OL" and status == 0
    assert out(site.at("alpha"), "ups.status") == ('"OL"\n', 0)
    assert out(site.at("gone")) == ('{\n  "error": "Driver not connected"\n}\n', 1)
    assert out("-c", site.at("nope")) == ('{"error": "Unknown UPS"}\n', 1)


def test_strict_tells_a_tracked_failure(site, upsd):
    lax = site.run("upscmd", "-w", *ADMIN, site.at("alpha"), "test.fails")
    strict = site.run("upscmd", "--strict", *ADMIN, site.at("alpha"), "test.fails")
    assert (lax.returncode, lax.stderr) == (0, "ERR FAILED\n")
    assert (strict.returncode, strict.stderr) == (1, "ERR FAILED\n")
    done = site.run("upscmd", "--strict", *ADMIN, site.at("alpha"), "load.off")
    assert (done.returncode, done.stderr) == (0, "SUCCESS\n")


def test_credentials_come_from_files_and_the_environment(site, driver, upsd):
    secret = site.write("secret", "adminpass\n")
    rules = site.write("rules.conf", f"[admin@127.0.0.1:{site.port}]\nPASS = adminpass\n")
    set_id = ["-s", "ups.id=x", site.at("alpha")]
    for words, env, stdin in [
            (["-u", "admin", "--password-file", secret], {}, ""),
            (["-u", "admin", "--password-file", "-"], {}, "adminpass\n"),
            (["-u", "admin", "--password-env", "UPS_PW"], {"UPS_PW": "adminpass"}, ""),
            (["-A", rules], {}, ""),
            ([], {"NUT_AUTHCONF_FILE": str(rules)}, "")]:
        done = site.run("upsrw", *words, *set_id, env=site.env(**env), stdin=stdin)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "OK\n"), words
    rules.chmod(0o644)
    done = site.run("upsrw", "-A", rules, *set_id)
    assert "can be read by everybody" in done.stderr and done.returncode == 0


def make_certificates(folder):
    """An authority and a server's certificate for localhost, by the openssl program."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ups",
            "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "30", "-extfile", "names", "-out", "server.crt")
    return (folder / "server.crt").read_text() + (folder / "server.key").read_text(), folder / "ca.pem"


def test_tls_options_mean_the_same_for_every_tool(site, driver):
    folder = site.root / "pki"
    folder.mkdir()
    pem, ca = make_certificates(folder)
    direct = free_port()
    site.write_upsd_conf(f"LISTEN_TLS 127.0.0.1 {direct}\nCERTFILE {site.write('server.pem', pem)}\n")
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    named = f"alpha@localhost:{site.port}"
    for tool, words, expected in [("upsc", [named, "ups.status"], "OL\n"),
                                  ("upscmd", ["-l", named], "load.off"), ("upsrw", [named], "[ups.id]")]:
        for options in (["--tls=require"], ["--ca", ca], ["--tls=verify", "--ca", ca], ["--tls=try"]):
            done = site.run(tool, "-D", *options, *words)
            assert done.returncode == 0 and expected in done.stdout, (tool, options, done.stderr)
            assert "TLSv1.3" in done.stderr, (tool, options, done.stderr)
        wrong = site.run(tool, "--ca", ca, *[word.replace("localhost", "127.0.0.1") for word in words])
        assert wrong.returncode == 1 and "certificate is refused" in wrong.stderr, (tool, wrong.stderr)
    done = site.run("upsc", "--tls-name", "localhost", "--ca", ca, site.at("alpha"), "ups.status")
    assert (done.returncode, done.stdout) == (0, "OL\n")
    done = site.run("upsc", "--tls-direct", "--ca", ca, f"alpha@localhost:{direct}", "ups.status")
    assert (done.returncode, done.stdout, done.stderr) == (0, "OL\n", "")


def test_tls_that_is_required_is_not_replaced_by_clear_text(site, upsd):
    done = site.run("upscmd", "--tls=require", *ADMIN, site.at("alpha"), "load.off")
    assert done.returncode == 1 and "TLS failure: the server does not offer it" in done.stderr


def test_connect_timeout(site):
    server = FakeServer({"STARTTLS": ""})
    done = site.run("upsc", "--tls=try", "-W", "1", f"a@127.0.0.1:{server.port}")
    assert (done.returncode, done.stderr) == (1, "Error: Connection failure: Connection timed out\n")
    server.stop()
