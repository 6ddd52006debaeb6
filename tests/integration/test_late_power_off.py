# SPDX-License-Identifier: Apache-2.0
"""The hook of systemd-shutdown that powers the UPS off, with programs that only note how they are called."""

import re
import shutil
import subprocess

import pytest

from support.programs import stage

HOOK = stage() / "usr/local/lib/systemd/system-shutdown/ridethrough"
UPS = 'case $* in *-l*) echo rack1 ;; esac\n'


class LateStep:
    """The installed hook in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = folder / "calls"
        self.programs = folder / "programs"
        self.programs.mkdir()
        text = re.sub(r"(?m)^PATH=.*$", f"PATH={self.programs}", HOOK.read_text())
        self.hook = folder / "ridethrough"
        self.hook.write_text(text.replace("#!/bin/sh", f"#!{self.link('sh')}"))
        self.hook.chmod(0o755)
        for tool in ("cat", "grep", "readlink"):
            self.link(tool)
        for name, code in (("upsmon", ""), ("upsdrvctl", UPS), ("sleep", ""), ("systemctl", "")):
            self.stub(name, code)

    def link(self, tool):
        place = self.programs / tool
        place.symlink_to(shutil.which(tool))
        return place

    def stub(self, name, code):
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n{code}')
        path.chmod(0o755)

    def conf(self, text):
        (self.folder / "nut.conf").write_text(text)

    def run(self, verb="poweroff"):
        """What it says; `done` is what it called, without the question for the flag."""
        self.calls.write_text("")
        end = subprocess.run([self.hook, verb], env={"NUT_CONFPATH": str(self.folder)}, timeout=10,
                             capture_output=True, text=True, check=False)
        assert end.returncode == 0, end.stderr
        return end.stdout + end.stderr

    @property
    def done(self):
        return [line for line in self.calls.read_text().splitlines()
                if line not in ("upsmon -K", "upsdrvctl -l")]


@pytest.fixture
def late(tmp_path):
    return LateStep(tmp_path)


@pytest.mark.parametrize("verb", ["poweroff", "halt"])
def test_cuts_the_power_when_the_flag_is_set(late, verb):
    assert "the UPS is told to cut the power" in late.run(verb)
    assert late.done == ["upsdrvctl shutdown"]


@pytest.mark.parametrize("verb", ["reboot", "kexec"])
def test_a_restart_leaves_the_power_on(late, verb):
    assert f'POWERDOWNFLAG is set, but this is "{verb}"' in late.run(verb)
    assert not late.done


def test_without_the_flag_the_power_stays_on(late):
    late.stub("upsmon", "exit 1\n")
    late.conf("POWEROFF_WAIT=15m\n")
    assert "POWERDOWNFLAG is not set" in late.run()
    assert not late.done


def test_starts_again_when_the_power_has_not_gone(late):
    late.conf('MODE=netserver\nPOWEROFF_WAIT="1m 30s"\n')
    assert "the power is still there: starting this host again" in late.run()
    assert late.done == ["upsdrvctl shutdown", "sleep 1m 30s", "systemctl reboot --force --force"]


def test_starts_again_when_the_driver_refuses(late):
    late.conf("POWEROFF_WAIT=15m\n")
    late.stub("upsdrvctl", UPS + 'case $* in *shutdown*) echo "UPS [rack1]: no" >&2; exit 1 ;; esac\n')
    said = late.run()
    assert "UPS [rack1]: no" in said and "not every UPS takes the command" in said
    assert late.done[-1] == "systemctl reboot --force --force"


def test_a_wait_that_is_no_time_is_not_taken_for_one_that_is_over(late):
    late.conf("POWEROFF_WAIT=soon\n")
    late.stub("sleep", "exit 1\n")
    assert "POWEROFF_WAIT=soon is no time" in late.run()
    assert late.done == ["upsdrvctl shutdown", "sleep soon"]


def test_a_host_without_a_ups_of_its_own_waits_for_the_other(late):
    late.stub("upsdrvctl", "exit 1\n")
    late.conf("POWEROFF_WAIT=5m\n")
    assert "the host that has one attached switches the power off" in late.run()
    assert late.done == ["sleep 5m", "systemctl reboot --force --force"]


def test_quiet_says_only_what_fails(late):
    late.conf("POWEROFF_QUIET=true\nPOWEROFF_OPTIONS=--stayoff\n")
    assert late.run() == ""
    assert late.done == ["upsdrvctl --stayoff shutdown"]
    (late.programs / "upsdrvctl").unlink()
    assert "no upsmon or upsdrvctl" in late.run()


def test_a_broken_nut_conf_does_not_keep_the_power_on(late):
    late.conf("POWEROFF_WAIT=(\n")
    assert "nut.conf is no shell script" in late.run()
    assert late.done == ["upsdrvctl shutdown"]


def test_settings_reach_the_programs(late):
    late.conf("NUT_STATEPATH=/somewhere\n")
    late.stub("upsdrvctl", UPS + f'echo "$NUT_STATEPATH $NUT_QUIET_INIT_BANNER" >> {late.calls}\n')
    late.run()
    assert late.done[-1] == "/somewhere true"


def test_the_deadline_of_the_service_manager_is_held_up(late):
    # The parent as systemd names it; its alarm would end the hook.
    executor = late.folder / "(sd-executor)"
    executor.symlink_to(shutil.which("sh"))
    state = late.folder / "state"
    late.stub("upsdrvctl", UPS + 'case $* in *shutdown*) '
              f'grep State /proc/$EXECUTOR/status > {state} ;; esac\n')
    done = subprocess.run([executor, "-c", f'EXECUTOR=$$ "{late.hook}" poweroff; :'],
                          env={"NUT_CONFPATH": str(late.folder)}, timeout=10, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "T (stopped)" in state.read_text()


def test_shellcheck_finds_nothing():
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck absent (apt-get install shellcheck)")
    done = subprocess.run(["shellcheck", "-s", "sh", HOOK], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout
