# SPDX-License-Identifier: Apache-2.0
"""The stock upsc, upscmd and upsrw against our server: what they print, compared with what the same
call prints against the stock server, and our own tools against both."""

import re

import pytest

from support import OURS, STOCK, Ups, need_stock, wait_for

CALLS = [
    ("upsc", "-l", "{host}"),
    ("upsc", "-L", "{host}"),
    ("upsc", "-c", "{alpha}"),
    ("upsc", "{alpha}"),
    ("upsc", "{alpha}", "ups.status"),
    ("upsc", "{alpha}", "ups.model"),
    ("upsc", "{alpha}", "no.such"),
    ("upsc", "{alpha}", "status"),
    ("upsc", "{nope}"),
    ("upsc", "{nope}", "ups.status"),
    ("upsc", "{gone}"),
    ("upsc", "{gone}", "ups.status"),
    ("upsc", "-c", "{nope}"),
    ("upscmd", "-l", "{alpha}"),
    ("upscmd", "-l", "{gone}"),
    ("upscmd", "-l", "{nope}"),
    ("upscmd", "-u", "admin", "-p", "adminpass", "{alpha}", "load.off"),
    ("upscmd", "-u", "admin", "-p", "adminpass", "{alpha}", "load.off", "30"),
    ("upscmd", "-u", "admin", "-p", "wrong", "{alpha}", "load.off"),
    ("upscmd", "-u", "admin", "-p", "adminpass", "{alpha}", "no.such"),
    ("upscmd", "-u", "admin", "-p", "adminpass", "{alpha}", "old"),
    ("upscmd", "-u", "admin", "-p", "adminpass", "{gone}", "load.off"),
    ("upscmd", "-w", "-t", "5", "-u", "admin", "-p", "adminpass", "{alpha}", "load.off"),
    ("upscmd", "-w", "-t", "5", "-u", "admin", "-p", "adminpass", "{alpha}", "test.refused"),
    ("upsrw", "{alpha}"),
    ("upsrw", "-l", "{alpha}"),
    ("upsrw", "{gone}"),
    ("upsrw", "{nope}"),
    ("upsrw", "-s", "ups.id=abc", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "ups.id=two words", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "ups.id=12345678901234567", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "ups.model=x", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "no.such=x", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "old=x", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-s", "ups.id=abc", "-u", "mon1", "-p", "pass1", "{alpha}"),
    ("upsrw", "-s", "input.transfer.low=191", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsrw", "-w", "-t", "5", "-s", "ups.id=abc", "-u", "admin", "-p", "adminpass", "{alpha}"),
    ("upsc", "{dead}"),
    ("upsc", "-l", "127.0.0.1:1"),
]


@pytest.fixture
def servers(pair):
    need_stock("upsc", "upscmd", "upsrw")
    pair.configure([Ups("alpha", desc='Alpha "quoted" unit'), Ups("gone")])
    alpha = pair.ours.fake_driver("alpha", {"ups.status": "OL CHRG", "battery.charge": "97"},
                                  ["load.off", "test.refused"])
    alpha.on_line = lambda line: (
        f"TRACKING {line.split()[-1]} 3\n" if "test.refused TRACKING" in line else None)
    alpha.describe("ups.model", 'Model "A" \\ #1')
    alpha.describe("ups.id", "t1", "SETAUX ups.id 16", "SETFLAGS ups.id RW STRING")
    alpha.describe("ups.delay.start", "15", "ADDRANGE ups.delay.start 10 20",
                   "SETFLAGS ups.delay.start RW NUMBER")
    alpha.describe("input.transfer.low", "190", 'ADDENUM input.transfer.low "190"',
                   'ADDENUM input.transfer.low "185"', "SETFLAGS input.transfer.low RW")
    pair.start()
    for site in pair.both():
        site.wait_var("alpha", "ups.status", "OL CHRG")
        client = site.client()
        wait_for(lambda c=client: c.ask_list("LIST CMD alpha") == ["CMD alpha load.off",
                                                                  "CMD alpha test.refused"])
        client.close()
    pair.driver = alpha
    return pair


def outcome(site, make, call):
    words = [word.format(host=f"127.0.0.1:{site.port}", alpha=site.at("alpha"), gone=site.at("gone"),
                         nope=site.at("nope"), dead="x@127.0.0.1:1") for word in call]
    done = site.run(*words, make=make)
    return {"rc": done.returncode, "out": done.stdout, "err": done.stderr}


def differences(calls, first, second):
    wrong = []
    for call in calls:
        one, two = first(call), second(call)
        if one != two:
            wrong.append(f"{' '.join(call)}\n  {one}\n  {two}")
    return wrong


def without_descriptions(found):
    """What variables and commands mean, the server says in words of its own."""
    out = re.sub(r"(?m)^(\[\S+\]\n).+$", r"\1<text>", found["out"])
    return dict(found, out=re.sub(r"(?m)^(\S+\.\S+ - ).+$", r"\1<text>", out))


def test_stock_tools_print_the_same_against_our_server(servers):
    wrong = differences(CALLS, lambda call: without_descriptions(outcome(servers.stock, STOCK, call)),
                        lambda call: without_descriptions(outcome(servers.ours, STOCK, call)))
    assert not wrong, "stock server / our server:\n" + "\n".join(wrong)


def test_our_tools_print_what_the_stock_ones_do(servers):
    wrong = differences(CALLS, lambda call: outcome(servers.ours, STOCK, call),
                        lambda call: outcome(servers.ours, OURS, call))
    assert not wrong, "stock tool / our tool:\n" + "\n".join(wrong)


def test_our_tools_work_with_the_stock_server(servers):
    wrong = differences(CALLS, lambda call: outcome(servers.stock, STOCK, call),
                        lambda call: outcome(servers.stock, OURS, call))
    assert not wrong, "stock tool / our tool:\n" + "\n".join(wrong)


def test_a_value_set_by_the_stock_upsrw_reaches_the_driver_and_comes_back(servers):
    site = servers.ours
    value = 'a "b" \\ c#'
    done = site.run("upsrw", "-s", f"ups.id={value}", "-u", "admin", "-p", "adminpass",
                    site.at("alpha"), make=STOCK)
    assert (done.returncode, done.stderr) == (0, "OK\n")
    wait_for(lambda: servers.driver.variables["ups.id"] == value)
    site.wait_var("alpha", "ups.id", value)
    assert site.run("upsc", site.at("alpha"), "ups.id", make=STOCK).stdout == value + "\n"


def test_a_command_sent_by_the_stock_upscmd_reaches_the_driver(servers):
    site = servers.ours
    site.run("upscmd", "-u", "admin", "-p", "adminpass", site.at("alpha"), "load.off", "30", make=STOCK)
    servers.driver.wait_line("INSTCMD load.off")
    assert servers.driver.received[-1].replace('"', "") == "INSTCMD load.off 30"
