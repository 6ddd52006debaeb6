# SPDX-License-Identifier: Apache-2.0
"""Our upslog and Debian's on the same servers: the same records."""

import os
import signal

import pytest

from support import OURS, STOCK, Programs, Ups, need_stock, wait_for

AS_SELF = ["-u", "root"] if os.getuid() == 0 else []
ALL = ("%VAR ups.status%|%VAR battery.charge%|%VAR x.note%|%VAR no.such%|%UPSHOST%|%HOST%|%%|%FOO%|"
       "%TIME @Y@m@d@%|%VAR ups.status x%|%VARx%|%TIME @Q%|\\t")


@pytest.fixture(autouse=True)
def stock_programs():
    need_stock("upsd", "upslog")


@pytest.fixture(name="server", params=[OURS, STOCK])
def server_fixture(request, site):
    site.write_ups_conf([Ups("alpha"), Ups("gone")])
    site.fake_driver("alpha", {"ups.status": "OL CHRG", "battery.charge": "97", "x.note": 'a "b" \\ #c',
                               "input.voltage": "230.1"})
    site.start_upsd(request.param)
    site.wait_var("alpha", "ups.status", "OL CHRG")
    return site


def start(site, make, path, *args):
    return site.spawn(f"{make}-upslog", [Programs(make).path("upslog"), "-F", "-i", "600", "-p", f"upslog-{make}",
                                         *AS_SELF, "-l", path, *args], make=make)


def both(site, *args):
    """One record of each program, and one more after the status has changed and it was asked to."""
    found = []
    logs = {make: site.root / f"{make}.log" for make in (OURS, STOCK)}
    runs = {make: start(site, make, logs[make], *args) for make in (OURS, STOCK)}
    site.fakes[0].set("ups.status", "OL CHRG")

    def records(count):
        texts = [logs[make].read_text().splitlines() if logs[make].exists() else [] for make in (OURS, STOCK)]
        return all(len(text) >= count for text in texts) and texts

    wait_for(lambda: records(1))
    site.fakes[0].set("ups.status", "OB")
    site.wait_var("alpha", "ups.status", "OB")
    for run in runs.values():
        run.signal(signal.SIGUSR1)
    found = wait_for(lambda: records(2))
    for run in runs.values():
        run.stop()
    return [text[:2] for text in found]


@pytest.mark.parametrize("args", [["-f", ALL], ["-f", "abc %VAR ups.status"], ["-f", "abc%"],
                                  ["-f", "%VAR ups.status%%VAR battery.charge%"]])
def test_formats_give_the_same_records(server, args):
    ours, stock = both(server, "-s", server.at("alpha"), *args)
    assert ours == stock


def test_the_default_format_gives_the_same_records(server):
    ours, stock = both(server, "-s", server.at("alpha"))
    assert [line.split(" ", 2)[2] for line in ours] == [line.split(" ", 2)[2] for line in stock]
    assert all(len(line.split()[0]) == 8 and len(line.split()[1]) == 6 for line in ours + stock)


@pytest.mark.parametrize("ups", ["gone", "nope"])
def test_a_ups_without_data_gives_the_same_records(server, ups):
    ours, stock = both(server, "-s", server.at(ups), "-f", "%VAR ups.status% [%VAR battery.charge%]")
    assert ours == stock == ["NA [NA]"] * 2


def test_a_server_that_is_not_there_gives_the_same_records(server):
    ours, stock = both(server, "-s", "alpha@127.0.0.1:1", "-f", "%VAR ups.status%")
    assert ours == stock == ["NA"] * 2
