# SPDX-License-Identifier: Apache-2.0
"""The files that Debian's packages come with are taken as they are: read from where they were installed."""

import hashlib
import os
import pathlib
import re
import subprocess

import pytest

from support import Monitor, Ups, need_stock


def packaged(name):
    """The text of a file as the package has it; skips if somebody has changed it since."""
    need_stock("upsmon")
    listed = subprocess.run(["dpkg-query", "-W", "-f=${Conffiles}", "nut-client"], capture_output=True, text=True,
                            check=False).stdout
    sums = dict(line.split()[:2] for line in listed.splitlines() if len(line.split()) >= 2)
    path = pathlib.Path("/etc/nut") / name
    if not os.access(path, os.R_OK):
        pytest.skip(f"{path} cannot be read by this user, or is not there")
    if hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() != sums.get(str(path)):
        pytest.skip(f"{path} is not that of the package any more")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def host(site):
    site.write_ups_conf([Ups("myups")])
    site.fake_driver("myups", {"ups.status": "OL"})
    site.start_upsd()
    site.wait_var("myups", "ups.status", "OL")
    return Monitor(site, "host", [])


def examples(text, monitor):
    """The examples of the file in force: behind "# " directives with values, tabs and comments as they stand."""
    shown = re.compile(r"^# ((?:NOTIFYMSG|NOTIFYFLAG) [A-Z]+\t|NOTIFYCMD /|CERTVERIFY 1|MONITOR myups@localhost)", re.M)
    assert len(shown.findall(text)) == 23
    text = shown.sub(r"\1", text)
    return text.replace("myups@localhost 1 upsmon pass", monitor)


@pytest.mark.parametrize("rank", ["primary", "master"])
def test_the_file_of_the_monitor_is_in_order(site, host, rank):
    monitor = f"{site.at('myups')} 1 mon1 pass1"
    text = packaged("upsmon.conf")
    plain = f"{text}\nMONITOR {monitor} {rank}\n"
    shown = examples(text, monitor).replace(f"{monitor} primary", f"{monitor} {rank}")
    for variant in (plain, shown):
        (host.folder / "upsmon.conf").write_text(variant, encoding="utf-8")
        checked = host.run("-t")
        # A note: no NOTIFYFLAG of the examples uses their NOTIFYCMD.
        problems = [line for line in checked.stderr.splitlines() if ": note: NOTIFYCMD is never used" not in line]
        assert (checked.returncode, problems) == (0, []), checked.stdout
        assert "1 of 1 would count now" in checked.stdout


def test_the_file_of_the_timers_is_in_order(site):
    text = packaged("upssched.conf")
    # Its commands are examples without which nothing is to be done.
    text = re.sub(r"^# ((?:PIPEFN|LOCKFN) /run)", r"\1", text, flags=re.M)
    text += "AT ONBATT * START-TIMER onbattwarn 30\nAT ONLINE * CANCEL-TIMER onbattwarn\n"
    site.write("upssched.conf", text)
    checked = site.run("upssched", "-t")
    assert checked.returncode == 0 and "warning" not in checked.stderr, checked.stdout + checked.stderr
