# SPDX-License-Identifier: Apache-2.0
"""What the monitor says that it would do is what it does."""

import json
import re

import pytest

from support import Monitor, Ups, User
from support.site import USERS

LOW = {"ups.status": "OL", "battery.charge": "100", "battery.runtime": "600", "battery.charge.low": "20"}


@pytest.fixture
def outage(site):
    site.write_ups_conf([Ups("alpha")])
    site.write_users(USERS + [User("ruler", "pass3", instcmds="ALL", upsmon="primary")])
    driver = site.fake_driver("alpha", LOW, ("beeper.mute",))
    site.start_upsd()
    site.wait_var("alpha", "battery.charge.low", "20")
    return driver


def rehearsed(monitor):
    """The steps of a drill, as `done` names them."""
    drill = monitor.run("--drill", "--json")
    assert drill.returncode == 0, drill.stderr
    steps = []
    for event in json.loads(drill.stdout)["events"]:
        text = event["text"]
        if rule := re.match(r"rule (\S+) fires", text):
            steps.append(f"{rule[1]} fired")
        elif rule := re.match(r"rule (\S+): (.*)", text):
            steps.append(f"{rule[1]} acts: {rule[2]}")
        elif told := re.match(r"([A-Z_]+): ", text):
            steps.append(told[1])
        elif text.startswith("SHUTDOWNCMD"):
            steps.append("SHUTDOWNCMD")
    return steps, "FSD is set" in drill.stdout


def done(monitor):
    steps = []
    for line in monitor.process.log().splitlines():
        if rule := re.search(r"info rule: rule=(\S+) (fired|acts: .*?)(?: held=\d+s)?: WHEN ", line):
            steps.append(f"{rule[1]} {rule[2]}")
        elif told := re.search(r"info notify type=([A-Z_]+)", line):
            steps.append(told[1])
        elif "SHUTDOWNCMD is run now" in line:
            steps.append("SHUTDOWNCMD")
    return steps


@pytest.mark.parametrize("rules, charge", [
    ("", None),
    ("RULE out WHEN alpha charge < 60 DO SHUTDOWN\n", "59"),
    ("RULE out WHEN alpha charge < 60 DO FSD\n", "59"),
    ("RULE quiet WHEN alpha IS OB DO SEND beeper.mute\nRULE out WHEN alpha charge < 30 DO SHUTDOWN\n", "29"),
], ids=["low battery", "rule for this host", "rule for all", "two rules"])
def test_a_drill_is_what_happens(site, outage, rules, charge):
    """`charge`: with which the rule fires, and after which the battery lasts."""
    monitor = Monitor(site, "first", [f"{site.at('alpha')} 1 ruler pass3 primary"], rules)
    expected, has_fsd = rehearsed(monitor)
    assert expected[-1] == "SHUTDOWNCMD" and "SHUTDOWN" in expected
    monitor.start()
    outage.set("ups.status", "OB DISCHRG")
    monitor.says("type=ONBATT")
    if "quiet" in rules:
        monitor.says("rule=quiet done")  # what is on its way at the end would fail
    outage.set("battery.charge", charge or "20")
    if not charge:
        outage.set("ups.status", "OB DISCHRG LB")
    monitor.wait_shutdown()
    assert monitor.process.wait_end() == 0
    assert done(monitor) == expected, monitor.process.log()
    with site.client() as client:
        assert ("FSD" in client.var("alpha", "ups.status").split()) == has_fsd


def test_mains_that_come_back_and_who_is_woken(site, outage):
    monitor = Monitor(site, "first", [f"{site.at('alpha')} 1 ruler pass3 primary"],
                      "RECOVERY CHARGE 40\nWAKE switch OUTLET 1 alpha\nWAKE more COMMAND /bin/true\n")
    explained = monitor.run("--explain")
    assert explained.returncode == 0, explained.stderr
    when, _, woken = explained.stdout.partition("\nWhen the mains are back, hosts are woken ")
    assert "SHUTDOWNCMD is run" in when
    assert woken.startswith("after 1 min on mains, with a charge of 40 % or more:\n")
    assert woken.index(f"switch on outlet 1 of {site.at('alpha')}") < woken.index('run "/bin/true"')

    short = json.loads(monitor.run("--drill", "--json", "--for", "60").stdout)
    assert short["outcome"] == "up"
    assert [event["at"] for event in short["events"] if event["text"] == "the mains are back"] == [60]
    assert short["recovery"]["events"] == []
    assert json.loads(monitor.run("--explain", "--json").stdout)["recovery"]["events"]


def test_hosts_that_nobody_would_wake_are_told(site, outage):
    monitor = Monitor(site, "first", [f"{site.at('alpha')} 1 ruler pass3 primary"])
    text = (monitor.folder / "upsmon.conf").read_text().replace(f"POWERDOWNFLAG {monitor.flag}\n", "")
    (monitor.folder / "upsmon.conf").write_text(text + "WAKE more COMMAND /bin/true\n")
    checked = monitor.run("-t")
    assert checked.returncode == 1 and "without POWERDOWNFLAG nobody is woken" in checked.stderr
    explained = monitor.run("--explain")
    assert explained.returncode == 0 and "without POWERDOWNFLAG nobody is woken" in explained.stderr
    assert "hosts are woken" not in explained.stdout
