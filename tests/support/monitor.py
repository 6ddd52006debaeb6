# SPDX-License-Identifier: Apache-2.0
"""A monitor of ours in a folder of its own: configuration, pid file, and the marks that it leaves."""

import os
import shutil

from .process import command_line_of, children_of
from .programs import OURS, Programs
from .wait import wait_for

# Quick, and quiet: no terminal of the machine is written to.
TIMES = "POLLFREQ 1\nPOLLFREQALERT 1\nHOSTSYNC 10\nDEADTIME 3\nFINALDELAY 0\n"
KINDS = ("ONLINE", "ONBATT", "LOWBATT", "FSD", "COMMOK", "COMMBAD", "SHUTDOWN", "SHUTDOWN_HOSTSYNC",
         "REPLBATT", "NOCOMM", "NOPARENT", "AUTHFAIL", "CALLOFF")


class Monitor:
    """`lines`: what upsmon.conf says beside the usual. `flags`: of all notifications. `environment`: of its
    processes, beside the site's."""

    def __init__(self, site, name, monitors, lines="", flags="SYSLOG", command=None, environment=None):
        self.site = site
        self.name = name
        self.folder = site.root / name
        self.folder.mkdir()
        os.chmod(self.folder, 0o777)
        self.mark = self.folder / "shutdown"
        self.flag = self.folder / "killpower"
        self.monitors = monitors
        self.command = command or f"date +%s.%N > {self.mark}"
        self.flags = flags
        self.environment = environment or {}
        self.process = None
        self.write(lines)

    def write(self, lines="", monitors=None):
        """Writes upsmon.conf anew."""
        text = "".join(f"MONITOR {line}\n" for line in monitors or self.monitors)
        text += f'SHUTDOWNCMD "{self.command}"\nPOWERDOWNFLAG {self.flag}\n' + TIMES
        text += "".join(f"NOTIFYFLAG {kind} {self.flags}\n" for kind in KINDS)
        path = self.folder / "upsmon.conf"
        path.write_text(text + lines, encoding="utf-8")
        os.chmod(path, 0o640)
        if self.site.owner:
            shutil.chown(path, *self.site.owner)

    def env(self):
        return self.site.env(NUT_CONFPATH=str(self.folder), NUT_PIDPATH=str(self.folder), **self.environment)

    def start(self, *args, under=(), wait="logged in"):
        """Starts it in the foreground and waits for a line of its log."""
        program = Programs(OURS).path("upsmon")
        self.process = self.site.spawn(self.name, [*under, program, "-F", *args], self.env())
        if wait:
            self.process.wait_log(wait)
        return self

    def run(self, *args, within=30.0):
        """Runs upsmon with its configuration to its end."""
        return self.site.run("upsmon", *args, env=self.env(), within=within)

    def pid(self, word):
        """The process with this word on its command line: "--worker", "--courier"."""
        def found():
            for pid in children_of(self.process.pid):
                if any(part.startswith(word) for part in command_line_of(pid)):
                    return pid
            return None
        return wait_for(found, what=lambda: f"{self.name}: no {word}\n{self.process.log()}")

    def wait_shutdown(self, within=15.0):
        """When SHUTDOWNCMD ran, as a number of seconds."""
        return float(wait_for(lambda: self.mark.exists() and self.mark.read_text(), within,
                              lambda: f"{self.name} did not shut down\n{self.process.log()}"))

    def says(self, text, within=10.0):
        return self.process.wait_log(text, within)
