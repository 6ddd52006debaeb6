# SPDX-License-Identifier: Apache-2.0
"""Plugins of others: built out of tree with the installed header, checked, run, and found to misbehave."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from support import OURS, Client, Programs, Ups
from support.certificates import Authority
from support.programs import SOURCE_ROOT, build_root, stage
from support.site import run_as

CC = os.environ.get("CC", "cc").split()[-1]

PLUGIN = r"""
#include <upsdrv.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static upsdrv_str str(const char *s) { upsdrv_str m = {s, (uint32_t)strlen(s), 0}; return m; }
static void *idle(void *x) { for (;;) pause(); return x; }
struct self { const upsdrv_host *host; int polls; };
static int counter;
static int32_t make(const upsdrv_host *host, void **self) {
    struct self *s = calloc(1, sizeof *s);
    s->host = host; *self = s; (void)counter; (void)idle;
    return UPSDRV_OK;
}
static void destroy(void *self) { struct self *s = self; (void)s; @destroy@ free(self); }
static int32_t open_it(void *self, int64_t deadline) { struct self *s = self; (void)s; (void)deadline; @open@ return UPSDRV_OK; }
static int32_t poll_it(void *self, uint32_t groups, int64_t deadline) {
    struct self *s = self; const upsdrv_host *h = s->host; (void)groups; (void)deadline; ++s->polls;
    h->set_var(h->ctx, str("battery.charge"), str("42"));
    h->set_status(h->ctx, str("OL"));
    @poll@
    return UPSDRV_OK;
}
static void close_it(void *self) { (void)self; }
static int32_t probe_it(void *self, int64_t deadline) { struct self *s = self; (void)s; (void)deadline; @probe@ return 7; }
UPSDRV_EXPORT const upsdrv_plugin upsdrv_plugin_v1 = {
    .struct_size = @size@, .abi_major = @major@, .abi_minor = 0, .name = "acme", .version = "1",
    .description = "d", .links = UPSDRV_LINK_BIT(@links@), .create = make,
    .destroy = destroy, .probe = probe_it, .open = open_it, .poll = poll_it, .close = close_it,
    .aliases = @aliases@ };
