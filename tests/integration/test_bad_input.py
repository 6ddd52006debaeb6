# SPDX-License-Identifier: Apache-2.0
"""Bad input: each program says what is wrong, where, and ends with its documented status; a reload that
fails loses nothing. (What upsd says at its start is in test_upsd_process.py.)"""

import os
import shutil
import signal
import socket
import subprocess

import pytest

from support import OURS, Programs, Ups
from support.programs import stage
from support.site import account_ids, run_as
from test_driver_host_plugins import build

as_root = pytest.mark.skipif(not account_ids(), reason="needs root and the account nut")


def run(site, argv, env=None, as_account=False):
    under = ["setpriv", "--reuid", "nut", "--regid", "nut", "--clear-groups"] if as_account else []
    return subprocess.run([*under, *map(str, argv)], env=env or site.env(), cwd=site.root, capture_output=True,
                          text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def path(name):
    return Programs(OURS).driver("upsdrv") if name == "upsdrv" else Programs(OURS).path(name)


def assert_says(done, status, *texts):
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    for text in texts:
        assert text in said, said


# Options.


@pytest.mark.parametrize("program, status, hint", [
    ("upsd", 0, "usage: upsd"),  # this and the clients: the status that stock programs end with
    ("upsc", 0, "usage: upsc"),
    ("upscmd", 0, "usage: upscmd"),
    ("upsrw", 0, "usage: upsrw"),
    ("upsdrv", 1, "Try -h for help"),
    ("upsdrvctl", 1, "usage: "),
    ("upspasswd", 1, "--help"),
    ("upsmon", 1, "upsmon -h"),
    ("upssched", 1, "upssched -h"),
    ("upslog", 1, "upslog -h"),
    ("upsshim", 1, "upsshim -h"),
])
def test_a_wrong_option_is_named_with_where_to_look(site, program, status, hint):
    assert_says(run(site, [path(program), "-Z"]), status, "Z", hint)


@pytest.mark.parametrize("argv, text", [
    (["upsmon", "extra"], "unknown argument extra"),
    (["upsmon", "-c", "dance"], "-c dance: must be fsd, stop or reload"),
    (["upsmon", "-c", "reload"], "upsmon does not run: "),
    (["upsmon", "-t", "--json"], "--json goes with --explain or --drill"),
    (["upsmon", "--drill", "--for", "soon"], "--for soon: must be a number"),
    (["upslog", "-s", "alpha", "-l", "-", "extra"], "unknown argument extra"),
    (["upsshim", "-s", "-c"], "-s and -c are two sides"),
], ids=" ".join)
def test_what_makes_no_sense_is_said(site, argv, text):
    assert_says(run(site, [path(argv[0]), *argv[1:]]), 1, text)


@pytest.mark.parametrize("program", ["upsmon", "upssched", "upslog", "upsshim"])
def test_the_help_fits_a_terminal(site, program):
    done = run(site, [path(program), "--help"])
    assert_says(done, 0, f"usage: {program}")
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []


# Files.


@pytest.mark.parametrize("argv", [["upsmon", "-t"], ["upsmon", "-F"], ["upsmon", "-K"], ["upsmon", "--drill"],
                                  ["upsmon", "--try", "ONBATT"], ["upssched", "-t"], ["upssched", "-l"]], ids=" ".join)
def test_a_file_that_is_not_there_is_named_with_where_to_read(site, argv):
    name = f"{argv[0]}.conf"
    (site.conf / name).unlink(missing_ok=True)
    assert_says(run(site, [path(argv[0]), *argv[1:]]), 1, f"{site.conf}/{name}: No such file", f"in {name}(5)")


@pytest.mark.parametrize("argv, text, place", [
    (["upsmon", "-t"], "MONITTOR alpha 1 u p primary\nSHUTDOWNCMD x\n", 'upsmon.conf:1:1: warning: unknown directive "MONITTOR"'),
    (["upsmon", "--explain"], "SHUTDOWNCMD x\nMONITOR alpha 1 u p boss\n", "upsmon.conf:2:21: error: "),
    (["upsmon", "-t"], "MONITOR alpha x u p primary\n", "upsmon.conf:1:15: error: "),
    (["upssched", "-t"], "CMDSCRIPT /bin/true\nPIPEFN /x\nLOCKFN /y\nAT ONBATT * START-TIMER a x\n",
     "upssched.conf:4:27: error: "),
], ids=["unknown", "role", "number", "timer"])
def test_a_mistake_is_named_with_its_place(site, argv, text, place):
    site.write(f"{argv[0]}.conf", text)
    assert_says(run(site, [path(argv[0]), *argv[1:]]), 1, f"{site.conf}/{place}")


@as_root
@pytest.mark.parametrize("argv", [["upsd", "-F"], ["upsdrv", "-a", "alpha", "-F"], ["upsdrvctl", "start"],
                                  ["upsdrvctl", "supervise"], ["upspasswd", "-u", "admin"],
                                  ["upsmon", "-t"], ["upssched", "-t"]], ids=" ".join)
def test_a_file_that_cannot_be_read_is_named(site, argv):
    site.write_ups_conf([Ups("alpha", port="alpha.dev")])
    name = {"upspasswd": "upsd.users", "upsmon": "upsmon.conf", "upssched": "upssched.conf"}.get(argv[0], "ups.conf")
    (site.conf / name).touch()
    os.chown(site.conf / name, 0, 0)
    os.chmod(site.conf / name, 0o600)
    assert_says(run(site, [path(argv[0]), *argv[1:]], as_account=True), 1, f"{site.conf}/{name}: Permission denied")


def test_a_ups_that_comes_twice_is_named_with_both_places(site):
    port = site.write_dev("alpha.dev", {"ups.status": "OL"})
    site.write_ups_conf([Ups("alpha", port=port), Ups("beta", port=port), Ups("alpha", port="other.dev")])
    text = (site.conf / "ups.conf").read_text().splitlines()
    places = [number for number, line in enumerate(text, 1) if line == "[alpha]"]
    warning = f"{site.conf}/ups.conf:{places[1]}:1: warning: [alpha] comes again"
    done = run(site, [path("upsd"), "-t"])
    assert_says(done, 0, warning, f"line {places[0]}")
    site.start_upsd().wait_log("[alpha] comes again")
    refused = run(site, [path("upsdrv"), "-a", "alpha", "-F", *run_as()])  # what comes last counts
    assert "other.dev" in refused.stdout + refused.stderr


@pytest.mark.parametrize("section, what", [
    (Ups("alpha", driver="nosuch"), 'driver "nosuch"'),
    (Ups("alpha", port=""), "UPS [alpha] has no port"),
    (Ups("beta"), "Section alpha not found"),
])
def test_a_driver_that_cannot_be_started_says_why(site, section, what):
    text = section.text().replace('port = ""\n', "\n")
    site.write("ups.conf", text)
    assert_says(run(site, [path("upsdrv"), "-a", "alpha", "-F"]), 1, what)


def test_upsdrvctl_names_a_driver_that_does_not_exist(site):
    site.write_ups_conf([Ups("alpha", driver="nosuch")])
    assert_says(run(site, [path("upsdrvctl"), "start"]), 1, "alpha", '"nosuch"')
    assert_says(run(site, [path("upsdrvctl"), "start", "other"]), 1, "UPS other not found in ups.conf")


# Plugins.


@pytest.fixture
def vendor(site):
    """A driver folder of the site's own, where plugins can be put."""
    site.drivers = site.root / "drivers"
    (site.drivers / "plugins").mkdir(parents=True)
    shutil.copy(Programs(OURS).driver("upsdrv"), site.drivers / "upsdrv")
    site.write_ups_conf([Ups("u", driver="acme", port="x")])
    return site


@pytest.mark.parametrize("parts, text", [
    ({"major": "2"}, "version 2"),
    ({"size": "16"}, "too short"),
], ids=["version", "size"])
def test_a_plugin_of_another_abi_is_refused_at_the_start(vendor, parts, text):
    made = build(vendor.drivers / "plugins", **parts)
    assert_says(run(vendor, [vendor.drivers / "upsdrv", "-a", "u", "-F", *run_as()]), 1, str(made), text)
    assert not list(vendor.state.iterdir())


def test_a_plugin_that_is_no_library_is_refused_at_the_start(vendor):
    (vendor.drivers / "plugins/acme.so").write_text("text", encoding="ascii")
    assert_says(run(vendor, [vendor.drivers / "upsdrv", "-a", "u", "-F", *run_as()]), 1, "acme.so")
    assert stage()


# Sockets that are taken.


def test_a_driver_whose_socket_is_a_file_of_another_kind(site):
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL"}))])
    site.socket_path("alpha").write_text("precious")
    done = run(site, [path("upsdrv"), "-a", "alpha", "-F", *run_as()])
    assert_says(done, 1, f"{site.socket_path('alpha')}: exists and is not a socket")
    assert site.socket_path("alpha").read_text() == "precious"


# Reloads that fail.


def hide(name):
    def change(site):
        os.chown(site.conf / name, 0, 0)
        os.chmod(site.conf / name, 0o600)
    return change


def remove(name):
    return lambda site: (site.conf / name).unlink()


def append(name, text):
    def change(site):
        site.write(name, (site.conf / name).read_text() + text)
    return change


@pytest.mark.parametrize("change, text", [
    pytest.param(hide("ups.conf"), "ups.conf: Permission denied", marks=as_root, id="ups.conf-hidden"),
    pytest.param(hide("upsd.conf"), "upsd.conf: Permission denied", marks=as_root, id="upsd.conf-hidden"),
    pytest.param(hide("upsd.users"), "upsd.users: Permission denied", marks=as_root, id="upsd.users-hidden"),
    pytest.param(remove("ups.conf"), "ups.conf: No such file", id="ups.conf-gone"),
    pytest.param(remove("upsd.conf"), "upsd.conf: No such file", id="upsd.conf-gone"),
    pytest.param(append("ups.conf", '[x/y]\ndriver = dummy-ups\nport = auto\n'), "a UPS name has no /", id="bad-name"),
    pytest.param(append("ups.conf", '[ALPHA]\ndriver = dummy-ups\nport = auto\n'), "in case only", id="same-name"),
    pytest.param(append("upsd.conf", "MAXAGE soon\n"), "upsd.conf:2:8", id="bad-value"),
    pytest.param(append("upsd.conf", "CERTFILE nowhere.pem\n"), "nowhere.pem", id="no-certificate"),
])
def test_a_reload_that_fails_loses_nothing(site, change, text):
    site.write_ups_conf([Ups("alpha"), Ups("beta")])
    driver = site.fake_driver("alpha", {"ups.status": "OL", "ups.test": "0"})
    site.fake_driver("beta", {"ups.status": "OL"})
    server = site.start_upsd()
    for ups in ("alpha", "beta"):
        site.wait_var(ups, "ups.status", "OL")
    session = site.client().log_in("mon1", "pass1")
    session.expect("LOGIN alpha", "OK")
    watcher = site.client()
    watcher.subscribe("alpha")
    before = session.ask_list("LIST UPS")
    change(site)
    server.signal(signal.SIGHUP)
    server.wait_log("reload.refused")
    refusal = next(line for line in server.log().splitlines() if "reload.refused" in line)
    assert "nothing was changed" in refusal and text in server.log(), server.log()
    # Sessions, rights, UPSes, drivers and users are as they were.
    assert session.ask_list("LIST UPS") == before
    session.expect("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    driver.set("ups.test", "1")
    assert watcher.line() == 'EVENT VAR alpha ups.test "1"'
    fresh = site.client().log_in("mon1", "pass1")
    fresh.expect("LOGIN beta", "OK")
    with socket.create_connection(("127.0.0.1", site.port), timeout=10):
        pass
    site.wait_var("beta", "ups.status", "OL")
