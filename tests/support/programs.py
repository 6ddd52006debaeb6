# SPDX-License-Identifier: Apache-2.0
"""Where the programs are: ours in a staged install, the stock ones where Debian puts them."""

import fcntl
import os
import pathlib
import subprocess

OURS = "ours"
STOCK = "stock"

SOURCE_ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_root():
    """The build directory: UPS_BUILD_ROOT (set by `meson test`), else `build` in the source tree."""
    return pathlib.Path(os.environ.get("UPS_BUILD_ROOT") or SOURCE_ROOT / "build")


def stage():
    """The staged installation of what is built: UPS_STAGE, else one made below the build directory,
    and made anew when something was built since."""
    if given := os.environ.get("UPS_STAGE"):
        return pathlib.Path(given)
    build = build_root()
    target = build / "stage"
    stamp = build / "stage.stamp"
    log = build / ".ninja_log"
    with open(build / "stage.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.stat().st_mtime_ns < log.stat().st_mtime_ns:
            moment = log.stat().st_mtime_ns
            run = subprocess.run(
                ["meson", "install", "-C", build, "--no-rebuild", "--only-changed", "--quiet"],
                env=dict(os.environ, DESTDIR=str(target)), capture_output=True, text=True,
                check=False)
            assert run.returncode == 0, f"meson install: {run.stdout}{run.stderr}"
            stamp.touch()
            os.utime(stamp, ns=(moment, moment))
    return target


class Programs:
    """The paths of one set of programs. `tool("upsc")` and so on raise if the file is absent."""

    def __init__(self, make):
        """`make`: OURS or STOCK. With UPS_TEST_PROGRAMS=stock both mean the stock programs, to see
        whether a failing test or a program is wrong."""
        if make == OURS and os.environ.get("UPS_TEST_PROGRAMS") == STOCK:
            make = STOCK
        self.make = make
        if make == OURS:
            prefix = stage() / os.environ.get("UPS_PREFIX", "usr/local")
            self._folders = [prefix / "sbin", prefix / "bin", prefix / "lib/ridethrough"]
            self.driver_folder = prefix / "lib/ridethrough"
        else:
            # Debian's /usr/sbin/upsd and /sbin/upsmon are wrappers that look at nut.conf.
            self._folders = [pathlib.Path("/lib/nut"), pathlib.Path("/usr/bin"),
                             pathlib.Path("/sbin")]
            self.driver_folder = pathlib.Path("/lib/nut")

    def path(self, name):
        for folder in self._folders:
            if (found := folder / name).exists():
                return found
        raise FileNotFoundError(f"no {self.make} program {name} in {self._folders}")

    def driver(self, name):
        return self.driver_folder / name


def need_stock(*names):
    """Skips the test when a stock program is absent, and says which. In CI (CI=true) that is an error:
    a skipped interop test proves nothing."""
    missing = []
    for name in names:
        try:
            Programs(STOCK).path(name)
        except FileNotFoundError:
            missing.append(name)
    if missing:
        import pytest  # here, so that the benchmarks need no pytest

        text = f"stock programs absent: {', '.join(missing)} (apt-get install nut-server nut-client)"
        if os.environ.get("CI") == "true":
            pytest.fail(text)
        pytest.skip(text)