"""
WHOLE = {"destroy": "", "open": "", "poll": "", "size": "sizeof(upsdrv_plugin)", "major": "1",
         "probe": "", "aliases": "0", "links": "UPSDRV_LINK_NONE"}


def header_folder():
    return stage() / os.environ.get("UPS_PREFIX", "usr/local") / "include/ridethrough"


def build(folder, name="acme", source=None, **parts):
    """Compiles a plugin with nothing but the installed header; returns its path."""
    text = source or PLUGIN
    for key, value in {**WHOLE, **parts}.items():
        text = text.replace(f"@{key}@", value)
    (folder / f"{name}.c").write_text(text, encoding="utf-8")
    made = folder / f"{name}.so"
    subprocess.run([CC, "-std=gnu11", "-Wall", "-shared", "-fPIC", "-fvisibility=hidden",
                    f"-I{header_folder()}", "-o", made, folder / f"{name}.c"], check=True)
    os.chmod(made, 0o755)
    return made


def upsdrv(*args, within=90):
    return subprocess.run([Programs(OURS).driver("upsdrv"), *map(str, args)], text=True,
                          capture_output=True, timeout=within, check=False)


@pytest.fixture
def vendor(site):
    """A site whose driver folder is its own copy, so that plugins can be put there."""
    site.drivers = site.root / "drivers"
    (site.drivers / "plugins").mkdir(parents=True)
    shutil.copy(Programs(OURS).driver("upsdrv"), site.drivers / "upsdrv")
    return site


def start(site, ups="u"):
    return site.spawn("driver", [site.drivers / "upsdrv", "-a", ups, "-F", *run_as()])


def connect(site, name):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(str(site.state / name))
    client = Client(0, sock=sock)
    site.clients.append(client)
    return client


def test_a_plugin_built_with_the_header_alone_passes_and_serves(vendor):
    made = build(vendor.drivers / "plugins")
    done = upsdrv("--check", made)
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout and "the plugin keeps the contract" in done.stdout
    described = json.loads(upsdrv("--describe", made, "--json").stdout)
    assert described["name"] == "acme" and described["links"] == ["none"]
    vendor.write_ups_conf([Ups("u", driver="acme", port="x")])
    start(vendor).wait_log("driver.ready")
    client = connect(vendor, "acme-u")
    client.send("DUMPALL")
    lines = []
    while not lines or lines[-1] != "DUMPDONE":
        lines.append(client.line())
    assert 'SETINFO battery.charge "42"' in lines and 'SETINFO ups.status "OL"' in lines


def private_upsdrv(vendor, *args):
    return subprocess.run([vendor.drivers / "upsdrv", *map(str, args)], text=True,
                          capture_output=True, timeout=60, check=False)


def test_an_alias_of_the_descriptor_is_a_driver_name(vendor):
    build(vendor.drivers / "plugins", aliases='"acme_usb|acme-old"')
    (vendor.drivers / "plugins/broken.so").write_text("no plugin", encoding="utf-8")
    vendor.write_ups_conf([Ups("u", driver="acme-old", port="x")])
    start(vendor).wait_log("driver.ready")
    assert connect(vendor, "acme-old-u")
    unknown = private_upsdrv(vendor, "--describe", "acme")
    assert unknown.returncode == 0
    unknown = private_upsdrv(vendor, "--describe", "acme-new")
    assert unknown.returncode == 1 and 'no plugin for driver "acme-new"' in unknown.stderr


def test_upsdrvctl_finds_a_plugin_by_its_alias(vendor):
    build(vendor.drivers / "plugins", aliases='"acme-old"')
    prefix = vendor.root / "prefix"
    (prefix / "sbin").mkdir(parents=True)
    (prefix / "lib").mkdir()
    shutil.copy(Programs(OURS).path("upsdrvctl"), prefix / "sbin/upsdrvctl")
    (prefix / "lib/ridethrough").symlink_to(vendor.drivers)
    vendor.write_ups_conf([Ups("u", driver="acme-old", port="x"), Ups("v", driver="acme-new", port="x")])
    done = subprocess.run([prefix / "sbin/upsdrvctl", "-t", "start"], text=True, capture_output=True,
                          timeout=60, check=False, env=vendor.env())
    assert "upsdrv -a u" in done.stderr and "-a v" not in done.stderr
    assert 'no driver "acme-new"' in done.stderr


def test_probe_prints_the_score_of_each_plugin_that_can_say(vendor):
    build(vendor.drivers / "plugins")
    build(vendor.drivers / "plugins", name="other", probe="return 0;")
    yes = private_upsdrv(vendor, "--probe", "acme", "-x", "port=x")
    assert (yes.returncode, yes.stdout) == (0, "acme 7\n")
    both = private_upsdrv(vendor, "--probe", "all", "--json", "-x", "port=x")
    assert json.loads(both.stdout) == [{"plugin": "acme", "score": 7}, {"plugin": "acme", "score": 0}]
    assert both.returncode == 0
    no = private_upsdrv(vendor, "--probe", "other", "-x", "port=x")
    assert (no.returncode, no.stdout) == (1, "acme 0\n")


@pytest.mark.parametrize("probe, text", [("return UPSDRV_E_LOST;", "the link to the device is gone"),
                                         ("for (;;) pause();", "the plugin does not return")])
def test_probe_says_why_there_is_no_score(vendor, probe, text):
    build(vendor.drivers / "plugins", probe=probe)
    done = private_upsdrv(vendor, "--probe", "acme", "-x", "port=x")
    assert (done.returncode, done.stdout) == (1, f"acme - {text}\n")


def test_probe_needs_a_port(vendor):
    build(vendor.drivers / "plugins")
    done = private_upsdrv(vendor, "--probe", "acme")
    assert done.returncode == 1 and "no port is given" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="chroot needs root")
def test_chroot_after_the_device_is_open(vendor):
    build(vendor.drivers / "plugins",
          poll='FILE *f = fopen("/inside", "r"); h->set_var(h->ctx, str("ups.id"), str(f ? "in" : "out")); if (f) fclose(f);')
    jail = vendor.root / "jail"
    for folder in (vendor.state, vendor.root):
        (jail / str(folder)[1:]).mkdir(parents=True, exist_ok=True)
        os.chmod(jail / str(folder)[1:], 0o777)
    (jail / "inside").write_text("", encoding="utf-8")
    vendor.write_ups_conf([Ups("u", driver="acme", port="x")])
    # There is no /proc in the jail, which a sanitizer needs to look for leaks.
    env = vendor.env(ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    vendor.spawn("driver", [vendor.drivers / "upsdrv", "-a", "u", "-F", "-r", jail, *run_as()],
                 env).wait_log("driver.ready")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(jail / str(vendor.state)[1:] / "acme-u"))
        client = Client(0, sock=sock)
        client.send("DUMPALL")
        lines = []
        while not lines or lines[-1] != "DUMPDONE":
            lines.append(client.line())
    assert 'SETINFO ups.id "in"' in lines


def test_a_stranger_is_signalled_only_if_names_are_ignored(vendor):
    build(vendor.drivers / "plugins")
    vendor.write_ups_conf([Ups("u", driver="acme", port="x")])
    call = [vendor.drivers / "upsdrv", "-a", "u", "-c", "exit", "-P"]
    with subprocess.Popen(["sleep", "60"]) as stranger:
        refused = subprocess.run([*call, str(stranger.pid)], text=True, capture_output=True, timeout=60,
                                 check=False, env=vendor.env())
        assert refused.returncode == 1 and "does not run driver acme" in refused.stderr
        assert stranger.poll() is None
        trusted = subprocess.run([*call, str(stranger.pid)], text=True, capture_output=True, timeout=60,
                                 check=False, env=vendor.env(NUT_IGNORE_CHECKPROCNAME="true"))
        assert trusted.returncode == 0, trusted.stderr
        assert stranger.wait(10) == -15


def tls_device(folder):
    """A device that speaks TLS: answers one line with another. Returns its port and its CA."""
    authority = Authority(folder / "ca")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("device"))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener:
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as stream:
                    stream.sendall(stream.recv(100).replace(b"serial?", b"S-42"))
                    stream.recv(1)
            except OSError:
                pass  # the client does not trust us

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], authority.ca, thread


@pytest.mark.parametrize("name, trusted, works", [("", False, True), ("localhost", True, True),
                                                  ("localhost", False, False),
                                                  ("other.example", True, False)])
def test_a_link_becomes_tls_when_the_plugin_says_so(vendor, name, trusted, works):
    build(vendor.drivers / "plugins", links="UPSDRV_LINK_TCP", open="""
        const upsdrv_host *h = s->host; char answer[8] = ""; int32_t r, at = 0;
        r = h->link_control(h->ctx, UPSDRV_LINK_OP_START_TLS, str("%s"), deadline);
        if (r == UPSDRV_OK) r = h->link_send(h->ctx, str("serial?\\n"), deadline);
        while (r >= 0 && at < 5) {
            r = h->link_receive(h->ctx, answer + at, (uint32_t)(5 - at), deadline);
            at += r > 0 ? r : 0;
        }
        if (r < 0) return UPSDRV_E_FATAL;
        answer[4] = 0; h->set_var(h->ctx, str("ups.serial"), str(answer));""" % name)
    shutil.copytree(Programs(OURS).driver("upsdrv").parent / "transports", vendor.drivers / "transports")
    port, ca, thread = tls_device(vendor.root)
    vendor.write_ups_conf([Ups("u", driver="acme", port=f"127.0.0.1:{port}")])
    env = vendor.env(**({"SSL_CERT_FILE": str(ca)} if trusted else {}))
    done = subprocess.run([vendor.drivers / "upsdrv", "-a", "u", "-d", "1", *run_as()], env=env, text=True,
                          capture_output=True, timeout=60, check=False)
    thread.join(10)
    assert ("ups.serial: S-42" in done.stdout) == works, done.stdout + done.stderr
    assert done.returncode == (0 if works else 1)


def test_the_templates_pass(site):
    template = build_root() / "driverapi/template"
    for args in [(template / "c/minimal.so",),
                 (template / "cpp/example.so", "--replay",
                  SOURCE_ROOT / "driverapi/template/cpp/tests/normal.rec")]:
        done = upsdrv("--check", *args)
        assert done.returncode == 0, done.stdout
    assert site


@pytest.mark.parametrize("parts, step, text", [
    ({"size": "16"}, "the file loads", "too short"),
    ({"major": "2"}, "the file loads", "version 2"),
    ({"poll": 'printf("hello\\n"); fflush(stdout);'}, "nothing is left behind", "stdout"),
    ({"poll": "raise(SIGSEGV);"}, "a silent device", "crashes"),
    ({"poll": "exit(3);"}, "a silent device", "ends the process"),
    ({"poll": "h->sleep_until(h->ctx, deadline + 1000);"}, "a silent device", "after its deadline"),
    ({"poll": "sleep(3);"}, "a silent device", "waits by itself"),
    ({"poll": "return 7777777;"}, "a silent device", "no result code"),
    ({"poll": 'h->set_var(h->ctx, str("no good"), str("1"));'}, "a silent device", "bad name"),
    ({"poll": 'h->var_flags(h->ctx, str("no.such"), 1, 0);'}, "a silent device", "unknown variable"),
    ({"open": "if (malloc(100) == NULL) return -3;"}, "no memory is lost", "bytes stay behind"),
    ({"open": 'if (open("/dev/null", O_RDONLY) < 0) return -3;'}, "nothing is left behind", "descriptor"),
    ({"open": "pthread_t t; pthread_create(&t, 0, idle, 0);"}, "nothing is left behind", "thread"),
    ({"poll": 'char b[9]; sprintf(b, "%d", ++counter); h->set_var(h->ctx, str("a.b"), str(b));'},
     "two instances", "while another one lives"),
    ({"destroy": "free(self);"}, "create and destroy", "crashes"),
])
def test_check_names_what_a_bad_plugin_does(site, parts, step, text):
    if "destroy" in parts and "TSAN_OPTIONS" in os.environ:
        pytest.skip("the thread sanitizer takes a block back twice and says nothing")
    done = upsdrv("--check", build(site.root, **parts))
    if f"skip {step}" in done.stdout:
        pytest.skip("a sanitized build does not count memory")
    assert done.returncode == 1, done.stdout
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert any(step in line and text in line for line in failed), done.stdout


def test_check_stops_a_plugin_that_never_returns(site):
    done = upsdrv("--check", build(site.root, poll="for (;;) pause();"))
    assert done.returncode == 1
    assert "it does not return" in done.stdout


def test_what_is_no_plugin_is_refused(site):
    (site.root / "text.so").write_text("not a library", encoding="ascii")
    assert upsdrv("--check", site.root / "text.so").returncode == 1
    assert upsdrv("--check", site.root / "absent.so").returncode == 1
    assert upsdrv("--describe", "nosuch").returncode == 1
    assert "dummy" in upsdrv("--list-plugins").stdout


def test_a_hanging_plugin_is_stale_at_once_and_stops_when_told(vendor):
    build(vendor.drivers / "plugins", poll="if (s->polls > 1) for (;;) pause();")
    vendor.write_ups_conf([Ups("u", driver="acme", port="x",
                               options={"pollinterval": 1, "polltimeout": "0.3"})])
    driver = start(vendor)
    driver.wait_log("driver.ready")
    client = connect(vendor, "acme-u")
    while client.line() != "DATASTALE":
        pass
    client.send("PING")
    while client.line() != "PONG":
        pass
    assert driver.stop() == 0
    assert "leaving without it" in driver.log()
    assert not list(vendor.state.iterdir())


def test_a_lost_device_comes_back(vendor):
    build(vendor.drivers / "plugins",
          poll="if (h->file_stamp(h->ctx, str(\"gone\"), &(uint64_t){0}) == UPSDRV_OK) return UPSDRV_E_LOST;")
    vendor.write_ups_conf([Ups("u", driver="acme", port="x", options={"pollinterval": 1})])
    driver = start(vendor)
    driver.wait_log("driver.ready")
    client = connect(vendor, "acme-u")
    vendor.write("gone", "")
    while client.line() != "DATASTALE":
        pass
    (vendor.conf / "gone").unlink()
    while client.line() != "DATAOK":
        pass
    driver.wait_log("the device answers again")
