# SPDX-License-Identifier: Apache-2.0
"""Ends what a test program leaves behind when it is killed itself, by its time limit say. (PR_SET_PDEATHSIG would
not do: the kernel forgets it when a daemon gives up its rights.)"""

import atexit
import functools
import os
import select
import signal
import subprocess
import sys
import time
import uuid

NAME = "UPS_TEST_RUN"  # the variable that programs under test get, and hand on


@functools.cache
def run_marker():
    """The value of NAME for all that this process starts. From the first call on, those that have it do not
    outlive this process."""
    marker = f"{os.getpid()}-{uuid.uuid4().hex}"
    watcher = subprocess.Popen([sys.executable, "-I", __file__, str(os.getpid()), marker], cwd="/",
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    atexit.register(end, watcher)
    return marker


def end(watcher):
    watcher.kill()
    watcher.wait()


def wait_for_end(pid):
    """Waits until a process has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([descriptor], [], [])
    os.close(descriptor)


def kill_all(marker):
    """Ends all processes that have the marker, and those that they start meanwhile."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from support.process import processes_with  # pylint: disable=import-outside-toplevel
    for _ in range(100):
        found = processes_with(f"{NAME}={marker}")
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


def main():
    pid, marker = sys.argv[1:]
    wait_for_end(int(pid))
    kill_all(marker)


if __name__ == "__main__":
    main()
