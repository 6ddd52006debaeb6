# SPDX-License-Identifier: Apache-2.0
"""Our monitor with our server: outages from the first word to SHUTDOWNCMD, notifications, refusals."""

import signal

import pytest

from support import Monitor, Ups, command_line_of, wait_for


@pytest.fixture
def outage(site):
    """A server with one UPS; `outage.set("ups.status", ...)` says how it is."""
    site.write_ups_conf([Ups("alpha")])
    driver = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "100"})
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return driver


def primary(site, name="primary", **more):
    return Monitor(site, name, [f"{site.at('alpha')} 1 mon1 pass1 primary"], **more)


def secondary(site, name="secondary", **more):
    return Monitor(site, name, [f"{site.at('alpha')} 1 mon2 pass2 secondary"], **more)


def test_secondary_goes_down_before_primary_and_the_flag_is_set(site, outage):
    first, second = primary(site).start(), secondary(site).start()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")

    outage.set("ups.status", "OB DISCHRG")
    for monitor in (first, second):
        monitor.says("type=ONBATT")
    assert not first.mark.exists() and not second.mark.exists()

    outage.set("ups.status", "OB DISCHRG LB")
    site.wait_var("alpha", "ups.status", "FSD OB DISCHRG LB")
    assert second.wait_shutdown() < first.wait_shutdown(), "the primary waits for its secondaries"
    for monitor in (first, second):
        assert monitor.flag.read_text() == "upsmon-shutdown-file"
        assert monitor.process.wait_end() == 0
        log = monitor.process.log()
        assert "critical=" in log and "Executing automatic power-fail shutdown" in log
    assert "critical=low_battery" in first.process.log()
    assert first.run("-K").returncode == 0


def test_a_short_outage_shuts_nobody_down(site, outage):
    first = primary(site).start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    outage.set("ups.status", "OL CHRG")
    first.says("type=ONLINE")
    assert not first.mark.exists()
    assert first.run("-K").returncode == 1


def test_a_single_process_does_the_same(site, outage):
    first = primary(site).start("-p")
    outage.set("ups.status", "OB LB")
    first.wait_shutdown()
    assert first.process.wait_end() == 0
    assert first.flag.read_text() == "upsmon-shutdown-file"


def test_fsd_on_command(site, outage):
    first = primary(site).start()
    assert first.run("-c", "fsd").returncode == 0
    first.wait_shutdown()
    site.wait_var("alpha", "ups.status", "FSD OL")
    assert first.process.wait_end() == 0


def test_stop_on_command_logs_out(site, outage):
    first = primary(site).start()
    assert first.run("-c", "stop").returncode == 0
    assert first.process.wait_end() == 0
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")
    assert first.run("-c", "stop").returncode == 1
    assert not first.mark.exists()


def test_a_second_instance_does_not_start(site, outage):
    first = primary(site).start()
    again = first.run("-F")
    assert again.returncode == 1
    assert "upsmon.pid" in again.stderr


def test_a_wrong_password_is_a_notification_of_its_own(site, outage):
    stranger = Monitor(site, "stranger", [f"{site.at('alpha')} 1 mon1 wrong primary"])
    stranger.start(wait="type=AUTHFAIL")
    # It still watches.
    outage.set("ups.status", "OB")
    stranger.says("type=ONBATT")


def test_a_refused_rank_is_a_notification_of_its_own(site, outage):
    Monitor(site, "stranger", [f"{site.at('alpha')} 1 mon2 pass2 primary"]).start(
        wait="type=AUTHFAIL")


def test_notifycmd_gets_type_name_and_text(site, outage):
    first = primary(site, flags="EXEC")
    told = first.folder / "told"
    script = first.folder / "notify"
    script.write_text(f'#!/bin/sh\necho "$NOTIFYTYPE|$UPSNAME|$1" >> {told}\n')
    script.chmod(0o755)
    first.write(f'NOTIFYCMD {script}\nNOTIFYMSG ONBATT "no mains at %s; $(id) `id`"\n')
    first.start()
    outage.set("ups.status", "OB")
    name = site.at("alpha")
    line = f"ONBATT|{name}|no mains at {name}; $(id) `id`\n"
    wait_for(lambda: told.exists() and line in told.read_text(),
             what=lambda: first.process.log())


