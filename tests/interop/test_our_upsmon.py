# SPDX-License-Identifier: Apache-2.0
"""Our monitor with stock programs: the stock server, and the stock monitor as the other host."""

from support import STOCK, Monitor, Ups, need_stock, wait_for

TIMES = "MINSUPPLIES 1\nPOLLFREQ 1\nPOLLFREQALERT 1\nHOSTSYNC 10\nDEADTIME 5\nFINALDELAY 0\n"
QUIET = "".join(f"NOTIFYFLAG {kind} SYSLOG\n" for kind in (
    "ONLINE", "ONBATT", "LOWBATT", "FSD", "COMMOK", "COMMBAD", "SHUTDOWN", "NOCOMM"))


def stock_monitor(site, user, password, role):
    need_stock("upsmon")
    # FINALDELAY 1: a peer logs out in the moment in which it starts its own command.
    return site.start_upsmon("stock", f"MONITOR {site.at('alpha')} 1 {user} {password} {role}\n"
                             f"SHUTDOWNCMD \"date +%s.%N > {site.root}/stock/shutdown\"\n"
                             f"POWERDOWNFLAG {site.root}/stock/killpower\n" + TIMES
                             + "FINALDELAY 1\n" + QUIET)


def stock_shutdown(site, process):
    mark = site.root / "stock/shutdown"
    return float(wait_for(lambda: mark.exists() and mark.read_text(), 20, lambda: process.log()))


def ours(site, user, password, role):
    return Monitor(site, role, [f"{site.at('alpha')} 1 {user} {password} {role}"])


def test_our_primary_waits_for_a_stock_secondary(site, outage):
    stock = stock_monitor(site, "mon2", "pass2", "secondary")
    first = ours(site, "mon1", "pass1", "primary").start()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")
    outage.set("ups.status", "OB LB")
    assert stock_shutdown(site, stock) < first.wait_shutdown()
    assert first.process.wait_end() == 0
    stock.wait_end()


def test_our_secondary_goes_before_a_stock_primary(site, outage):
    second = ours(site, "mon2", "pass2", "secondary").start()
    stock = stock_monitor(site, "mon1", "pass1", "primary")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")
    outage.set("ups.status", "OB LB")
    assert second.wait_shutdown() < stock_shutdown(site, stock)
    assert second.process.wait_end() == 0
    stock.wait_end()


def test_our_monitors_with_the_stock_server(site):
    """The server does not know SUBSCRIBE, so they poll."""
    need_stock("upsd")
    site.write_ups_conf([Ups("alpha")])
    outage = site.fake_driver("alpha", {"ups.status": "OL"})
    server = site.start_upsd(STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    first = ours(site, "mon1", "pass1", "primary").start()
    second = ours(site, "mon2", "pass2", "secondary").start()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    outage.set("ups.status", "OL")
    first.says("type=ONLINE")
    outage.set("ups.status", "OB LB")
    assert second.wait_shutdown() < first.wait_shutdown()
    for monitor in (first, second):
        assert monitor.process.wait_end() == 0
    assert server.is_running()


def test_a_wrong_password_at_the_stock_server_is_told(site):
    need_stock("upsd")
    site.write_ups_conf([Ups("alpha")])
    site.fake_driver("alpha", {"ups.status": "OL"})
    site.start_upsd(STOCK)
    site.wait_var("alpha", "ups.status", "OL")
    ours(site, "mon1", "wrong", "primary").start(wait="type=AUTHFAIL")
