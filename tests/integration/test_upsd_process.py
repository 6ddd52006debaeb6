# SPDX-License-Identifier: Apache-2.0
"""The process upsd: command line, background, rights, sandbox, addresses, service manager, links."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest

from support import OURS, Client, Programs, Ups, wait_for
from support.namespace import in_network_namespace, needs_namespace
from support.service_manager import ServiceManager
from support.site import account_ids, free_port, run_as


@pytest.fixture
def one(site):
    """A site with one UPS whose driver runs."""
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL"})
    return site


def upsd_path():
    return Programs(OURS).path("upsd")


def status_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


# Command line.


def test_version_and_banner(site):
    done = site.run("upsd", "-V")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"Ridethrough upsd \d+\.\d+\.\d+\n", done.stdout)


def test_banner_can_be_silenced(one):
    done = one.run("upsd", "-t", env=one.env(NUT_QUIET_INIT_BANNER="true"))
    assert "upsd 3." not in done.stdout


@pytest.mark.parametrize("words", [["-Z"], ["-h"], ["-c", "foo"], ["-u"], ["--help"], ["extra"]], ids=" ".join)
def test_what_is_not_understood_gives_help_and_zero_as_ever(site, words):
    done = site.run("upsd", *words)
    assert done.returncode == 0
    assert "usage: upsd" in done.stdout


@pytest.mark.parametrize("words", [["-p", "1"], ["-i", "::1"]], ids=" ".join)
def test_obsolete_options_point_to_listen(site, words):
    done = site.run("upsd", *words)
    assert done.returncode == 1
    assert "LISTEN" in done.stderr


def test_no_server_to_tell(site):
    for command in ("reload", "stop", "r"):
        done = site.run("upsd", "-c", command)
        assert done.returncode == 1
        assert "upsd.pid" in done.stderr


def test_strangers_are_never_signalled(site):
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        for words in (["-P", str(stranger.pid)], []):
            (site.pids / "upsd.pid").write_text(f"{stranger.pid}\n")
            done = site.run("upsd", *words, "-c", "stop")
            assert done.returncode == 1, done.stdout
            assert "sleep" in done.stderr
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_prefix_of_a_command_and_explicit_pid(one):
    server = one.start_upsd()
    assert one.run("upsd", "-c", "rel", "-P", server.pid).returncode == 0
    server.wait_log("the configuration was read again")
    assert one.run("upsd", "-P", server.pid, "-c", "s").returncode == 0
    assert server.wait_end() == 0


# Background.


def start_in_background(site, *args):
    return site.run("upsd", *run_as(), *args)


def test_background_parent_ends_when_the_server_serves(one):
    done = start_in_background(one)
    assert done.returncode == 0, done.stderr
    assert f"listening on 127.0.0.1 port {one.port}" in done.stderr
    assert one.answers(), "it must serve by the time the caller goes on"
    pid = int((one.pids / "upsd.pid").read_text())
    assert (one.pids / "upsd.pid").read_text() == f"{pid}\n"
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert one.run("upsd", "-c", "stop").returncode == 0
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists())
    assert not (one.pids / "upsd.pid").exists()
    assert not (one.state / "upsd.sock").exists()


def test_background_parent_says_why_it_failed(one):
    one.write_upsd_conf("CERTFILE nowhere.pem\n")
    done = start_in_background(one)
    assert done.returncode == 1
    assert "nowhere.pem" in done.stderr


def test_killed_server_does_not_block_the_next(one):
    server = one.spawn("upsd", [upsd_path(), "-FF", *run_as()])
    server.wait_until(one.answers, what="answers")
    server.kill()
    one.processes.remove(server)
    assert (one.pids / "upsd.pid").exists()
    one.start_upsd(args=["-F"])


# Start that must fail, with a message that helps.


def refused(site, *args, env=None):
    done = site.run("upsd", "-F", *run_as(), *args, env=env)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def test_port_in_use(one):
    with socket.create_server(("127.0.0.1", one.port)):
        assert f"not listening on 127.0.0.1 port {one.port}: Address already in use" in refused(one)


def test_port_in_use_may_be_tolerated(one):
    other = free_port()
    one.write_upsd_conf(f"LISTEN 127.0.0.1 {other}\nALLOW_NOT_ALL_LISTENERS yes\n")
    with socket.create_server(("127.0.0.1", other)):
        server = one.start_upsd()
    assert f"not listening on 127.0.0.1 port {other}" in server.log()


def test_same_address_by_two_names(one):
    one.write_upsd_conf(f"LISTEN localhost {one.port}\n")
    one.start_upsd(args=["-4"])


@pytest.mark.parametrize("name", ["upsd.conf", "ups.conf"])
def test_missing_file(one, name):
    (one.conf / name).unlink()
    assert name in refused(one)


def test_no_ups(one):
    one.write_ups_conf([])
    assert "at least one UPS must be defined" in refused(one)
    one.start_upsd(env=one.env(ALLOW_NO_DEVICE="true"))


def test_missing_state_folder(one):
    assert "/nowhere" in refused(one, env=one.env(NUT_STATEPATH="/nowhere"))


def test_world_readable_users_are_refused_unless_told(one):
    os.chmod(one.conf / "upsd.users", 0o644)
    text = refused(one)
    assert "chmod o-r" in text and "ALLOW_WORLD_READABLE" in text
    one.write_upsd_conf("ALLOW_WORLD_READABLE yes\n")
    server = one.start_upsd()
    assert "everyone on this host can read it" in server.log()


def test_missing_users_only_mean_that_nobody_can_log_in(one):
    (one.conf / "upsd.users").unlink()
    server = one.start_upsd()
    assert "nobody can log in" in server.log()
    client = one.client().log_in("admin", "adminpass")
    assert client.ask("FSD alpha") == "ERR ACCESS-DENIED"


# Rights.

as_root = pytest.mark.skipif(not account_ids(), reason="needs root and the account nut")


@as_root
def test_the_user_changes_with_no_way_back(one):
    server = one.start_upsd()
    uid, gid = account_ids()
    for task in os.listdir(f"/proc/{server.pid}/task"):
        status = status_of(task)
        assert status["Uid"].split() == [str(uid)] * 4
        assert status["Gid"].split() == [str(gid)] * 4
        assert "0" not in status["Groups"].split()
        for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(status[capabilities], 16) == 0, capabilities
        assert status["NoNewPrivs"] == "1"


@as_root
def test_the_log_names_user_sandbox_tls_and_folders(one):
    log = one.start_upsd().log()
    line = next(line for line in log.splitlines() if "sandbox:" in line)
    assert "user=nut" in line and f"config={one.conf}" in line and "plain text refused" in line


def test_debug_messages_can_be_configured_and_follow_a_reload(site):
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL"})
    server = site.start_upsd()
    site.wait_reply("GET VAR alpha ups.status", 'VAR alpha ups.status "OL"')
    driver.raw("NONSENSE one\n")
    driver.set("ups.load", "1")
    site.wait_reply("GET VAR alpha ups.load", 'VAR alpha ups.load "1"')
    site.write_upsd_conf("DEBUG_MIN 1\n")
    server.signal(signal.SIGHUP)
    server.wait_log("reload: the configuration was read again")
    driver.raw("NONSENSE two\n")
    server.wait_log("debug driver.ignored")
    assert server.log().count("debug driver.ignored") == 1


def has_sandbox(server):
    return "sandbox: seccomp on" in server.log()


def test_every_thread_is_filtered(one):
    server = one.start_upsd()
    if not has_sandbox(server):
        pytest.skip("no sandbox here: " + server.log())
    for task in os.listdir(f"/proc/{server.pid}/task"):
        assert status_of(task)["Seccomp"] == "2"


def test_sandbox_can_be_switched_off_and_the_log_says_so(one):
    one.write_upsd_conf("SANDBOX no\n")
    server = one.start_upsd()
    assert "sandbox: off (SANDBOX no)" in server.log()
    assert status_of(server.pid)["Seccomp"] == "0"


def test_files_elsewhere_are_out_of_reach(one):
    """A certificate that is named only after the start, in a folder the sandbox does not know."""
    server = one.start_upsd()
    if "landlock ABI" not in server.log():
        pytest.skip("no Landlock here: " + server.log())
    elsewhere = one.root / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (elsewhere / "cert.pem").write_text("not a certificate\n")
    one.write_upsd_conf(f"CERTFILE {elsewhere}/cert.pem\n")
    server.signal(signal.SIGHUP)
    server.wait_log("reload.refused")
    assert re.search(r"reload.refused: .*cert.pem.*Permission denied", server.log())
    # Without the sandbox the same file is read, and found to be no certificate.
    assert "Permission denied" not in one.run("upsd", "-t").stderr


# Addresses.


def test_listeners_follow_a_reload(one):
    server = one.start_upsd()
    old = one.client()
    other = free_port()
    one.write("upsd.conf", f"LISTEN 127.0.0.1 {other}\n")
    server.signal(signal.SIGHUP)
    server.wait_log(f"listen: listening on 127.0.0.1 port {other}")
    server.wait_log(f"no longer listening on 127.0.0.1 port {one.port}")
    assert Client(other).ask("NETVER") == "1.3"
    assert old.ask("NETVER") == "1.3", "sessions stay"
    with pytest.raises(ConnectionRefusedError):
        Client(one.port)


def test_a_name_is_looked_up_again_behind_the_sandbox(one):
    server = one.start_upsd(args=["-4"])
    other = free_port()
    one.write_upsd_conf(f"LISTEN localhost {other}\n")
    server.signal(signal.SIGHUP)
    server.wait_log(f"listen: listening on 127.0.0.1 port {other}")
    assert Client(other).ask("NETVER") == "1.3"


def test_relative_folders_and_a_reload_in_the_background(one):
    done = subprocess.run([upsd_path(), *run_as()], cwd=one.root, capture_output=True, text=True, check=False,
                          env=one.env(NUT_CONFPATH="conf"), timeout=30)
    assert done.returncode == 0, done.stderr
    one.write_ups_conf([Ups("beta")])
    assert one.run("upsd", "-c", "reload").returncode == 0
    one.wait_reply("GET UPSDESC beta", 'UPSDESC beta "Unavailable"')
    pid = int((one.pids / "upsd.pid").read_text())
    assert one.run("upsd", "-c", "stop").returncode == 0
    wait_for(lambda: not pathlib.Path(f"/proc/{pid}").exists())


@as_root
def test_without_root_it_serves_as_who_it_is(one):
    server = one.spawn("upsd", ["setpriv", "--reuid", "nut", "--regid", "nut", "--clear-groups", upsd_path(), "-F"])
    server.wait_until(one.answers, what="answers")
    assert status_of(server.pid)["NoNewPrivs"] == "1"
    assert one.run("upsd", "-c", "stop", "-P", server.pid).returncode == 0
    assert server.wait_end() == 0


@as_root
def test_changed_root(one):
    """-r: everything is read below the new root. The account was looked up before."""
    jail = one.root / "jail"
    for folder in ("conf", "state", "dev"):
        (jail / folder).mkdir(parents=True)
    subprocess.run(["mknod", "-m", "666", jail / "dev/null", "c", "1", "3"], check=True)
    for name in ("ups.conf", "upsd.conf", "upsd.users"):
        (jail / "conf" / name).write_bytes((one.conf / name).read_bytes())
        os.chmod(jail / "conf" / name, 0o640)
    os.chown(jail / "state", *account_ids())
    # Without /proc a sanitizer build cannot look for leaks.
    server = one.spawn("upsd", [upsd_path(), "-F", "-r", jail],
                       env=one.env(NUT_CONFPATH="/conf", NUT_STATEPATH="/state", NUT_ALTPIDPATH="/state",
                                   ASAN_OPTIONS="detect_leaks=0"))
    server.wait_until(one.answers, what="answers")
    assert os.readlink(f"/proc/{server.pid}/root") == str(jail)
    assert status_of(server.pid)["Uid"].split()[0] == str(account_ids()[0])


def test_local_socket(one):
    one.start_upsd()
    path = one.state / "upsd.sock"
    assert path.stat().st_mode & 0o777 == 0o660
    local = socket.socket(socket.AF_UNIX)
    local.connect(str(path))
    with Client(0, sock=local) as client:
        assert client.ask("NETVER") == "1.3"


def test_local_socket_can_be_moved_and_switched_off(one):
    one.write_upsd_conf("LISTEN_UNIX other.sock 0600\n")
    server = one.start_upsd()
    assert (one.state / "other.sock").stat().st_mode & 0o777 == 0o600
    assert not (one.state / "upsd.sock").exists()
    one.write_upsd_conf("LISTEN_UNIX none\n")
    server.signal(signal.SIGHUP)
    wait_for(lambda: not (one.state / "other.sock").exists())


@needs_namespace
def test_an_address_that_is_not_there_yet_is_served_once_it_is(one):
    one.write_upsd_conf(f"LISTEN 192.0.2.7 {one.port}\n")
    network = in_network_namespace(one, [upsd_path(), "-F", *run_as()])
    network.server.wait_log("not listening on 192.0.2.7")
    network.server.wait_log("sandbox:")
    network.run("ip", "addr", "add", "192.0.2.7/32", "dev", "lo")
    network.server.wait_log(f"listen: listening on 192.0.2.7 port {one.port}", within=20)
    assert network.ask("192.0.2.7", one.port, "VER")[0].startswith("Ridethrough upsd ")


@needs_namespace
@as_root
def test_a_low_port_keeps_just_the_right_it_needs(one):
    one.write_upsd_conf("LISTEN 192.0.2.7 493\n")
    network = in_network_namespace(one, [upsd_path(), "-F", *run_as()])
    network.server.wait_log("sandbox:")
    assert int(status_of(network.server.pid)["CapEff"], 16) == 1 << 10
    network.run("ip", "addr", "add", "192.0.2.7/32", "dev", "lo")
    network.server.wait_log("listen: listening on 192.0.2.7 port 493", within=20)


@needs_namespace
def test_remote_plain_text_is_refused_unless_allowed(one):
    one.write("upsd.conf", f"LISTEN 127.0.0.1 {one.port}\nLISTEN 192.0.2.7 {one.port}\n")
    network = in_network_namespace(one, [upsd_path(), "-F", *run_as()], addresses=["192.0.2.7"])
    network.server.wait_log("sandbox:")
    assert "clients on other hosts cannot be served" in network.server.log()
    asked = ("LIST UPS", "USERNAME admin", "GET VAR alpha ups.status", "VER", "HELP")
    replies = network.ask("192.0.2.7", one.port, *asked)
    assert replies[:3] == ["ERR TLS-NOT-ENABLED"] * 3
    assert replies[3].startswith("Ridethrough upsd ") and replies[4].startswith("Commands: ")
    assert network.ask("127.0.0.1", one.port, "GET VAR alpha ups.status") == ['VAR alpha ups.status "OL"']
    one.write("upsd.conf", f"LISTEN 127.0.0.1 {one.port}\nLISTEN 192.0.2.7 {one.port}\n"
                           "ALLOW_REMOTE_PLAINTEXT yes\n")
    network.server.signal(signal.SIGHUP)
    wait_for(lambda: network.ask("192.0.2.7", one.port, "GET VAR alpha ups.status")
             == ['VAR alpha ups.status "OL"'])


# Service manager.


@pytest.fixture(params=["path", "abstract"])
def manager(request, site):
    name = str(site.root / "notify") if request.param == "path" else f"\0ups-test-{os.getpid()}-{site.port}"
    place = ServiceManager(name, watchdog=0.4)
    yield place
    place.close()


def test_the_service_manager_is_told(one, manager):
    server = one.start_upsd(env=one.env(**manager.environment))
    assert manager.wait_for("READY")["STATUS"] == "serving 1 UPS"
    one.write_ups_conf([Ups("alpha"), Ups("beta")])
    server.signal(signal.SIGHUP)
    assert int(manager.wait_for("RELOADING")["MONOTONIC_USEC"]) > 0
    assert manager.wait_for("READY")["STATUS"] == "serving 2 UPSes"
    assert server.stop() == 0
    manager.wait_for("STOPPING")


def test_the_watchdog_is_fed_from_the_loop(one, manager):
    server = one.start_upsd(env=one.env(**manager.environment))
    begin = time.monotonic()
    for _ in range(3):
        manager.wait_for("WATCHDOG")
    assert time.monotonic() - begin < 2
    server.freeze()
    manager.forget()
    assert manager.is_silent("WATCHDOG", 0.8)
    server.thaw()
    manager.wait_for("WATCHDOG")


# What it is made of.


def test_upsd_links_nothing_it_does_not_need():
    found = subprocess.run(["readelf", "-d", upsd_path()], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.+?)\]", found)
    allowed = ("libevent", "libssl.", "libcrypto.", "libcrypt.", "libseccomp.", "libfmt.", "libstdc++.",
               "libc++.", "libc++abi.", "libm.", "libgcc_s.", "libc.", "ld-linux", "libasan.", "libubsan.", "libtsan.")
    assert needed
    assert not [name for name in needed if not name.startswith(allowed)]


def test_nothing_happens_when_nothing_happens(one):
    """No timer of the daemon ticks while there is nothing to do: no CPU time goes by."""
    server = one.start_upsd()
    one.wait_var("alpha", "ups.status", "OL")
    before = server.cpu_ticks()
    one.client().is_silent(1.0)
    assert server.cpu_ticks() - before <= 1
