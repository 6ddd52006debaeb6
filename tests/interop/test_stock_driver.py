# SPDX-License-Identifier: Apache-2.0
"""Stock drivers serve our server; our upsdrvctl starts a stock driver that we have no plugin for."""

import pytest

from support import STOCK, Ups, need_stock, quote, wait_for

DUMP = {"ups.status": "OL", "ups.mfr": "Acme", "ups.model": "Smart 1500", "battery.charge": "97",
        "ups.id": "t1", "input.voltage": "230.1"}


@pytest.fixture
def served(site):
    need_stock("dummy-ups", "upsdrvctl", "clone")
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", DUMP))])
    driver = site.start_driver("alpha", STOCK)
    site.start_upsd()
    site.wait_var("alpha", "input.voltage", "230.1")
    return driver


def test_every_value_of_a_stock_driver_is_served(site, served):
    shown = site.client().variables("alpha")
    assert {name: shown.get(name) for name in DUMP} == DUMP
    assert shown["driver.name"] == "dummy-ups"
    assert shown["driver.parameter.port"] == "alpha.dev"
    assert shown["device.type"] == "ups"
    assert "RW alpha ups.id \"t1\"" in site.client().ask_list("LIST RW alpha")


def test_a_change_in_the_dump_is_followed(site, served):
    site.write_dev("alpha.dev", dict(DUMP, **{"ups.status": "OB", "input.voltage": "0"}))
    site.wait_var("alpha", "ups.status", "OB")
    site.wait_var("alpha", "input.voltage", "0")


def test_set_goes_through_a_stock_driver_and_comes_back(site, served):
    client = site.client().log_in("admin", "adminpass")
    client.expect('SET VAR alpha ups.id "two words"', "OK")
    site.wait_var("alpha", "ups.id", "two words")
    client.expect("SET TRACKING ON", "OK")
    reply = client.ask('SET VAR alpha ups.id "again"')
    assert reply.startswith("OK TRACKING ")
    site.wait_reply("GET VAR alpha ups.id", 'VAR alpha ups.id "again"')
    wait_for(lambda: client.ask("GET TRACKING " + reply[12:]) == "SUCCESS")


def test_unescaped_live_values_of_stock_drivers_are_repaired(site, served):
    """Stock drivers escape in dumps but not in live changes."""
    client = site.client().log_in("admin", "adminpass")
    for value in ('a"b', 'a "b" c', "50% #1", 'ends"', "plain"):
        client.expect(f"SET VAR alpha ups.id {quote(value)}", "OK")
        site.wait_var("alpha", "ups.id", value)


def test_a_restarted_stock_driver_is_found_again(site, served):
    served.stop()
    site.wait_reply("GET VAR alpha ups.status", "ERR DRIVER-NOT-CONNECTED")
    site.start_driver("alpha", STOCK)
    site.wait_var("alpha", "ups.status", "OL")


def test_our_upsdrvctl_starts_and_stops_a_stock_driver(site):
    need_stock("clone")
    site.write_ups_conf([Ups("alpha"), Ups("copy", driver="clone", port="dummy-ups-alpha")],
                        head=f"driverpath = {site.stock_drivers()}")
    site.fake_driver("alpha", dict(DUMP))
    site.start_upsd()
    done = site.run("upsdrvctl", "start", "copy")
    assert done.returncode == 0, done.stdout + done.stderr
    site.wait_var("copy", "ups.model", "Smart 1500")
    assert site.client().var("copy", "driver.name") == "clone"
    assert (site.state / "clone-copy.pid").exists()
    done = site.run("upsdrvctl", "stop", "copy")
    assert done.returncode == 0, done.stdout + done.stderr
    site.wait_reply("GET VAR copy ups.model", "ERR DRIVER-NOT-CONNECTED")
    server = next(p.pid for p in site.processes if p.name == "upsd")
    wait_for(lambda: site.running() == [server], what="driver ended")
