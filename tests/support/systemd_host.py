# SPDX-License-Identifier: Apache-2.0
"""A host with a real systemd: a container with this machine's /usr, an empty /etc and our installation."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from .programs import stage
from .wait import STRETCH, wait_for

# The folder of configuration that our units look into, made when the accounts are there and before any
# of our services starts.
_PLACE = """
[Unit]
DefaultDependencies=no
After=systemd-sysusers.service systemd-tmpfiles-setup.service
Before=ridethrough-late-logout.service ridethrough-driver.service ridethrough-server.service
Before=ridethrough-monitor.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=sh -c 'cp -r /conf /etc/nut && chown -R root:nut /etc/nut && chmod -R u=rwX,g=rX,o= /etc/nut'
"""
REBOOT = 133

# $1: a folder for its root. Its /usr is this machine's with our installation over it, as one mount, since
# systemd takes all others away before the last step of a shutdown.
_BOOT = """
set -e
root=$1 layers=$2
shift 2
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mount -t overlay overlay -o "lowerdir=$layers:/usr" "$root/usr"
exec systemd-nspawn --directory="$root" --volatile=yes --register=no --keep-unit --quiet "$@"
"""


def _boot_command(root, layers, *arguments):
    (root / "usr").mkdir(parents=True, exist_ok=True)
    return ["unshare", "-m", "sh", "-c", _BOOT, "sh", root, ":".join(map(str, layers)), *arguments]


def _can_boot():
    if os.getuid() != 0 or not shutil.which("systemd-nspawn"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        root, layer = pathlib.Path(folder, "root"), pathlib.Path(folder, "layer")
        layer.mkdir()
        probe = subprocess.run(_boot_command(root, [layer], "--console=pipe", "--", "true"),
                               stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return probe.returncode == 0


def why_not():
    """Why no such host can be had here; None if one can."""
    return None if _can_boot() else "needs root, systemd-nspawn (package systemd-container), namespaces, overlays"


class SystemdHost:
    """Shares the network of the test. `conf` becomes /etc/nut, `out` is /out inside; `log()` is what came to
    the console. A unit of ours is started when `start()` names it."""

    def __init__(self, folder):
        self._folder = folder
        self.conf = folder / "conf"
        self.out = folder / "out"
        self._units = folder / "units"
        for made in (self.conf, self.out, self._units):
            made.mkdir(parents=True)
        self._console = folder / "console"
        self._process = None
        self.unit("place-configuration.service", _PLACE)

    def unit(self, name, text):
        (self._units / name).write_text(text)

    def start(self, *units):
        """Boots, with these units wanted."""
        wanted = " ".join(("place-configuration.service", *units))
        self.unit("story.target", f"[Unit]\nRequires=basic.target\nAfter=basic.target\nWants={wanted}\n")
        hooks = self._folder / "layer/lib/systemd/system-shutdown"
        hooks.mkdir(parents=True)
        (hooks / "ridethrough").symlink_to("/usr/local/lib/systemd/system-shutdown/ridethrough")
        command = _boot_command(self._folder / "root", [stage() / "usr", self._folder / "layer"], "--boot",
                                "--console=read-only", f"--machine=ups-test-{os.getpid()}", f"--bind={self.out}:/out",
                                f"--bind-ro={self.conf}:/conf", f"--bind-ro={self._units}:/run/systemd/system",
                                "systemd.unit=story.target", "systemd.firstboot=off", "systemd.show_status=false")
        with open(self._console, "wb") as console:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        wait_for(lambda: self.run("systemctl", "is-active", "story.target").strip() == "active", 60, self.log)

    def _leader(self):
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return children.split()[0] if children.strip() else None

    def run(self, *argv):
        """Runs a command inside; its output."""
        leader = self._leader()
        assert leader, self.log()
        return subprocess.run(["nsenter", "-t", leader, "-m", "-p", "-i", "-u", "-C", *argv], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=30 * STRETCH, check=False).stdout

    def journal(self):
        return self.run("journalctl", "--no-pager", "-o", "short-monotonic")

    def log(self):
        return self._console.read_text(errors="replace")

    def wait_off(self, within=60):
        """Waits until the host is off; REBOOT if it wants to start again."""
        return self._process.wait(within * STRETCH)

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()  # a container is told to power off
            try:
                self._process.wait(20 * STRETCH)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
