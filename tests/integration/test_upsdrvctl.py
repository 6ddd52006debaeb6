# SPDX-License-Identifier: Apache-2.0
"""upsdrvctl with stock drivers, and with small scripts in their place."""

import json
import os
import signal
import stat
import subprocess
import time

from support import Ups
from support.process import freeze, stat_fields
from support.programs import STOCK, Programs, need_stock
from support.wait import STRETCH, wait_for

# A driver that logs its call and goes to the background after a while, unless told otherwise.
SCRIPT = """#!/bin/sh
echo "begin $(basename $0) $*" >> {log}
sleep {delay}
echo "end $(basename $0) $*" >> {log}
exit {status}
"""


class Scripts:
    """Drivers of ups.conf that are shell scripts in a folder of their own."""

    def __init__(self, site):
        self.site = site
        self.folder = site.root / "drivers"
        self.folder.mkdir()
        self.log = site.logs / "calls.log"
        self.head = f"driverpath = {self.folder}\n"

    def add(self, name, delay=0, status=0, text=None):
        path = self.folder / name
        path.write_text(text or SCRIPT.format(log=self.log, delay=delay, status=status))
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)

    def calls(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


def stock_site(site, *names, head=""):
    need_stock("dummy-ups")
    for name in names:
        site.write_dev(f"{name}.dev", {"ups.status": "OL", "ups.mfr": name})
    site.write_ups_conf([Ups(name, port=f"{name}.dev") for name in names],
                        head=f"driverpath = {Programs(STOCK).driver_folder}\n{head}")


def run(site, *args, **kwargs):
    return site.run("upsdrvctl", *args, **kwargs)


def pid_of(site, ups, driver="dummy-ups"):
    return int((site.state / f"{driver}-{ups}.pid").read_text())


def is_alive(pid):
    try:
        return stat_fields(pid)[0] not in "ZX"
    except FileNotFoundError:
        return False


def rows(done):
    """The status table by UPS: lists of words without padding."""
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert [word.strip() for word in lines[0]] == [
        "UPSNAME", "UPSDRV", "RUNNING", "PF_PID", "S_RESPONSIVE", "S_PID", "S_STATUS"]
    return {line[0].strip(): [word.strip() for word in line[1:]] for line in lines[1:]}


def test_starts_shows_and_stops_stock_drivers(site):
    stock_site(site, "alpha", "beta")
    started = run(site, "start")
    assert started.returncode == 0, started.stderr
    alpha, beta = pid_of(site, "alpha"), pid_of(site, "beta")
    status = run(site, "status")
    assert status.returncode == 0
    assert rows(status) == {
        "alpha": ["dummy-ups", "RUNNING", str(alpha), "RESPONSIVE", str(alpha), '""'],
        "beta": ["dummy-ups", "RUNNING", str(beta), "RESPONSIVE", str(beta), '""']}
    assert run(site, "stop", "alpha").returncode == 0
    assert not is_alive(alpha) and is_alive(beta)
    partly = run(site, "status")
    assert partly.returncode == 1
    assert rows(partly)["alpha"] == ["dummy-ups", "N/A", "-1", "NOT_RESPONSIVE", "N/A", '""']
    assert run(site, "stop", "beta").returncode == 0
    assert not is_alive(beta)
    assert run(site, "stop").returncode == 1


def test_status_of_a_stock_driver_comes_from_the_server(site):
    stock_site(site, "alpha")
    assert run(site, "start").returncode == 0
    site.start_upsd(make=STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    assert rows(run(site, "status"))["alpha"][-1] == '"OL"'
    one = json.loads(run(site, "--json", "status", "alpha").stdout)
    assert one == [{"ups": "alpha", "driver": "dummy-ups", "running": True,
                    "pid": pid_of(site, "alpha"), "responsive": True,
                    "socket_pid": pid_of(site, "alpha"), "status": "OL"}]
    assert run(site, "stop").returncode == 0


def test_status_leaves_a_stock_driver_at_rest(site):
    """Stock drivers before 2.8.3 spin once a client of their socket is gone."""
    stock_site(site, "alpha")
    assert run(site, "start").returncode == 0
    pid = pid_of(site, "alpha")
    for _ in range(3):
        assert run(site, "status").returncode == 0
    assert not [link for link in os.listdir(f"/proc/{pid}/fd")
                if os.readlink(f"/proc/{pid}/fd/{link}").startswith("socket:")][1:]
    assert run(site, "stop").returncode == 0


def test_banner_names_and_errors(site):
    site.write_ups_conf([Ups("one"), Ups("two")])
    listed = run(site, "list")
    banner, *names = listed.stdout.splitlines()
    assert banner.endswith(" - UPS driver controller 3.0.0") and names == ["one", "two"]
    quiet = site.env(NUT_QUIET_INIT_BANNER="true")
    assert run(site, "-l", "two", env=quiet).stdout == "two\n"
    assert run(site, "-V", env=quiet).stdout == banner + "\n"
    unknown = run(site, "start", "three")
    assert (unknown.returncode, unknown.stderr) == (1, "UPS three not found in ups.conf\n")
    word = run(site, "foo")
    assert (word.returncode, word.stderr) == (1, "Error: unrecognized command [foo]\n")
    bare = run(site)
    assert bare.returncode == 0 and "usage:" in bare.stdout


def test_dry_run_prints_what_scripts_look_for(site):
    scripts = Scripts(site)
    scripts.add("drv")
    site.write_ups_conf([Ups("a", driver="drv"), Ups("b", driver="drv", options={"sdorder": -1})],
                        head=scripts.head)
    start = run(site, "-t", "start")
    assert start.returncode == 0
    assert start.stdout.splitlines()[1] == "*** Testing mode: not calling exec/kill"
    path = scripts.folder / "drv"
    lines = [line.split("\t")[1] for line in start.stderr.splitlines()]
    assert [line for line in lines if "exec:" in line] == [
        f"[D2] exec:  {path} -a a", f"[D2] exec:  {path} -a b"]
    off = run(site, "-t", "-d", "-DDD", "-u", "me", "shutdown")
    assert [line.split("\t")[1] for line in off.stderr.splitlines() if "exec:" in line] == [
        f"[D2] exec:  {path} -DDD -a a -k -u me"]
    assert not scripts.calls()


def test_a_stranger_is_never_signalled(site):
    scripts = Scripts(site)
    scripts.add("drv")
    site.write_ups_conf([Ups("a", driver="drv")], head=scripts.head)
    stranger = site.spawn("stranger", ["/bin/sleep", "1000"], make=STOCK)
    (site.state / "drv-a.pid").write_text(f"{stranger.pid}\n")
    for command in ("stop", "reload"):
        assert run(site, command).returncode == 1
    assert stranger.is_running()
    assert rows(run(site, "status"))["a"][1:3] == ["STOPPED", str(stranger.pid)]


def test_a_pid_that_was_used_again_is_never_signalled(site):
    """The right program, but younger than the pid file: another driver got the number."""
    stock_site(site, "alpha", "beta")
    assert run(site, "start", "beta").returncode == 0
    beta = pid_of(site, "beta")
    file = site.state / "dummy-ups-alpha.pid"
    file.write_text(f"{beta}\n")
    long_ago = time.time() - 3600
    os.utime(file, (long_ago, long_ago))
    assert run(site, "stop", "alpha").returncode == 1
    assert is_alive(beta)
    assert run(site, "stop", "beta").returncode == 0


def test_whoever_made_the_socket_is_no_driver_for_that(site):
    """Without a pid file the socket leads to a process; it must run the right program all the same."""
    site.write_ups_conf([Ups("a")])
    fake = site.fake_driver("a")  # in this very process
    done = run(site, "stop", "a")
    assert done.returncode == 1
    assert fake.wait_line("INSTCMD driver.exit TRACKING ")


def test_stops_a_stock_driver_that_has_no_pid_file(site):
    stock_site(site, "alpha")
    driver = site.start_driver("alpha", make=STOCK)
    assert not (site.state / "dummy-ups-alpha.pid").exists()
    assert run(site, "stop", "alpha").returncode == 0
    driver.wait_end()


def test_many_start_as_fast_as_the_slowest(site):
    scripts = Scripts(site)
    scripts.add("drv", delay=1)
    site.write_ups_conf([Ups(f"u{i}", driver="drv") for i in range(12)], head=scripts.head)
    begin = time.monotonic()
    assert run(site, "start").returncode == 0
    assert time.monotonic() - begin < 5 * STRETCH
    calls = scripts.calls()
    assert len(calls) == 24
    assert all(line.startswith("begin") for line in calls[:12])


def test_works_on_no_more_at_once_than_told(site):
    scripts = Scripts(site)
    scripts.add("drv", delay=0.05)
    site.write_ups_conf([Ups(f"u{i}", driver="drv") for i in range(6)], head=scripts.head)
    assert run(site, "-j", "2", "start").returncode == 0
    running = most = 0
    for line in scripts.calls():
        running += 1 if line.startswith("begin") else -1
        most = max(most, running)
    assert (running, most) == (0, 2)


def test_tries_as_often_as_maxretry_says(site):
    scripts = Scripts(site)
    scripts.add("drv", status=3)
    site.write_ups_conf([Ups("a", driver="drv", options={"maxretry": 3, "retrydelay": 0})],
                        head=scripts.head)
    done = run(site, "start")
    assert done.returncode == 1
    assert done.stderr.count("failed to start (exit status=3)") == 3
    assert len([line for line in scripts.calls() if line.startswith("begin")]) == 3


def test_one_that_fails_does_not_keep_the_others(site):
    scripts = Scripts(site)
    scripts.add("good")
    scripts.add("bad", status=1)
    site.write_ups_conf([Ups("a", driver="bad"), Ups("b", driver="good"),
                         Ups("c", driver="no-such-driver-at-all")], head=scripts.head)
    done = run(site, "start")
    assert done.returncode == 1
    assert 'UPS [c]: there is no driver "no-such-driver-at-all" here' in done.stderr
    assert "end good -a b" in scripts.calls()


def test_waits_no_longer_than_maxstartdelay(site):
    scripts = Scripts(site)
    scripts.add("drv", delay=6)
    site.write_ups_conf([Ups("a", driver="drv", options={"maxstartdelay": 1, "maxretry": 5})],
                        head=scripts.head)
    control = site.spawn("upsdrvctl", [Programs("ours").path("upsdrvctl"), "start"])
    assert control.wait_end(within=4) == 1
    assert "not ready after 1 s" in control.log()
    assert "end drv -a a" not in scripts.calls()
    wait_for(lambda: "end drv -a a" in scripts.calls(), 20, "the driver was left alone")


def test_nowait_does_not_wait_unless_overruled(site):
    scripts = Scripts(site)
    scripts.add("drv", delay=0.5, status=1)
    site.write_ups_conf([Ups("a", driver="drv")], head=scripts.head + "nowait\n")
    assert run(site, "start").returncode == 0
    assert run(site, "start", env=site.env(NUT_IGNORE_NOWAIT="true")).returncode == 1
    wait_for(lambda: scripts.calls().count("end drv -a a") == 2, what="both ended")


def test_shutdown_goes_in_rounds(site):
    scripts = Scripts(site)
    scripts.add("drv", delay=0.2)
    orders = {"last": 7, "never": -1, "first": 0, "mid1": 3, "mid2": 3}
    site.write_ups_conf([Ups(name, driver="drv", options={"sdorder": order})
                         for name, order in orders.items()], head=scripts.head)
    assert run(site, "shutdown").returncode == 0
    words = [(line.split()[0], line.split()[3]) for line in scripts.calls()]
    assert all(line.endswith(" -k") for line in scripts.calls())
    assert words[:2] == [("begin", "first"), ("end", "first")]
    assert sorted(words[2:4]) == [("begin", "mid1"), ("begin", "mid2")]
    assert words[6:] == [("begin", "last"), ("end", "last")]
    assert run(site, "shutdown", "never").returncode == 0
    assert scripts.calls()[-1] == "end drv -a never -k"


def test_foreground_start_stays_until_told_to_end(site):
    stock_site(site, "alpha", "beta")
    control = site.spawn("upsdrvctl", [Programs("ours").path("upsdrvctl"), "-F", "start"])
    control.wait_until(lambda: all((site.state / f"dummy-ups-{name}").exists()
                                   for name in ("alpha", "beta")), what="sockets")
    assert control.is_running()
    assert control.stop() == 0


def test_kills_a_driver_that_does_not_obey(site):
    stock_site(site, "alpha")
    assert run(site, "start").returncode == 0
    pid = pid_of(site, "alpha")
    freeze(pid)
    try:
        done = run(site, "stop")
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    assert done.returncode == 0 and "driver did not stop, killed" in done.stderr
    assert not is_alive(pid)
    assert not (site.state / "dummy-ups-alpha.pid").exists()


def test_commands_for_stock_drivers_go_through_their_program(site):
    """A script that runs until it is killed stands for the driver; it is called again with -c."""
    scripts = Scripts(site)
    scripts.add("drv", text=f"#!/bin/bash\necho \"$*\" >> {scripts.log}\n[[ \"$*\" == *-c* ]] && exit 0\n"
                            "exec -a drv sleep 1000\n")
    site.write_ups_conf([Ups("a", driver="drv")], head=scripts.head)
    running = site.spawn("drv", [scripts.folder / "drv", "-a", "a"], make=STOCK)
    wait_for(lambda: subprocess.run(["ps", "-o", "args=", "-p", str(running.pid)], check=False,
                                    capture_output=True, text=True).stdout == "drv 1000\n")
    (site.state / "drv-a.pid").write_text(f"{running.pid}\n")
    assert run(site, "-c", "reload-or-exit").returncode == 0
    assert scripts.calls()[-1] == "-a a -c reload-or-exit"
    assert run(site, "stop").returncode == 0
    running.wait_end()


def test_says_where_ups_conf_is_wrong(site):
    site.write("ups.conf", "maxretri = 3\n[a]\ndriver = d\nport = p\nsdorder = soon\n")
    done = run(site, "list")
    path = site.conf / "ups.conf"
    assert done.stderr.splitlines() == [
        f'{path}:1:1: warning: unknown directive "maxretri" (did you mean "maxretry"?)',
        f'{path}:5:11: error: sdorder cannot be "soon" (expected a whole number, -1 to 10000)']
    assert done.returncode == 0
