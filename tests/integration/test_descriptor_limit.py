# SPDX-License-Identifier: Apache-2.0
"""No descriptors left: those who are served go on, others are refused cleanly, one line says so, and it
passes by itself. Nothing turns in circles meanwhile."""

import os
import subprocess
import time

import pytest

from support import Client, Ups, wait_for
from support.programs import long_tests
from support.site import account_ids

FULL = "new clients are turned away"
ROOM = "new clients are served again"


@pytest.fixture
def small(site):
    """A server that may have 64 descriptors, and so serves some 35 clients."""
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL"})
    server = site.start_upsd(under=["prlimit", "--nofile=64:64"])
    site.wait_var("alpha", "ups.status", "OL")
    return server


@pytest.fixture
def upsd(site):
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL"})
    server = site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return server


def set_limit(server, limit):
    """Changes the soft limit of a running server, as its own user: only he or a privileged one may."""
    who = ["setpriv", "--reuid", "nut", "--regid", "nut", "--clear-groups"] if account_ids() else []
    subprocess.run([*who, "prlimit", "--pid", str(server.pid), f"--nofile={limit}:"], check=True)


def fill(site, attempts=100):
    """Connects that often; the clients that are served, and how many were refused."""
    served, refused = [], 0
    for _ in range(attempts):
        client = site.client()
        try:
            client.expect("NETVER", "1.3")
            served.append(client)
        except (AssertionError, ConnectionError):
            client.close()
            refused += 1
    return served, refused


def assert_at_rest(server):
    """Nothing to do for a second costs (nearly) nothing. A loop that turns takes what it can get, which on a
    busy machine is not much."""
    ticks = server.cpu_ticks()
    time.sleep(1)
    used = (server.cpu_ticks() - ticks) * 1000 / os.sysconf("SC_CLK_TCK")
    assert used <= 30, f"busy for {used} of 1000 ms with no descriptors to give"


def test_old_clients_go_on_and_new_ones_are_refused_cleanly(site, small):
    served, refused = fill(site)
    assert len(served) >= 20 and refused >= 36, (len(served), refused)
    for client in served:
        client.expect("GET VAR alpha ups.status", 'VAR alpha ups.status "OL"')
    assert_at_rest(small)
    assert small.log().count(FULL) == 1, "said once, not for each"
    for client in served[:10]:
        client.close()
    wait_for(site.answers, what="room again")
    assert f"{ROOM}; turned away were " in small.log()


def test_room_that_comes_and_goes_does_not_flood_the_log(site, small):
    served, _ = fill(site)

    def one_more():
        more, _ = fill(site, 1)
        served.extend(more)
        return more

    for _ in range(500 if long_tests() else 30):
        served.pop(0).close()
        wait_for(one_more, what="room for one")
        served += fill(site, 3)[0]
    assert small.log().count(FULL) == 1
    assert small.log().count(ROOM) <= 2


def test_a_limit_that_shrinks_below_what_is_open(site, upsd):
    """As when the whole system runs out: accept() itself fails, and at first not even the spare helps."""
    old = site.client()
    old.expect("NETVER", "1.3")
    set_limit(upsd, 8)
    waiting = [Client(site.port) for _ in range(5)]
    upsd.wait_log(FULL)
    assert_at_rest(upsd)
    old.expect("GET VAR alpha ups.status", 'VAR alpha ups.status "OL"')
    assert upsd.log().count(FULL) == 1
    set_limit(upsd, 1000)
    for client in waiting:  # they waited, and are served
        client.expect("NETVER", "1.3")
        client.close()
    wait_for(lambda: ROOM in upsd.log())


def test_a_limit_that_is_just_reached(site, upsd):
    """accept() fails, and the spare descriptor serves to refuse each client at once."""
    old = site.client()
    old.expect("NETVER", "1.3")
    set_limit(upsd, len(os.listdir(f"/proc/{upsd.pid}/fd")))
    served, refused = fill(site, 20)
    assert not served and refused == 20
    assert_at_rest(upsd)
    old.expect("GET VAR alpha ups.status", 'VAR alpha ups.status "OL"')
    assert upsd.log().count(FULL) == 1
    set_limit(upsd, 1000)
    wait_for(site.answers, what="room again")


def test_a_driver_is_found_again_when_there_are_descriptors_again(site, upsd):
    driver = site.fakes[0]
    set_limit(upsd, 8)
    driver.drop()
    upsd.wait_log("Too many open files")
    assert_at_rest(upsd)
    assert upsd.log().count("Can't connect to UPS [alpha]") == 1
    set_limit(upsd, 1000)
    site.wait_var("alpha", "ups.status", "OL")
