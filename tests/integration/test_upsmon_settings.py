# SPDX-License-Identifier: Apache-2.0
"""Single settings of our monitor: how often failures are logged, debugging by a reload, and when it logs out."""

import re
import time

from support import Client, Monitor


def primary(site, lines=""):
    return Monitor(site, "first", [f"{site.at('alpha')} 1 mon1 pass1 primary"], lines)


def repeats(monitor):
    return [int(count) for count in re.findall(r"contact\.lost .*repeated=(\d+)", monitor.process.log())]


def test_failed_polls_are_logged_as_often_as_wanted(site):
    """Nobody listens at that port."""
    cases = {"": ("type=NOCOMM", []),
             "POLLFAIL_LOG_THROTTLE_MAX 0\n": ("type=NOCOMM", []),
             "POLLFAIL_LOG_THROTTLE_MAX 2\n": ("repeated=4", [2, 4]),
             "POLLFAIL_LOG_THROTTLE_MAX -1\n": ("repeated=3", [1, 2, 3])}
    monitors = {}
    for number, lines in enumerate(cases):
        monitors[lines] = Monitor(site, f"monitor{number}", ["alpha@127.0.0.1:1 1 mon1 pass1 secondary"],
                                  "NOCOMMWARNTIME 4\n" + lines).start(wait=None)
    for lines, (told, wanted) in cases.items():
        monitors[lines].says(told, within=30)
        assert repeats(monitors[lines])[:len(wanted) or None] == wanted, lines


def test_debugging_follows_a_reload(site, outage):
    monitor = primary(site).start()
    outage.set("ups.status", "OL CHRG")
    outage.set("ups.status", "OB")
    monitor.says("type=ONBATT")
    assert "debug status" not in monitor.process.log()
    monitor.write("DEBUG_MIN 1\n")
    assert monitor.run("-c", "reload").returncode == 0
    monitor.says("the configuration was read again")
    outage.set("ups.status", "OL")
    monitor.says("debug status")
    monitor.write()
    assert monitor.run("-c", "reload").returncode == 0
    monitor.process.wait_until(lambda: monitor.process.log().count("the configuration was read again") == 2,
                               what="read twice")
    before = monitor.process.log().count("debug status")
    outage.set("ups.status", "OB")
    monitor.process.wait_until(lambda: monitor.process.log().count("type=ONBATT") == 2, what="told twice")
    assert monitor.process.log().count("debug status") == before


def test_it_logs_out_only_when_the_command_runs(site, outage):
    """The log-out is what a primary waits for, and the parent may be slow."""
    monitor = primary(site, "SHUTDOWNEXIT yes\n").start()
    monitor.process.freeze()
    try:
        outage.set("ups.status", "OB LB")
        monitor.says("this host is shut down now")
        with Client(site.port) as client:
            end = time.monotonic() + 0.7  # a log-out takes less
            while time.monotonic() < end:
                assert client.ask("GET NUMLOGINS alpha") == "NUMLOGINS alpha 1"
                time.sleep(0.05)
        assert not monitor.mark.exists() and not monitor.flag.exists()
    finally:
        monitor.process.thaw()
    monitor.wait_shutdown()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")
    assert monitor.flag.exists()
    assert monitor.process.wait_end() == 0
