# SPDX-License-Identifier: Apache-2.0
"""Our units under a real systemd: who logs out when a host goes down, and the cut at its very end."""

import pytest

from support import Ups, wait_for
from support.systemd_host import REBOOT, SystemdHost, why_not

REASON = why_not()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))

# An ordinary service that takes its time to stop, and notes who is logged in at the primary at its end.
SLOW = """
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=true
ExecStop=sh -c 'sleep 1; /usr/local/bin/upsc -c alpha@127.0.0.1:{port} > /out/still-there'
"""
USERS = """[here]
password = right
upsmon primary
[others]
password = right
upsmon secondary
"""


@pytest.fixture
def host(tmp_path):
    made = SystemdHost(tmp_path)
    yield made
    made.stop()


def test_a_secondary_stays_counted_until_its_services_have_stopped(site, host):
    site.write_ups_conf([Ups("alpha")])
    site.write("upsd.users", USERS)
    site.fake_driver("alpha", {"ups.status": "OL"})
    site.start_upsd()
    (host.conf / "upsmon.conf").write_text(
        f"MONITOR alpha@127.0.0.1:{site.port} 1 others right secondary\n"
        "SHUTDOWNCMD \"systemctl --no-block poweroff\"\nSHUTDOWNEXIT no\nFINALDELAY 0\nDEADTIME 60\nRUN_AS_USER nut\n")
    host.unit("slow.service", SLOW.format(port=site.port))
    host.start("ridethrough-late-logout.service", "slow.service")
    with site.client() as primary:
        primary.log_in("here", "right")
        wait_for(lambda: primary.ask("GET NUMLOGINS alpha") == "NUMLOGINS alpha 1", 20, host.journal)
        primary.expect("PRIMARY alpha", "OK PRIMARY-GRANTED")
        primary.expect("FSD alpha", "OK FSD-SET")
        host.wait_off()
        assert (host.out / "still-there").read_text() == "127.0.0.1\n", "logged out before its services"
        wait_for(lambda: primary.ask("GET NUMLOGINS alpha") == "NUMLOGINS alpha 0")


def boot_primary(host, port):
    """A host with a UPS, drivers, server and monitor, all active and logged in."""
    (host.conf / "ups.conf").write_text("[rack1]\ndriver = sim-ups\nport = auto\n")
    (host.conf / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {port}\n")
    (host.conf / "upsd.users").write_text(USERS)
    (host.conf / "upsmon.conf").write_text(
        f"MONITOR rack1@127.0.0.1:{port} 1 here right primary\nFINALDELAY 0\nHOSTSYNC 5\n"
        "SHUTDOWNCMD \"systemctl --no-block poweroff\"\nPOWERDOWNFLAG /etc/killpower\nRUN_AS_USER nut\n")
    host.start("ridethrough-driver.service", "ridethrough-server.service", "ridethrough-monitor.service")
    for unit in ("driver", "server", "monitor"):
        state = host.run("systemctl", "is-active", f"ridethrough-{unit}.service").strip()
        assert state == "active", (unit, host.journal())
    wait_for(lambda: host.run("/usr/local/bin/upsc", "-c", f"rack1@127.0.0.1:{port}") == "127.0.0.1\n", 20,
             host.journal)


def test_the_host_of_the_ups_goes_down_and_cuts_the_power_at_its_end(host, site):
    boot_primary(host, site.port)
    host.run("/usr/local/sbin/upsmon", "-c", "fsd")
    host.wait_off()
    assert "the UPS is told to cut the power" in host.log()


def test_a_host_that_still_has_power_after_the_cut_starts_again(host, site):
    (host.conf / "nut.conf").write_text("POWEROFF_WAIT=1s\n")
    boot_primary(host, site.port)
    host.run("/usr/local/sbin/upsmon", "-c", "fsd")
    assert host.wait_off() == REBOOT
    assert "the power is still there: starting this host again" in host.log()


def test_an_ordinary_shutdown_leaves_the_power_on(host, site):
    boot_primary(host, site.port)
    host.run("systemctl", "--no-block", "poweroff")
    host.wait_off()
    assert "POWERDOWNFLAG is not set: the UPS stays on" in host.log()
