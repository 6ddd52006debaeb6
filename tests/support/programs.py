# SPDX-License-Identifier: Apache-2.0
"""Where the programs are: ours in a staged install, the stock ones where Debian puts them."""

import fcntl
import functools
import json
import os
import pathlib
import subprocess

OURS = "ours"
STOCK = "stock"

SOURCE_ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_root():
    """The build directory: UPS_BUILD_ROOT (set by `meson test`), else `build` in the source tree."""
    return pathlib.Path(os.environ.get("UPS_BUILD_ROOT") or SOURCE_ROOT / "build")


def long_tests():
    """Whether the long variants of tests run: the build option `long_tests`, or UPS_LONG_TESTS=1 by hand."""
    return os.environ.get("UPS_LONG_TESTS") == "1"


@functools.cache
def is_sanitized():
    """Whether the build looks for bugs of memory or threads while it runs."""
    options = json.loads((build_root() / "meson-info/intro-buildoptions.json").read_text())
    return any(option["name"] == "b_sanitize" and option["value"] != "none" for option in options)


@functools.cache  # looked at once: ninja replaces its log now and then, whoever calls it
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


# Where Debian puts the stock programs. Its /usr/sbin/upsd and /sbin/upsmon are wrappers that look at
# nut.conf; the programs themselves are with the drivers.
STOCK_FOLDERS = [pathlib.Path(name) for name in ("/lib/nut", "/usr/bin", "/sbin")]


class Programs:
    """The paths of one set of programs. To see whether a failing test or a program is wrong, name
    programs in UPS_TEST_STOCK ("upsd,upsc", or "all"): the stock ones then take the place of ours."""

    def __init__(self, make):
        """`make`: OURS or STOCK."""
        replaced = os.environ.get("UPS_TEST_STOCK", "").split(",")
        self._replaced = () if make == STOCK else replaced
        if make == STOCK or "all" in replaced:
            self._folders = STOCK_FOLDERS
            self.driver_folder = STOCK_FOLDERS[0]
        else:
            prefix = stage() / os.environ.get("UPS_PREFIX", "usr/local")
            self.driver_folder = prefix / "lib/ridethrough"
            self._folders = [prefix / "sbin", prefix / "bin", self.driver_folder]

    def path(self, name):
        folders = STOCK_FOLDERS if name in self._replaced else self._folders
        for folder in folders:
            if (found := folder / name).exists():
                return found
        raise FileNotFoundError(f"no program {name} in {', '.join(map(str, folders))}")

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
