# SPDX-License-Identifier: Apache-2.0
"""Our driver host serves the stock server; the stock upsdrvctl starts our drivers."""

import pytest

from support import OURS, STOCK, Programs, Ups, need_stock, wait_for

DUMP = {"ups.status": "OL", "ups.mfr": "Acme", "ups.model": "Smart 1500", "battery.charge": "97",
        "ups.id": "t1", "input.voltage": "230.1"}


@pytest.fixture
def dump(site):
    need_stock("upsd", "upsdrvctl", "upsc")
    return site.write_dev("alpha.dev", DUMP)


def test_every_value_of_our_driver_reaches_the_stock_server(site, dump):
    site.write_ups_conf([Ups("alpha", port=dump, desc="x")])
    site.start_driver("alpha", OURS)
    site.start_upsd(STOCK)
    site.wait_var("alpha", "input.voltage", "230.1")
    shown = site.client().variables("alpha")
    assert {name: shown.get(name) for name in DUMP} == DUMP
    for name in ("driver.name", "driver.version", "driver.version.internal",
                 "driver.parameter.pollinterval", "driver.parameter.port", "device.type"):
        assert name in shown
    assert shown["driver.name"] == "dummy-ups"
    assert shown["driver.parameter.port"] == dump


def test_changes_and_settings_go_both_ways(site, dump):
    site.write_ups_conf([Ups("alpha", port=dump)])
    site.start_driver("alpha", OURS)
    site.start_upsd(STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    client = site.client().log_in("admin", "adminpass")
    client.expect('SET VAR alpha ups.id "two \\"words\\""', "OK")
    site.wait_var("alpha", "ups.id", 'two "words"')
    client.expect("SET TRACKING ON", "OK")
    reply = client.ask('SET VAR alpha ups.id "again"')
    wait_for(lambda: client.ask("GET TRACKING " + reply[12:]) == "SUCCESS")
    site.write_dev("alpha.dev", dict(DUMP, **{"ups.status": "OB LB"}))
    site.wait_var("alpha", "ups.status", "OB LB")


def test_the_stock_server_sees_our_driver_go_and_come_back(site, dump):
    site.write_ups_conf([Ups("alpha", port=dump)])
    driver = site.start_driver("alpha", OURS)
    site.start_upsd(STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    assert driver.stop() == 0
    assert not site.socket_path("alpha").exists(), "a driver that ends takes its socket away"
    site.wait_reply("GET VAR alpha ups.status", "ERR DRIVER-NOT-CONNECTED")
    site.start_driver("alpha", OURS)
    site.wait_var("alpha", "ups.status", "OL")


def test_the_simulated_ups_serves_the_stock_server(site, dump):
    site.write_ups_conf([Ups("virtual", driver="sim-ups")])
    site.start_driver("virtual", OURS, program="sim-ups")
    site.start_upsd(STOCK)
    site.wait_reply("GET UPSDESC virtual", 'UPSDESC virtual "Unavailable"')
    client = site.client()
    wait_for(lambda: "OL" in client.var("virtual", "ups.status").split())
    assert float(client.var("virtual", "battery.charge")) > 0
    assert "CMD virtual load.off" in client.ask_list("LIST CMD virtual")


def test_the_stock_upsdrvctl_starts_and_stops_our_driver(site, dump):
    site.write_ups_conf([Ups("alpha", port=dump)],
                        head=f"driverpath = {Programs(OURS).driver_folder}")
    site.start_upsd(STOCK)
    done = site.run("upsdrvctl", "start", "alpha", make=STOCK)
    assert done.returncode == 0, done.stdout + done.stderr
    site.wait_var("alpha", "ups.mfr", "Acme")
    pid = int((site.state / "dummy-ups-alpha.pid").read_text())
    assert pid in site.running()
    done = site.run("upsdrvctl", "stop", "alpha", make=STOCK)
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(lambda: pid not in site.running(), what="driver ended")
    site.wait_reply("GET VAR alpha ups.mfr", "ERR DRIVER-NOT-CONNECTED")
