# SPDX-License-Identifier: Apache-2.0
"""The stock monitor against our server: a whole power failure, as primary and as secondary."""

import pytest

from support import Ups, need_stock, wait_for

NOTIFY = "".join(f"NOTIFYFLAG {kind} SYSLOG\n" for kind in (
    "ONLINE", "ONBATT", "LOWBATT", "FSD", "COMMOK", "COMMBAD", "SHUTDOWN", "REPLBATT", "NOCOMM",
    "NOPARENT"))


def monitor_conf(site, name, user, password, role):
    folder = site.root / name
    return (f"MONITOR {site.at('alpha')} 1 {user} {password} {role}\n"
            f"SHUTDOWNCMD \"date +%s.%N > {folder}/shutdown\"\n"
            f"POWERDOWNFLAG {folder}/killpower\n"
            "MINSUPPLIES 1\nPOLLFREQ 1\nPOLLFREQALERT 1\nHOSTSYNC 10\nDEADTIME 5\nFINALDELAY 0\n"
            + NOTIFY)


@pytest.fixture
def monitored(site):
    """Our server with one UPS, watched by a primary and a secondary."""
    need_stock("upsmon")
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL"})
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    primary = site.start_upsmon("primary", monitor_conf(site, "primary", "mon1", "pass1", "primary"))
    secondary = site.start_upsmon("secondary",
                                  monitor_conf(site, "secondary", "mon2", "pass2", "secondary"))
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")
    return driver, primary, secondary


def test_a_power_failure_shuts_secondary_and_primary_down_in_order(site, monitored):
    driver, primary, secondary = monitored
    assert site.client().ask_list("LIST CLIENT alpha") == ["CLIENT alpha 127.0.0.1"] * 2

    driver.set("ups.status", "OB DISCHRG")
    for monitor in (primary, secondary):
        monitor.wait_log("on battery")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")

    driver.set("ups.status", "OB DISCHRG LB")
    primary.wait_log("battery is low")
    site.wait_var("alpha", "ups.status", "FSD OB DISCHRG LB")

    stamps = {}
    for name in ("secondary", "primary"):
        file = site.root / name / "shutdown"
        stamps[name] = float(wait_for(lambda f=file: f.exists() and f.read_text(), 20, str(file)))
    assert stamps["secondary"] < stamps["primary"], "the primary waits for its secondaries"
    for name in ("secondary", "primary"):
        assert (site.root / name / "killpower").read_text() == "upsmon-shutdown-file"
    for monitor in (primary, secondary):
        monitor.wait_end()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")


def test_a_short_outage_shuts_nobody_down(site, monitored):
    driver, primary, secondary = monitored
    driver.set("ups.status", "OB")
    for monitor in (primary, secondary):
        monitor.wait_log("on battery")
    driver.set("ups.status", "OL CHRG")
    for monitor in (primary, secondary):
        monitor.wait_log("on line power")
    assert not (site.root / "primary/shutdown").exists()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")


def test_monitors_come_back_after_the_server_was_restarted(site, monitored):
    _, primary, secondary = monitored
    server = next(p for p in site.processes if p.name == "upsd")
    assert server.stop() == 0
    for monitor in (primary, secondary):
        monitor.wait_log("lost")
    site.start_upsd()
    for monitor in (primary, secondary):
        monitor.wait_log("established")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")


def test_a_driver_that_is_gone_is_lost_communication_and_no_shutdown(site, monitored):
    driver, primary, _ = monitored
    driver.stop()
    primary.wait_log("lost")
    site.fake_driver("alpha", {"ups.status": "OL"})
    primary.wait_log("established")
    assert not (site.root / "primary/shutdown").exists()
    assert "FSD" not in site.client().var("alpha", "ups.status")
