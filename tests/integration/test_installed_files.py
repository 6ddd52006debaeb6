# SPDX-License-Identifier: Apache-2.0
"""What is installed beside the programs: systemd units, completion, samples, account and folders."""

import os
import re
import shutil
import subprocess

import pytest

from support.programs import stage

UNITS = ["ridethrough-driver.service", "ridethrough-server.service", "ridethrough-shim@.service"]
# The monitor's parent stays root, and what it is to run may be anything.
MONITOR = "ridethrough-monitor.service"
LATE = "ridethrough-late-logout.service"
COMMANDS = ["upsc", "upscmd", "upsrw", "upsd", "upsdrv", "upsdrvctl", "upslog", "upsmon",
            "upspasswd", "upssched", "upsshim"]


@pytest.fixture(name="units")
def units_fixture(tmp_path):
    """The units with programs at the place they are staged at."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze absent (apt-get install systemd)")
    prefix = stage() / "usr/local"
    for unit in [*UNITS, MONITOR, LATE, "ridethrough.target"]:
        text = (prefix / "lib/systemd/system" / unit).read_text()
        (tmp_path / unit).write_text(re.sub(r"(?m)^(ExecStart=)/usr/local", rf"\1{prefix}", text))
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_units_are_hardened(units, unit):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager",
                           units / unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


@pytest.mark.parametrize("unit", [*UNITS, MONITOR, LATE])
def test_units_are_understood(units, unit):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", units / unit],
                          capture_output=True, text=True, check=False)
    assert str(unit) not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_units_answer_to_the_names_of_the_incumbent(units):
    assert "Alias=nut-driver.service" in (units / UNITS[0]).read_text()
    assert "Alias=nut-server.service" in (units / UNITS[1]).read_text()
    assert "Alias=nut-monitor.service" in (units / MONITOR).read_text()


def complete(site, *words):
    """What bash offers for the last word."""
    script = stage() / "usr/local/share/bash-completion/completions" / words[0]
    code = (f'source "{script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            '_ridethrough "$1"; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", code, "bash", *words], env=site.env(), capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


def test_completion_offers_commands_names_and_options(site):
    site.write("ups.conf", "[alpha]\ndriver = x\nport = y\n  [beta]\n")
    site.write("upsd.users", "[admin]\npassword = x\n")
    assert complete(site, "upsdrvctl", "st") == ["start", "stop", "status"]
    assert complete(site, "upsdrvctl", "start", "") == ["alpha", "beta"]
    assert complete(site, "upsdrvctl", "-c", "reload-or-e") == ["reload-or-error", "reload-or-exit"]
    assert complete(site, "upsd", "-c", "") == ["reload", "stop"]
    assert complete(site, "upsdrv", "-a", "b") == ["beta"]
    assert complete(site, "upspasswd", "a") == ["admin"]
    assert complete(site, "upsc", "al") == ["alpha"]
    assert complete(site, "upslog", "-s", "be") == ["beta"]
    for command in COMMANDS:
        assert complete(site, command, "-")


def test_samples_and_account_are_installed():
    prefix = stage() / "usr/local"
    for name in ("ups.conf", "upsd.conf", "upsd.users", "nut.conf"):
        assert (prefix / f"share/ridethrough/samples/{name}.sample").is_file()
    assert "nut" in (prefix / "lib/sysusers.d/ridethrough.conf").read_text()
    assert "/run/nut" in (prefix / "lib/tmpfiles.d/ridethrough.conf").read_text()


def test_the_late_step_of_a_shutdown_is_installed_and_can_be_run():
    hook = stage() / "usr/local/lib/systemd/system-shutdown/ridethrough"
    assert os.access(hook, os.X_OK)
    text = hook.read_text()
    assert "PATH=/usr/local/sbin:/usr/local/bin:" in text
    assert not re.search(r"@\w+@", text)
