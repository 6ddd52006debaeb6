# SPDX-License-Identifier: Apache-2.0
"""Fixtures for tests of whole programs."""

import faulthandler
import os
import signal

import pytest

from support import Site, Ups
from support.site import ends_clean


def pytest_configure(config):
    """Where a test program was when its time was over is worth knowing: meson ends it with SIGTERM."""
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        faulthandler.register(signal.SIGTERM, os.dup(2), chain=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Keeps the outcome of the test body for the fixtures, and adds the programs' logs to a failure."""
    report = (yield).get_result()
    site = item.funcargs.get("site") if hasattr(item, "funcargs") else None
    if report.failed and site is not None and site.root.exists():
        report.sections.append(("logs of " + report.when, site.log_text()))


@pytest.fixture
def site():
    """A private installation that must end clean."""
    before = len(os.listdir("/proc/self/fd"))
    with ends_clean(Site()) as place:
        yield place
    after = len(os.listdir("/proc/self/fd"))
    assert after <= before, f"the test left {after - before} descriptors open"


@pytest.fixture
def outage(site):
    """A server with the UPS `alpha`, on line; the driver that makes its power cut."""
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL"})
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return driver


def pytest_sessionfinish(session, exitstatus):
    """A file whose tests were all skipped is reported as skipped (77), never as passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not reporter or exitstatus != 0:
        return
    if reporter.stats.get("skipped") and not reporter.stats.get("passed"):
        session.exitstatus = 77
