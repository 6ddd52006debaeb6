# SPDX-License-Identifier: Apache-2.0
"""upsdrvctl with our own driver host: by stock driver name, by plugin name, and beside stock drivers."""

import json
import os
import signal

from support import Ups
from support.process import freeze, stat_fields
from support.programs import STOCK, Programs, need_stock
from support.site import run_as
from support.wait import wait_for


def prepare(site, *more):
    site.write_dev("alpha.dev", {"ups.status": "OL", "ups.mfr": "x"})
    site.write_ups_conf([Ups("alpha", port="alpha.dev"), Ups("sim", driver="sim"), *more])


def is_alive(pid):
    try:
        return stat_fields(pid)[0] not in "ZX"
    except FileNotFoundError:
        return False


def control(site, *args):
    return site.run("upsdrvctl", *run_as(), *args)


def table(site):
    return {row["ups"]: row for row in json.loads(control(site, "--json", "status").stdout)}


def test_starts_shows_reloads_and_stops(site):
    prepare(site)
    assert control(site, "start").returncode == 0
    for name, row in table(site).items():
        assert (row["running"], row["responsive"], row["status"]) == (True, True, "OL"), name
        assert row["pid"] == row["socket_pid"]
    before = {name: row["pid"] for name, row in table(site).items()}
    for command in (["reload"], ["-c", "reload-or-error"]):
        done = control(site, *command)
        assert done.returncode == 0, done.stderr
    assert {name: row["pid"] for name, row in table(site).items()} == before
    assert control(site, "-c", "exit", "sim").returncode == 0
    wait_for(lambda: not table(site)["sim"]["running"], what="sim ended")
    assert table(site)["alpha"]["pid"] == before["alpha"]
    assert control(site, "stop", "alpha").returncode == 0
    assert not list(site.state.iterdir())


def test_a_second_start_replaces_the_first(site):
    prepare(site)
    assert control(site, "start", "alpha").returncode == 0
    first = table(site)["alpha"]["pid"]
    assert control(site, "start", "alpha").returncode == 0
    second = table(site)["alpha"]["pid"]
    assert first != second and not is_alive(first)
    assert control(site, "stop", "alpha").returncode == 0


def test_a_driver_that_hangs_is_not_responsive(site):
    prepare(site)
    assert control(site, "start", "alpha").returncode == 0
    pid = table(site)["alpha"]["pid"]
    freeze(pid)
    row = table(site)["alpha"]
    assert (row["running"], row["responsive"], row["socket_pid"]) == (True, False, None)
    os.kill(pid, signal.SIGCONT)
    wait_for(lambda: table(site)["alpha"]["responsive"], what="answers again")
    assert control(site, "stop", "alpha").returncode == 0


def test_shutdown_says_whether_the_ups_comes_back(site):
    prepare(site)
    for options, status in ((["--return"], "shutdown.return"), (["--stayoff"], "shutdown.stayoff")):
        done = control(site, *options, "-t", "shutdown", "sim")
        assert f"-k -x sdcommands={status}" in done.stderr
    # No driver runs: one is started for it. The dummy cannot cut, whatever it is told.
    assert control(site, "--return", "shutdown", "sim").returncode == 0
    assert control(site, "--stayoff", "shutdown", "sim").returncode == 0
    assert control(site, "--stayoff", "shutdown", "alpha").returncode == 1


def test_shutdown_tells_a_running_driver_whether_the_ups_comes_back(site):
    site.write_ups_conf([Ups("sim", driver="sim-ups", options={"offdelay": 3600})])
    site.start_driver("sim", program="sim-ups")
    site.start_upsd()
    site.wait_var("sim", "ups.start.auto", "yes")
    assert control(site, "--stayoff", "shutdown").returncode == 0
    site.wait_var("sim", "ups.start.auto", "no")
    assert control(site, "--return", "shutdown").returncode == 0
    site.wait_var("sim", "ups.start.auto", "yes")


def test_reload_of_one_that_does_not_run_fails(site):
    prepare(site)
    done = control(site, "reload", "alpha")
    assert done.returncode == 1 and "UPS [alpha]" in done.stderr


def test_supervises_ours(site):
    prepare(site)
    process = site.spawn("supervise", [Programs("ours").path("upsdrvctl"), *run_as(), "supervise"])
    process.wait_log("2 of 2 drivers running")
    for name in ("alpha", "sim"):
        before = table(site)[name]["pid"]
        os.kill(before, signal.SIGKILL)
        process.wait_log(f"UPS [{name}]: driver ended (killed by signal 9)")
        process.wait_until(lambda n=name, b=before: table(site)[n]["responsive"]
                           and table(site)[n]["pid"] != b, what="is back")
    assert control(site, "-c", "exit", "sim").returncode == 0
    process.wait_log("UPS [sim]: driver was stopped")
    process.signal(signal.SIGHUP)
    process.wait_until(lambda: table(site)["sim"]["responsive"], what="started by the reload")
    assert process.stop() == 0
    assert not list(site.state.iterdir())


def test_names_without_a_plugin_lead_to_stock_drivers(site):
    need_stock("usbhid-ups")
    prepare(site, Ups("usb", driver="usbhid-ups"))
    lines = control(site, "-t", "start").stderr
    assert f"exec:  {Programs('ours').driver('dummy-ups')} -a alpha" in lines
    assert f"exec:  {Programs('ours').driver('upsdrv')} -a sim" in lines
    assert f"exec:  {Programs(STOCK).driver('usbhid-ups')} -a usb" in lines
