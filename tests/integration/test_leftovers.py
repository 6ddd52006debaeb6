# SPDX-License-Identifier: Apache-2.0
"""A test program that is killed leaves no server behind."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

from support import wait_for
from support.programs import SOURCE_ROOT
from support.process import command_line_of, processes_with

# Prints the place and what runs there, and then waits for its end.
PROGRAM = """
import sys
from support import Site, Ups
site = Site()
site.write_ups_conf([Ups("alpha")])
server = site.start_upsd(args=["-D"])
print(site.root, server.pid, flush=True)
sys.stdin.read()
"""


def watchers_of(pid):
    """Those who would end what this test program leaves."""
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and
            command_line_of(entry)[-2:-1] == [str(pid)] and "leftovers.py" in " ".join(command_line_of(entry))]


def test_what_a_killed_test_program_started_ends_with_it():
    with subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=SOURCE_ROOT / "tests", text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        root, server = program.stdout.readline().split()
        try:
            assert watchers_of(program.pid)
            os.kill(int(server), signal.SIGSTOP)  # what hangs ends as well
            program.kill()
            wait_for(lambda: not processes_with(f"UPS_TEST_SITE={root}"), what=f"upsd {server} has ended")
            wait_for(lambda: not watchers_of(program.pid), what="nobody watches any more")
        finally:
            for pid in processes_with(f"UPS_TEST_SITE={root}"):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(pathlib.Path(root))


def test_nobody_watches_a_test_program_that_ended_well():
    program = subprocess.run([sys.executable, "-c", "import os; from support import Site\n"
                              "site = Site(); site.env(); site.close(); site.remove(); print(os.getpid())"],
                             cwd=SOURCE_ROOT / "tests", text=True, capture_output=True, check=True)
    assert not watchers_of(program.stdout.strip())
