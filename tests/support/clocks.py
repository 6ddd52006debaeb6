# SPDX-License-Identifier: Apache-2.0
"""Clocks of programs under test that jump, by a library that is preloaded."""

import os
import struct
import subprocess
import time

import pytest

from .programs import build_root, is_sanitized


without_sanitizers = pytest.mark.skipif(is_sanitized(), reason="a sanitizer wants to be loaded first")


class Clocks:
    """The clocks of all programs with `env` (`more`: the variables alone)."""

    def __init__(self, site):
        self._path = site.root / "shift"
        self._path.write_bytes(bytes(16))
        os.chmod(self._path, 0o644)
        self.more = {"LD_PRELOAD": str(build_root() / "tests/integration/shift_clock.so"),
                     "UPS_CLOCK_SHIFT": str(self._path)}
        self.env = site.env(**self.more)

    def jump(self, seconds):
        """Sets the wall clock."""
        self._write(0, seconds)

    def sleep(self, seconds):
        """Makes the machine seem to have slept so long: all clocks but the monotonic one went on."""
        self._write(0, seconds)
        self._write(1, seconds)

    def _write(self, which, seconds):
        with open(self._path, "r+b") as file:
            file.seek(8 * which)
            file.write(struct.pack("q", seconds))

    def seen(self):
        """What `date` says, in seconds off the true time."""
        done = subprocess.run(["date", "+%s"], env=self.env, capture_output=True, text=True, check=True)
        return round(int(done.stdout) - time.time(), -1)
