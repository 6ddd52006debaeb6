# SPDX-License-Identifier: Apache-2.0
"""What our monitor tells the service manager, and what happens when a part of it hangs."""

import os
import signal

import pytest

from support import Monitor
from support.process import freeze
from support.programs import long_tests
from support.service_manager import ServiceManager


@pytest.fixture
def manager(site):
    place = ServiceManager(str(site.root / "notify"), watchdog=2)
    yield place
    place.close()


@pytest.fixture
def watched(site, outage, manager):
    return Monitor(site, "primary", [f"{site.at('alpha')} 1 mon1 pass1 primary"],
                   environment=manager.environment).start()


def test_the_service_manager_is_told(manager, watched):
    assert "UPS in reach" in manager.wait_for("READY")["STATUS"]
    watched.process.signal(signal.SIGHUP)
    assert int(manager.wait_for("RELOADING")["MONOTONIC_USEC"]) > 0
    assert manager.wait_for("READY")["STATUS"] == "1 of 1 UPS in reach"
    assert watched.process.stop() == 0
    manager.wait_for("STOPPING")


def test_a_shutdown_is_an_end_that_is_told(manager, watched, outage):
    manager.wait_for("READY")
    outage.set("ups.status", "OB LB")
    manager.wait_for("STOPPING")
    watched.wait_shutdown()
    assert watched.process.wait_end() == 0


def test_a_hanging_worker_is_replaced_before_the_service_manager_ends_all(manager, watched, outage):
    manager.wait_for("READY")
    for _ in range(2):
        manager.wait_for("WATCHDOG")
    worker = watched.pid("--worker")
    freeze(worker)
    manager.forget()
    manager.wait_for("READY")
    manager.wait_for("WATCHDOG")
    assert "worker.hangs" in watched.process.log()
    assert watched.pid("--worker") != worker
    watched.says("logged in")
    outage.set("ups.status", "OB LB")
    watched.wait_shutdown()
    assert watched.process.wait_end() == 0


@pytest.mark.skipif(not long_tests(), reason="the long tests only")
def test_nobody_says_that_all_is_well_when_all_hangs(manager, watched, site):
    manager.wait_for("READY")
    worker = watched.pid("--worker")
    watched.process.freeze()
    freeze(worker)
    manager.forget()
    assert manager.is_silent("WATCHDOG", 2.2)
    # Had it only been stopped for a while, nobody is replaced.
    for pid in (worker, watched.process.pid):
        os.kill(pid, signal.SIGCONT)
    manager.wait_for("WATCHDOG")
    assert watched.pid("--worker") == worker
    assert "worker.hangs" not in watched.process.log()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
