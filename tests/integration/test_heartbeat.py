# SPDX-License-Identifier: Apache-2.0
"""The heartbeat from its driver through the server to the monitor: one that stops is told, and its return."""

from support import Monitor, Ups


def test_a_heart_that_stops_is_told_and_so_is_its_return(site):
    site.write_ups_conf([Ups("beat", driver="sim-ups", options={"mode": "heartbeat", "heartbeat_period": "0.2"})])
    driver = site.start_driver("beat", program="sim-ups")
    assert "warning" not in driver.log(), "the mode is a known one"
    site.start_upsd()
    monitor = Monitor(site, "watcher", [f"{site.at('beat')} 1 mon1 pass1 secondary"],
                      f"HEARTBEAT {site.at('beat')} 2\nNOTIFYFLAG NOBEAT SYSLOG\nNOTIFYFLAG BEAT SYSLOG\n").start()
    driver.freeze()
    monitor.says("type=NOBEAT")
    assert "type=BEAT " not in monitor.process.log()
    driver.thaw()
    monitor.says("type=BEAT ")
    assert not monitor.mark.exists()
