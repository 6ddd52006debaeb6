# SPDX-License-Identifier: Apache-2.0
"""The support library itself, shown on programs that are known to work: the stock ones."""

import pytest

from support import STOCK, Ups, need_stock


@pytest.fixture(autouse=True)
def stock_programs():
    need_stock("upsd", "dummy-ups", "upsc")


def test_a_site_runs_a_stock_server_driver_and_client(site):
    site.write_ups_conf([Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL",
                                                                        "ups.mfr": "Acme"}),
                             desc='Alpha "quoted" unit')])
    site.start_driver("alpha", STOCK)
    site.start_upsd(STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    done = site.run("upsc", site.at("alpha"), "ups.mfr", make=STOCK)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Acme\n", "")
    assert site.client().ask_list("LIST UPS") == ['UPS alpha "Alpha \\"quoted\\" unit"']


def test_a_fake_driver_serves_a_stock_server(site):
    site.write_ups_conf([Ups("fake")])
    driver = site.fake_driver("fake", {"ups.status": "OL", "ups.id": 'a "b" \\ #c'}, ["load.off"])
    driver.describe("ups.id", 'a "b" \\ #c', "SETFLAGS ups.id RW STRING", "SETAUX ups.id 16")
    site.start_upsd(STOCK)
    site.wait_var("fake", "ups.status", "OL")
    client = site.client().log_in("admin", "adminpass")
    assert client.var("fake", "ups.id") == 'a "b" \\ #c'
    client.expect('SET VAR fake ups.id "two words"', "OK")
    driver.wait_line('SET ups.id "two words"')
    site.wait_var("fake", "ups.id", "two words")
    driver.set("ups.status", "OB")
    site.wait_var("fake", "ups.status", "OB")
