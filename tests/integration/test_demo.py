# SPDX-License-Identifier: Apache-2.0
"""tools/dev/demo, as a newcomer runs it: it shows what it promises and leaves nothing behind."""

import fcntl
import glob
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import termios
import uuid

import pytest
from support.process import processes_with
from support.programs import SOURCE_ROOT, build_root
from support.wait import wait_for

DEMO = SOURCE_ROOT / "tools/dev/demo"


class Run:
    """One run of the demo in a session of its own, with a mark in the environment of everything it
    starts. With `terminal`, that is what its input and output are."""

    def __init__(self, folder, *args, terminal=False):
        self.mark = f"UPS_DEMO_RUN={uuid.uuid4()}"
        name, value = self.mark.split("=")
        env = {key: text for key, text in os.environ.items() if not key.startswith("NUT_")}
        env.update({name: value, "DEMO_BUILD": str(build_root()), "TMPDIR": str(folder)})
        self.output = b""
        self.reader, writer = os.openpty() if terminal else os.pipe()
        options = {"stdin": writer, "preexec_fn": take_terminal} if terminal else {"stdin": subprocess.DEVNULL}
        self.popen = subprocess.Popen([DEMO, *args], env=env, stdout=writer, stderr=subprocess.STDOUT,
                                      start_new_session=True, **options)
        os.close(writer)
        os.set_blocking(self.reader, False)

    def press(self, key):
        os.write(self.reader, key.encode())

    def log(self):
        """Everything it said so far."""
        try:
            while chunk := os.read(self.reader, 65536):
                self.output += chunk
        except OSError:  # nothing there now, or nobody left at the other end of a terminal
            pass
        return self.output.decode(encoding="utf-8", errors="replace")

    def wait(self, within):
        def has_ended():
            self.log()  # takes what it says, so that it can go on
            return self.popen.poll() is not None
        wait_for(has_ended, within, lambda: f"the demo ends\n{self.log()}")
        return self.popen.returncode

    def close(self):
        """Ends what is left of a failed run."""
        for pid in processes_with(self.mark):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.popen.wait()
        os.close(self.reader)


def take_terminal():
    """Between fork and exec: makes the terminal on descriptor 0 the one that Ctrl-C comes from."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def demo():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ups-", dir="/tmp"))  # short: sockets live below it
    runs = []

    def start(*args, **options):
        runs.append(Run(folder, *args, **options))
        return runs[-1]

    before = system_configuration()
    yield start
    left = [pid for run in runs for pid in processes_with(run.mark)]
    for run in runs:
        run.close()
    assert not left, "processes left running"
    remains = list(folder.glob("ups-demo.*"))
    shutil.rmtree(folder)
    assert not remains, "its folder was left behind"
    assert system_configuration() == before, "/etc/nut was touched"


def system_configuration():
    return {path: os.stat(path).st_mtime_ns for path in glob.glob("/etc/nut/**", recursive=True)}


def test_once_shows_every_ups_and_ends(demo):
    run = demo("--once")
    assert run.wait(60) == 0, run.log()
    rows = [line for line in run.log().splitlines() if "%" in line and "[" in line]
    assert len(rows) >= 4, run.log()
    assert all(" OL" in row for row in rows), run.log()


def test_tells_of_the_power_cut_and_ends_after_it(demo):
    run = demo()
    assert run.wait(120) == 0, run.log()
    changes = [line for line in run.log().splitlines() if " -> " in line and " sim1 " in line]
    words = [line.partition(" -> ")[2].split() for line in changes]
    on_battery = next(i for i, status in enumerate(words) if "OB" in status)
    low = next(i for i, status in enumerate(words) if "LB" in status)
    assert on_battery < low, run.log()
    assert any("OL" in status for status in words[low:]), run.log()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_leaves_nothing(demo, number):
    run = demo()
    wait_for(lambda: "STATUS" in run.log(), 60, run.log)
    os.killpg(run.popen.pid, number)
    assert run.wait(20) == 128 + number, run.log()


def test_refuses_words_it_does_not_know(demo):
    run = demo("--twice")
    assert run.wait(10) == 2
    assert "usage" in run.log()


def test_interrupted_on_a_terminal_restores_it(demo):
    run = demo(terminal=True)
    wait_for(lambda: "STATUS" in run.log(), 60, run.log)
    wait_for(lambda: "\x1b[J" in run.log(), 30, run.log)  # it was drawn again
    run.press("\x03")
    assert run.wait(20) == 128 + signal.SIGINT, run.log()
    assert run.log().count("\x1b[?25l") == 1, run.log()
    assert "\x1b[?25h" in run.log().rpartition("\x1b[J")[2], run.log()
    assert "\x1b[32m" in run.log(), run.log()
