# SPDX-License-Identifier: Apache-2.0
"""A place for upssched: its configuration, a CMDSCRIPT that writes down its calls, and the timer daemon."""

import contextlib
import os
import signal
import socket
import subprocess

from .process import processes_with, program_name_of
from .programs import OURS, Programs
from .wait import STRETCH, wait_for

SCRIPT = """#!/bin/sh
printf '%s|%s|%s|%s\\n' "$*" "$UPSNAME" "$NOTIFYTYPE" "$NOTIFYMSG" >>"$(dirname "$0")/calls"
"""


class TimerPlace:
    """A folder with upssched.conf; `write` fills it, `notify` calls upssched as upsmon does."""

    def __init__(self, site):
        self.site = site
        self.folder = site.root
        self.pipe = self.folder / "pipe"
        self.lock = self.folder / "lock"
        self.script = self.folder / "cmd"
        self.script.write_text(SCRIPT)
        self.script.chmod(0o755)

    def write(self, *at_lines, script=None):
        self.site.write("upssched.conf", f"CMDSCRIPT {script or self.script}\nPIPEFN {self.pipe}\n"
                                         f"LOCKFN {self.lock}\n" + "\n".join(at_lines) + "\n")

    def notify(self, kind, ups="rack1@here", make=OURS, message="a text", within=30.0):
        env = self.site.env(UPSNAME=ups, NOTIFYTYPE=kind)
        return subprocess.run([Programs(make).path("upssched"), message], env=env, cwd="/", text=True,
                              capture_output=True, timeout=within * STRETCH, check=False)

    def calls(self):
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def wait_calls(self, *calls, within=10.0):
        wait_for(lambda: self.calls() == list(calls), within, lambda: f"{calls}: {self.calls()}")

    def daemons(self):
        """Pids of the timer daemons that run here."""
        return [pid for pid in processes_with(f"UPS_TEST_SITE={self.site.root}")
                if program_name_of(pid) == "upssched"]

    def ask(self, *lines):
        """Speaks to the daemon on one connection; a reply of one line for each line."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10 * STRETCH)
            sock.connect(str(self.pipe))
            replies = sock.makefile("r")
            found = []
            for line in lines:
                sock.sendall((line + "\n").encode())
                found.append(replies.readline().rstrip("\n"))
            return found

    def close(self):
        for pid in self.daemons():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not self.daemons(), what="the daemon has ended")