def test_a_hanging_notifycmd_delays_no_decision(site, outage):
    first = primary(site, flags="EXEC")
    script = first.folder / "notify"
    script.write_text("#!/bin/sh\nexec sleep 1000\n")
    script.chmod(0o755)
    first.write(f"NOTIFYCMD {script}\nNOTIFYTIMEOUT 2\n")
    first.start()
    outage.set("ups.status", "OB LB")
    first.wait_shutdown()
    assert first.process.wait_end() == 0
    wait_for(lambda: "NOTIFYCMD took too long" in first.process.log())
    wait_for(lambda: not [pid for pid in site.running() if "sleep" in command_line_of(pid)],
             what="no command left")


def test_a_server_that_comes_back_finds_the_monitor(site, outage):
    first = primary(site).start()
    server = next(process for process in site.processes if process.name == "upsd")
    assert server.stop() == 0
    first.says("type=COMMBAD")
    site.start_upsd()
    first.says("type=COMMOK")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    assert not first.mark.exists()


def test_a_server_that_goes_away_on_battery_is_a_shutdown_after_deadtime(site, outage):
    first = primary(site).start()
    outage.set("ups.status", "OB")
    first.says("type=ONBATT")
    next(process for process in site.processes if process.name == "upsd").kill()
    first.wait_shutdown()
    assert "critical=dead_on_battery" in first.process.log()


def test_reload_takes_a_good_file_and_refuses_a_bad_one(site, outage):
    first = primary(site).start()
    first.write("NOTIFYMSG ONBATT \"new words for %s\"\n")
    assert first.run("-c", "reload").returncode == 0
    first.says("the configuration was read again")
    first.write("MINSUPPLIES 7\n")
    first.process.signal(signal.SIGHUP)  # as the service manager does it: to the parent
    first.says("nothing was changed")
    outage.set("ups.status", "OB")
    first.says("new words for")
    assert first.process.is_running()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")


def test_reload_adds_and_drops_monitor_lines(site, outage):
    site.write_ups_conf([Ups("alpha"), Ups("beta")])
    site.fake_driver("beta", {"ups.status": "OL"})
    server = next(process for process in site.processes if process.name == "upsd")
    server.signal(signal.SIGHUP)
    site.wait_var("beta", "ups.status", "OL")
    first = primary(site).start()
    first.write(monitors=[f"{site.at('beta')} 1 mon1 pass1 primary"])
    assert first.run("-c", "reload").returncode == 0
    site.wait_reply("GET NUMLOGINS beta", "NUMLOGINS beta 1")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")


def test_check_says_what_would_count(site, outage):
    first = primary(site)
    good = first.run("-t")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "logged in" in good.stdout and "1 of 1 would count" in good.stdout
    for monitors in ([f"{site.at('alpha')} 1 mon1 wrong primary"],
                     [f"{site.at('nope')} 1 mon1 pass1 primary"],
                     ["alpha@127.0.0.1:1 1 mon1 pass1 primary"]):
        first.write(monitors=monitors)
        bad = first.run("-t")
        assert bad.returncode == 1, bad.stdout + bad.stderr
        assert "0 of 1 would count" in bad.stdout
    first.write("MINSUPPLIES 7\n")
    assert first.run("-t").returncode == 1


def test_explain_and_drill_rehearse_and_do_nothing(site, outage):
    first = primary(site)
    outage.set("battery.runtime", "600")
    site.wait_var("alpha", "battery.runtime", "600")
    for option in ("--explain", "--drill"):
        told = first.run(option)
        assert told.returncode == 0, told.stderr
        assert site.at("alpha") in told.stdout
    assert not first.mark.exists() and not first.flag.exists()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 0")
    first.write(monitors=["alpha@127.0.0.1:1 1 mon1 pass1 primary"])
    assert first.run("--explain").returncode == 1
