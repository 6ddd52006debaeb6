# SPDX-License-Identifier: Apache-2.0
"""upsdrvctl supervise: drivers come back, reloads touch only what changed, nothing is left."""

import os
import signal
import socket

from support import Ups
from support.process import freeze, stat_fields
from support.programs import STOCK, Programs, need_stock

FAILING = """#!/bin/sh
echo x >> {log}
exit 1
"""


class Manager:
    """The service manager's end of sd_notify."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(self.path)
        self.lines = []

    def said(self, line):
        while True:
            try:
                self.lines += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return line in self.lines

    def close(self):
        self.socket.close()


def prepare(site, *upses, head=""):
    need_stock("dummy-ups")
    for ups in upses:
        site.write_dev(f"{ups.name}.dev", {"ups.status": "OL"})
    write(site, *upses, head=head)


def write(site, *upses, head=""):
    site.write_ups_conf(upses, head=f"driverpath = {Programs(STOCK).driver_folder}\n{head}")


def dummy(name, **options):
    return Ups(name, port=f"{name}.dev", options=options)


def supervise(site, *names, env=None):
    return site.spawn("supervise", [Programs("ours").path("upsdrvctl"), "supervise", *names], env)


def children(process):
    """Children by the UPS they drive."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if int(stat_fields(entry)[1]) == process.pid and stat_fields(entry)[0] != "Z":
                with open(f"/proc/{entry}/cmdline", encoding="ascii") as file:
                    words = file.read().split("\0")
                if "-a" in words:
                    found[words[words.index("-a") + 1]] = int(entry)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def is_alive(pid):
    try:
        return stat_fields(pid)[0] not in "ZX"
    except FileNotFoundError:
        return False


def wait_children(process, *names, other_than=()):
    def look():
        found = children(process)
        good = set(found) == set(names) and not set(found.values()) & set(other_than)
        return found if good else None
    return process.wait_until(look, 15, f"drives {names}")


def test_starts_reports_and_stops(site):
    prepare(site, dummy("a"), dummy("b"))
    manager = Manager(site.root / "notify")
    process = supervise(site, env=site.env(NOTIFY_SOCKET=manager.path))
    process.wait_until(lambda: manager.said("READY=1"), what="READY")
    assert manager.said("STATUS=2 of 2 drivers running")
    pids = wait_children(process, "a", "b")
    # Tools find drivers although stock ones in the foreground write no pid file.
    for name, pid in pids.items():
        assert (site.state / f"dummy-ups-{name}.pid").read_text() == f"{pid}\n"
    assert site.run("upsdrvctl", "status").returncode == 0
    assert process.stop() == 0
    assert manager.said("STOPPING=1")
    assert not list(site.state.glob("*.pid"))
    manager.close()


def test_a_killed_driver_comes_back(site):
    prepare(site, dummy("a"), dummy("b"))
    process = supervise(site)
    process.wait_log("2 of 2 drivers running")
    before = wait_children(process, "a", "b")
    os.kill(before["a"], signal.SIGKILL)
    process.wait_log("UPS [a]: driver ended (killed by signal 9), next start in 1 s")
    after = wait_children(process, "a", "b", other_than=[before["a"]])
    assert after["b"] == before["b"]
    process.wait_log(f"UPS [a]: driver dummy-ups runs, pid {after['a']}")
    assert process.stop() == 0


def test_only_the_named_ones_are_supervised(site):
    prepare(site, dummy("a"), dummy("b"))
    process = supervise(site, "b")
    process.wait_log("1 of 1 drivers running")
    assert list(children(process)) == ["b"]
    assert process.stop() == 0


def test_a_driver_that_was_stopped_stays_so_until_a_reload(site):
    prepare(site, dummy("a"), dummy("b"))
    process = supervise(site)
    process.wait_log("2 of 2 drivers running")
    assert site.run("upsdrvctl", "stop", "a").returncode == 0
    process.wait_log("UPS [a]: driver was stopped")
    wait_children(process, "b")
    process.signal(signal.SIGHUP)
    wait_children(process, "a", "b")
    assert process.stop() == 0


def test_reload_touches_only_what_changed(site):
    prepare(site, dummy("keep"), dummy("change"), dummy("drop"))
    site.write_dev("new.dev", {"ups.status": "OL"})
    process = supervise(site)
    process.wait_log("3 of 3 drivers running")
    before = wait_children(process, "keep", "change", "drop")
    write(site, dummy("new"), dummy("change", pollinterval=1), dummy("keep"))
    process.signal(signal.SIGHUP)
    after = wait_children(process, "keep", "change", "new", other_than=[before["change"]])
    assert after["keep"] == before["keep"]
    process.wait_log(f"UPS [change]: driver dummy-ups runs, pid {after['change']}")
    assert process.stop() == 0


def test_a_bad_file_changes_nothing(site):
    prepare(site, dummy("a"))
    process = supervise(site)
    process.wait_log("1 of 1 drivers running")
    before = wait_children(process, "a")
    site.write("ups.conf", "[b]\ndriver = x\nport = y\nsdorder = soon\n")
    process.signal(signal.SIGHUP)
    process.wait_log(f'{site.conf}/ups.conf:4:11: error: sdorder cannot be "soon"')
    process.wait_log("ups.conf has errors; nothing changed")
    (site.conf / "ups.conf").unlink()
    process.signal(signal.SIGHUP)
    process.wait_log("ups.conf: No such file or directory; nothing changed")
    assert children(process) == before
    assert process.stop() == 0


def test_one_that_cannot_start_is_tried_again_and_holds_up_nobody(site):
    need_stock("dummy-ups")
    drivers = site.root / "drivers"
    drivers.mkdir()
    log = site.logs / "calls.log"
    (drivers / "bad").write_text(FAILING.format(log=log))
    (drivers / "bad").chmod(0o755)
    (drivers / "dummy-ups").symlink_to(Programs(STOCK).driver("dummy-ups"))
    site.write_dev("a.dev", {"ups.status": "OL"})
    site.write_ups_conf([Ups("x", driver="bad"), dummy("a"), Ups("y", driver="no-such-driver")],
                        head=f"driverpath = {drivers}\n")
    manager = Manager(site.root / "notify")
    process = supervise(site, env=site.env(NOTIFY_SOCKET=manager.path))
    process.wait_until(lambda: manager.said("READY=1"), what="READY")
    process.wait_until(lambda: manager.said("STATUS=1 of 3 drivers running"), what="status")
    process.wait_log('UPS [y]: there is no driver "no-such-driver" here')
    process.wait_until(lambda: log.read_text().count("x") >= 3, what="third try")
    process.wait_log("next start in 4 s, failure 3")
    assert process.stop() == 0
    manager.close()


def test_takes_over_from_drivers_that_run_already(site):
    """As after a supervisor that was killed: the new driver asks the old one to leave."""
    prepare(site, dummy("a"))
    first = supervise(site)
    first.wait_log("1 of 1 drivers running")
    old = wait_children(first, "a")["a"]
    first.kill()
    second = supervise(site)
    second.wait_log("1 of 1 drivers running")
    new = wait_children(second, "a")["a"]
    assert new != old and not is_alive(old)
    assert f"pid {old} drives it already and is replaced" in second.log()
    assert second.stop() == 0


def test_ends_drivers_that_do_not_obey(site):
    prepare(site, dummy("a"))
    process = supervise(site)
    process.wait_log("1 of 1 drivers running")
    pid = wait_children(process, "a")["a"]
    freeze(pid)
    assert process.stop(within=15) == 0
    assert not is_alive(pid)
    assert "UPS [a]: driver did not stop, killed" in process.log()
