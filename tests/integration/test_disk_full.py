# SPDX-License-Identifier: Apache-2.0
"""The disk with the state directory, or with the configuration, is full: the message names the file, nothing that
was there is lost, and what can go on does. The full disk is a small tmpfs in a mount namespace of its own."""

import os
import signal
import subprocess

import pytest

from support import OURS, Programs, Ups, User
from support.process import Process
from support.programs import long_tests
from support.site import run_as
from support.wait import wait_for

NO_SPACE = "No space left on device"


def _can_mount():
    if os.getuid() != 0:
        return False
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return probe.returncode == 0


pytestmark = pytest.mark.skipif(not _can_mount(), reason="needs root and mount namespaces")


class SmallDisk:
    """A folder of the site as a tmpfs of 64 KiB and 16 files, seen by what `run` and `spawn` start only."""

    def __init__(self, site, folder):
        self.site = site
        self.folder = folder
        info = folder.stat()
        script = (f"mount -t tmpfs -o size=64k,nr_inodes=16,mode={info.st_mode & 0o777:o},"
                  f"uid={info.st_uid},gid={info.st_gid} tmpfs {folder} && echo ready && exec sleep 600")
        self._holder = Process("disk", ["unshare", "-m", "sh", "-c", script], site.env(), site.logs / "disk.log")
        self._holder.wait_log("ready")
        self.under = ["nsenter", "-t", str(self._holder.pid), "-m", "--"]
        self.inside = _inside(self._holder, folder)

    def fill(self):
        """Takes all blocks that are left."""
        with open(self.inside / "fill", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def fill_files(self):
        """Takes all files that are left, too."""
        try:
            for number in range(100):
                (self.inside / f"file{number}").touch()
        except OSError:
            pass

    def free(self):
        for path in [*self.inside.glob("fill"), *self.inside.glob("file*")]:
            path.unlink()

    def run(self, program, *args, env=None):
        return subprocess.run([*self.under, Programs(OURS).path(program), *map(str, args)], env=env or self.site.env(),
                              capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)

    def spawn(self, name, program, *args):
        return self.site.spawn(name, [*self.under, program, *args])

    def end(self):
        self._holder.kill()


def _inside(holder, folder):
    return type(folder)(f"/proc/{holder.pid}/root{folder}")


@pytest.fixture
def state(site):
    """The site's state folder as a small disk; one UPS with our dummy driver is configured."""
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL"}))])
    disk = SmallDisk(site, site.state)
    yield disk
    disk.end()


def upsd(*args):
    return [Programs(OURS).path("upsd"), *run_as(), *args]


def driver(*args):
    return [Programs(OURS).driver("dummy-ups"), "-a", "alpha", *run_as(), *args]


def test_a_server_without_a_pid_file_says_so_and_leaves_none(site, state):
    state.fill()
    done = state.run("upsd", "-FF", *run_as())
    assert done.returncode == 1
    assert f"{site.pids}/upsd.pid" in done.stderr and NO_SPACE in done.stderr
    assert sorted(os.listdir(state.inside)) == ["fill"]
    done = state.run("upsd", *run_as())  # the same in the background: the caller is told
    assert done.returncode == 1
    assert f"{site.pids}/upsd.pid" in done.stderr and NO_SPACE in done.stderr


def test_a_server_without_room_for_its_local_socket_serves_the_network(site, state):
    state.fill_files()
    server = state.spawn("upsd", *upsd("-F"))
    server.wait_until(site.answers, what="answers")
    assert f"not listening on {site.state}/upsd.sock: {NO_SPACE}" in server.log()
    state.free()
    site.write_upsd_conf("LISTEN_UNIX other.sock\n")
    server.signal(signal.SIGHUP)
    server.wait_log(f"listening on {site.state}/other.sock")


def test_a_server_that_serves_is_not_hurt_when_the_disk_fills_up(site, state):
    running = state.spawn("driver", *driver("-F"))
    running.wait_log("driver.ready")
    server = state.spawn("upsd", *upsd("-FF"))
    server.wait_until(site.answers, what="answers")
    site.wait_var("alpha", "ups.status", "OL")
    for number in range(100 if long_tests() else 1):
        state.free()
        state.fill()
        state.fill_files()
        server.signal(signal.SIGHUP)
        wait_for(lambda n=number: server.log().count("reload: the configuration was read again") > n, 10, server.log)
        status = f"OB T{number}"
        site.write_dev("alpha.dev", {"ups.status": status})
        site.wait_var("alpha", "ups.status", status)
    client = site.client().log_in("admin", "adminpass")
    client.expect("SET TRACKING ON", "OK")
    assert client.ask("INSTCMD alpha load.off").startswith(("OK TRACKING", "ERR CMD-NOT-SUPPORTED"))
    assert state.run("upsd", "-c", "stop").returncode == 0
    assert server.wait_end() == 0
    assert "upsd.pid" not in os.listdir(state.inside)


def test_a_driver_without_room_for_its_files_says_which_and_leaves_none(site, state):
    state.fill()
    running = state.spawn("driver", *driver("-FF"))
    assert running.wait_end() == 1
    assert f"{site.pids}/dummy-ups-alpha.pid" in running.log() and NO_SPACE in running.log()
    assert sorted(os.listdir(state.inside)) == ["fill"]
    state.fill_files()
    other = state.spawn("driver2", *driver("-F"))
    assert other.wait_end() == 1
    assert f"{site.state}/dummy-ups-alpha" in other.log() and NO_SPACE in other.log()
    for process in (running, other):
        site.processes.remove(process)


def test_upsdrvctl_passes_on_why_a_driver_did_not_start(site, state):
    state.fill()
    done = state.run("upsdrvctl", *run_as(), "start")
    assert done.returncode == 1
    assert "alpha" in done.stderr and NO_SPACE in done.stderr and "dummy-ups-alpha" in done.stderr
    assert sorted(os.listdir(state.inside)) == ["fill"]
    state.free()
    assert state.run("upsdrvctl", *run_as(), "start").returncode == 0
    state.fill()
    assert state.run("upsdrvctl", "stop").returncode == 0, "stopping needs no room"
    assert sorted(os.listdir(state.inside)) == ["fill"]


def test_supervised_drivers_come_up_once_there_is_room(site, state):
    state.fill()
    state.fill_files()
    manager = state.spawn("supervise", Programs(OURS).path("upsdrvctl"), *run_as(), "supervise")
    manager.wait_log(NO_SPACE)
    state.free()
    wait_for(lambda: (state.inside / "dummy-ups-alpha").exists(), 20, manager.log)


def test_a_password_that_cannot_be_written_leaves_the_file_as_it_was(site):
    site.write_users([User("admin", "adminpass", "SET")])
    before = (site.conf / "upsd.users").read_text()
    disk = SmallDisk(site, site.conf)
    try:
        (disk.inside / "upsd.users").write_text(before)
        os.chmod(disk.inside / "upsd.users", 0o600)
        disk.fill()
        done = subprocess.run([*disk.under, Programs(OURS).path("upspasswd"), "-u", "admin"], env=site.env(), text=True,
                              input="new password\n", capture_output=True, timeout=60, check=False)
        assert done.returncode == 1
        assert f"{site.conf}/upsd.users" in done.stderr and NO_SPACE in done.stderr
        assert (disk.inside / "upsd.users").read_text() == before
        assert sorted(os.listdir(disk.inside)) == ["fill", "upsd.users"]
    finally:
        disk.end()


def test_the_disk_is_really_full(state):
    """What these tests stand on: a write there fails, and one file more does, too."""
    state.fill()
    with pytest.raises(OSError, match=NO_SPACE):
        (state.inside / "more").write_bytes(bytes(10))
    state.fill_files()
    with pytest.raises(OSError, match=NO_SPACE):
        (state.inside / "another").touch()

