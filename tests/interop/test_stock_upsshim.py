# SPDX-License-Identifier: Apache-2.0
"""upsshim makes stock programs safe: stock clients reach our TLS server, our clients the stock server with TLS."""

import pytest

from support import OURS, STOCK, Ups, User, need_stock, wait_for
from support.certificates import Authority
from support.shim import Shim
from support.site import USERS

VARIABLES = {"ups.status": "OL", "battery.charge": "97", "x.note": 'a "b" \\ #c'}


@pytest.fixture(name="place")
def place_fixture(site):
    need_stock("upsd", "upsc", "upscmd", "upsrw")
    site.write_ups_conf([Ups("alpha", desc="The first")])
    driver = site.fake_driver("alpha", VARIABLES, ["load.off"])
    driver.describe("x.note", VARIABLES["x.note"], "SETFLAGS x.note RW STRING", "SETAUX x.note 32")
    site.authority = Authority(site.root / "ca")
    return site


def start(site, make, text=""):
    site.write_upsd_conf(text)
    site.start_upsd(make)
    site.wait_var("alpha", "ups.status", "OL")


def same_output(site, shim, make, *args):
    """What a tool prints through the shim, and without; both must be equal. (On stderr the stock library tells
    what it thinks of TLS.)"""
    outcomes = []
    for at in (shim.at("alpha"), site.at("alpha")):
        done = site.run(*[at if word == "AT" else word for word in args], make=make)
        outcomes.append((done.returncode, done.stdout))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 0, outcomes[0]
    return outcomes[0][1]


def test_stock_clients_reach_our_server_with_tls(place):
    start(place, OURS, f"CERTFILE {place.authority.issue('server')}\n")
    shim = Shim(place, "-c", "-t", f"localhost:{place.port}", "--ca", place.authority.ca)
    assert "ups.status: OL" in same_output(place, shim, STOCK, "upsc", "AT")
    assert "load.off" in same_output(place, shim, STOCK, "upscmd", "-l", "AT")
    same_output(place, shim, STOCK, "upsrw", "AT")
    done = place.run("upscmd", "-u", "admin", "-p", "adminpass", shim.at("alpha"), "load.off", make=STOCK)
    assert done.returncode == 0 and "OK" in done.stderr


def test_stock_clients_reach_our_tls_port(place):
    start(place, OURS, f"CERTFILE {place.authority.issue('server')}\n")
    outer = Shim(place, "-s", "--direct", "--cert", place.authority.issue("outer"), "-t", f"127.0.0.1:{place.port}")
    inner = Shim(place, "-c", "--direct", "-t", f"localhost:{outer.port}", "--ca", place.authority.ca)
    assert "ups.status: OL" in same_output(place, inner, STOCK, "upsc", "AT")


def test_our_clients_reach_the_stock_server_with_tls(place):
    start(place, STOCK)
    shim = Shim(place, "-s", "--cert", place.authority.issue("shim"), "-t", f"127.0.0.1:{place.port}")
    verify = ["--tls", "verify", "--ca", str(place.authority.ca)]
    at = f"alpha@localhost:{shim.port}"
    done = place.run("upsc", *verify, at)
    assert done.returncode == 0 and "ups.status: OL" in done.stdout, done.stderr
    plain = place.run("upsc", place.at("alpha"))
    assert done.stdout == plain.stdout
    done = place.run("upscmd", *verify, "-u", "admin", "-p", "adminpass", at, "load.off")
    assert done.returncode == 0 and done.stderr == "OK\n"
    refused = place.run("upsc", "--tls", "verify", "--ca", Authority(place.root / "x", "Other").ca, at)
    assert refused.returncode == 1 and "certificate" in refused.stderr


def test_between_two_stock_programs_both_shims_give_tls(place):
    start(place, STOCK)
    server = Shim(place, "-s", "--cert", place.authority.issue("shim"), "-t", f"127.0.0.1:{place.port}")
    client = Shim(place, "-c", "-t", f"localhost:{server.port}", "--ca", place.authority.ca)
    assert "ups.status: OL" in same_output(place, client, STOCK, "upsc", "AT")
    same_output(place, client, STOCK, "upsc", "AT", "x.note")
    same_output(place, client, STOCK, "upsrw", "AT")


def test_the_stock_monitor_logs_in_through_both_shims(place):
    need_stock("upsmon")
    place.write_users([*USERS, User("watch", "secret", upsmon="slave")])
    start(place, STOCK)
    server = Shim(place, "-s", "--cert", place.authority.issue("shim"), "-t", f"127.0.0.1:{place.port}")
    client = Shim(place, "-c", "-t", f"localhost:{server.port}", "--ca", place.authority.ca)
    place.start_upsmon("mon", f"MONITOR {client.at('alpha')} 1 watch secret slave\nMINSUPPLIES 1\n"
                              f"SHUTDOWNCMD /bin/true\nPOLLFREQ 1\nPOLLFREQALERT 1\n")
    with place.client() as asker:
        wait_for(lambda: asker.ask("GET NUMLOGINS alpha") == "NUMLOGINS alpha 1", 20)
