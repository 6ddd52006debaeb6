# SPDX-License-Identifier: Apache-2.0
"""Our monitor and systemd-logind: sleep is delayed until it is noted, and servers are connected anew after it. With a
bus and a logind of the test's own."""

import os
import re
import shutil
import signal
import subprocess
import threading

import pytest

from support import Monitor, wait_for
from support.process import children_of, command_line_of, freeze
from support.programs import build_root, long_tests, stage
from support.site import accepts

FAKE = build_root() / "tests/integration/fake_login1"
pytestmark = [
    pytest.mark.skipif(not (stage() / "usr/local/lib/ridethrough/upsmon-sleep").exists(),
                       reason="upsmon-sleep was not built (apt-get install libsystemd-dev)"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no bus (apt-get install dbus-daemon)"),
]

BUS = """<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/> <allow receive_sender="*"/> <allow own="*"/> <allow user="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """A system bus. `environment`: what leads programs to it."""

    def __init__(self, site):
        self.site = site
        self.path = site.root / "bus"
        self.environment = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.path}"}
        self.conf = site.write("bus.conf", BUS.format(path=self.path))

    def start(self):
        daemon = self.site.spawn("dbus", ["dbus-daemon", f"--config-file={self.conf}", "--nofork", "--nopidfile",
                                          "--nosyslog"])
        daemon.wait_until(lambda: accepts(self.path), what="listens")
        os.chmod(self.path, 0o777)
        return daemon


class Logind:
    """The fake one; what it says is in `said`."""

    def __init__(self, bus, *args):
        self.said = []
        self._process = subprocess.Popen([FAKE, *args], env=bus.site.env(**bus.environment), text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._reader = threading.Thread(target=lambda: self.said.extend(iter(self._process.stdout.readline, "")))
        self._reader.start()
        self.wait("ready\n")

    def tell(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def wait(self, line, count=1):
        wait_for(lambda: self.said.count(line) >= count, what=lambda: f"{count} times {line!r}: {self.said}")

    def stop(self):
        self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()


LOCK = "lock sleep upsmon delay\n"


@pytest.fixture
def bus(site):
    place = Bus(site)
    place.daemon = place.start()
    return place


@pytest.fixture
def logind(bus):
    fake = Logind(bus)
    yield fake
    fake.stop()


@pytest.fixture
def monitor(site, bus, outage):
    return Monitor(site, "primary", [f"{site.at('alpha')} 1 mon1 pass1 primary"], environment=bus.environment,
                   lines="NOTIFYFLAG SUSPEND_STARTING SYSLOG\nNOTIFYFLAG SUSPEND_FINISHED SYSLOG\n")


def watcher_of(monitor):
    return wait_for(lambda: next((pid for pid in children_of(monitor.process.pid)
                                  if any("upsmon-sleep" in word for word in command_line_of(pid))), None))


def test_sleep_waits_until_it_is_noted_and_servers_are_connected_anew_after_it(site, monitor, logind, outage):
    monitor.start()
    logind.wait(LOCK)
    outage.set("ups.status", "OB")
    monitor.says("type=ONBATT")
    for times in (1, 2):
        logind.tell("sleep")
        logind.wait("free\n", times)
        log = monitor.process.log()
        assert log.count("type=SUSPEND_STARTING") == times, "let go before it was noted"
        logind.tell("wake")
        logind.wait(LOCK, times + 1)
        monitor.process.wait_until(lambda n=times: monitor.process.log().count("logged in") == n + 1)
    assert monitor.process.log().count("type=SUSPEND_FINISHED") == 2
    assert "type=COMMBAD" not in monitor.process.log()
    outage.set("ups.status", "OB LB")
    monitor.wait_shutdown()
    assert monitor.process.wait_end() == 0
    logind.wait("free\n", 3)


@pytest.mark.skipif(not long_tests(), reason="the long tests only")
def test_a_worker_that_does_not_answer_delays_sleep_for_a_moment_only(monitor, logind):
    monitor.start()
    logind.wait(LOCK)
    freeze(monitor.pid("--worker"))
    logind.tell("sleep")
    logind.wait("free\n")
    os.kill(monitor.pid("--worker"), signal.SIGCONT)
    monitor.says("type=SUSPEND_STARTING")
    logind.tell("wake")
    logind.wait(LOCK, 2)


def test_a_killed_watcher_comes_back(monitor, logind):
    monitor.start()
    logind.wait(LOCK)
    os.kill(watcher_of(monitor), signal.SIGKILL)
    logind.wait(LOCK, 2)


def test_a_refused_lock_is_told_and_nothing_else(monitor, bus, outage):
    fake = Logind(bus, "refuse")
    try:
        monitor.start(wait="sleep cannot be delayed")
        fake.tell("sleep")
        monitor.says("type=SUSPEND_STARTING")
        fake.tell("wake")
        monitor.says("type=SUSPEND_FINISHED")
    finally:
        fake.stop()


def test_without_a_bus_nothing_is_missing_and_one_that_comes_later_is_found(site, monitor, bus, outage):
    assert bus.daemon.stop() == 0
    bus.path.unlink(missing_ok=True)
    monitor.start("-D")
    monitor.says("no system bus")
    bus.start()
    fake = Logind(bus)
    try:
        fake.wait(LOCK)
        outage.set("ups.status", "OB LB")
        monitor.wait_shutdown()
        assert monitor.process.wait_end() == 0
    finally:
        fake.stop()


def test_the_watcher_has_no_rights_and_the_worker_does_not_load_its_library(monitor, logind):
    monitor.start()
    logind.wait(LOCK)
    with open(f"/proc/{watcher_of(monitor)}/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    if os.getuid() == 0:
        assert "0" not in status["Uid"].split() + status["Gid"].split() + status["Groups"].split()
        assert int(status["CapPrm"], 16) == 0 and int(status["CapBnd"], 16) == 0
    with open(f"/proc/{monitor.pid('--worker')}/maps", encoding="utf-8") as file:
        assert not re.search("libsystemd|libdbus", file.read())
