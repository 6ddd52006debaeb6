# SPDX-License-Identifier: Apache-2.0
"""Rules of our monitor at work: outlets, commands, notifications and shutdowns when readings say so."""

import pytest

from support import Monitor, Ups, User, wait_for
from support.site import USERS

COMMANDS = ("beeper.mute", "outlet.group.2.load.off", "outlet.group.2.load.on", "outlet.1.load.off")


@pytest.fixture
def outage(site):
    """A server with one UPS, whose outlet group 2 is called "lab"."""
    site.write_ups_conf([Ups("alpha")])
    site.write_users(USERS + [User("ruler", "pass3", instcmds="ALL", upsmon="primary")])
    driver = site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "100",
                                        "ambient.temperature": "20", "outlet.group.2.name": "lab",
                                        "outlet.1.desc": "lab"}, COMMANDS)
    driver.on_line = lambda line: tracked(line, "outlet.1.load.off")
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    return driver


def tracked(line, refused):
    """The driver fails this command."""
    words = line.split()
    if words[:2] == ["INSTCMD", refused] and "TRACKING" in words:
        return f"TRACKING {words[-1]} 2\n"
    return None


def ruled(site, rules, user="ruler pass3", **more):
    return Monitor(site, "ruled", [f"{site.at('alpha')} 1 {user} primary"], rules, **more)


def sent(driver):
    return [line.split()[1] for line in driver.received if line.startswith("INSTCMD")]


def test_a_group_goes_off_by_its_name_and_on_again(site, outage):
    monitor = ruled(site, "RULE lab-off WHEN alpha IS OB AND charge < 40 HYSTERESIS 5 "
                          "DO OUTLET.GROUP Lab off THEN SEND beeper.mute ELSE OUTLET.GROUP 2 on\n")
    checked = monitor.run("-t")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "not carried out" not in checked.stderr
    monitor.start()

    outage.set_many({"ups.status": "OB", "battery.charge": "40"})
    monitor.says("type=ONBATT")
    outage.set("battery.charge", "39.5")
    monitor.says("done: send beeper.mute")
    assert sent(outage) == ["outlet.group.2.load.off", "beeper.mute"], "in the order of the rule"
    log = monitor.process.log()
    assert "rule=lab-off fired" in log
    name = site.at("alpha")
    assert f'{name} ups.status="OB", {name} battery.charge=39.5' in log

    outage.set("battery.charge", "44")  # inside the hysteresis
    outage.set("battery.charge", "46")
    monitor.says("done: switch on outlet group 2")
    assert sent(outage)[2:] == ["outlet.group.2.load.on"]
    assert monitor.process.log().count("rule=lab-off cleared") == 1
    assert not monitor.mark.exists()


def test_run_leaves_a_mark_and_notify_tells(site, outage):
    monitor = ruled(site, "")
    ran, told_text = monitor.folder / "ran", monitor.folder / "told"
    monitor.write(f'NOTIFYFLAG RULE SYSLOG+EXEC\nNOTIFYCMD "echo > {told_text}"\n'
                  "RULE hot WHEN alpha ambient.temperature > 40 "
                  f'DO RUN "echo $NOTIFYTYPE $UPSNAME >> {ran}" '
                  'THEN NOTIFY "{ups} has {charge} %"\n')
    monitor.start()
    outage.set("ambient.temperature", "41")  # watched for the rule's sake
    monitor.says(f"hot: {site.at('alpha')} has 100 %")
    wait_for(lambda: ran.exists() and ran.read_text() == "RULE hot\n", what=monitor.process.log)


def test_a_single_process_runs_commands_too(site, outage):
    monitor = ruled(site, "")
    ran = monitor.folder / "ran"
    monitor.write(f'RULE out WHEN alpha IS OB DO RUN "echo yes > {ran}"\n')
    monitor.start("-p")
    outage.set("ups.status", "OB")
    wait_for(lambda: ran.exists() and ran.read_text() == "yes\n", what=monitor.process.log)


def test_a_rule_shuts_this_host_down_and_says_why(site, outage):
    monitor = ruled(site, "RULE low WHEN alpha IS OB AND charge < 30 DO SHUTDOWN\n").start()
    outage.set_many({"ups.status": "OB", "battery.charge": "29"})
    monitor.wait_shutdown()
    assert monitor.process.wait_end() == 0
    assert "this host is to be shut down: rule=" in monitor.process.log()
    site.wait_var("alpha", "ups.status", "OB")  # nobody else is sent down


def test_a_rule_that_clears_in_time_calls_its_shutdown_off(site, outage):
    monitor = ruled(site, "RULE low WHEN alpha charge < 30 DO SHUTDOWN\nFINALDELAY 60\n").start()
    outage.set("battery.charge", "29")
    monitor.says("this host is to be shut down")
    outage.set("battery.charge", "31")
    monitor.says("type=CALLOFF")
    assert not monitor.mark.exists()


def test_a_rule_orders_a_forced_shutdown(site, outage):
    monitor = ruled(site, "RULE hot WHEN alpha ambient.temperature >= 60 DO FSD\n").start()
    outage.set("ambient.temperature", "60")
    site.wait_var("alpha", "ups.status", "FSD OL")
    monitor.wait_shutdown()
    assert monitor.process.wait_end() == 0


def test_a_stale_ups_fires_nothing(site, outage):
    monitor = ruled(site, "RULE low WHEN alpha charge < 30 DO SEND beeper.mute\n").start()
    outage.set_stale(True)
    monitor.says("type=COMMBAD")
    outage.set("battery.charge", "5")
    site.wait_reply("GET VAR alpha battery.charge", "ERR DATA-STALE")
    outage.set("battery.charge", "90")
    outage.set_stale(False)
    monitor.says("type=COMMOK")
    assert "rule=low" not in monitor.process.log()
    outage.set("battery.charge", "29")
    monitor.says("done: send beeper.mute")
    assert sent(outage) == ["beeper.mute"]


def test_reload_keeps_a_fired_rule_fired(site, outage):
    rule = "RULE low WHEN alpha charge < 30 DO SEND beeper.mute ELSE OUTLET.GROUP 2 on\n"
    monitor = ruled(site, rule).start()
    outage.set("battery.charge", "29")
    monitor.says("done: send beeper.mute")
    monitor.write(rule + "RULE hot WHEN alpha ambient.temperature > 40 DO OUTLET.GROUP 2 off\n")
    assert monitor.run("-c", "reload").returncode == 0
    monitor.says("the configuration was read again")
    outage.set("ambient.temperature", "41")  # a variable that was not watched before
    monitor.says("done: switch off outlet group 2")
    assert sent(outage) == ["beeper.mute", "outlet.group.2.load.off"], "not muted again"
    outage.set("battery.charge", "31")
    monitor.says("rule=low cleared")
    monitor.says("done: switch on outlet group 2")


@pytest.mark.parametrize("action, why", [
    ("OUTLET 1 off", "outlet.1.load.off: "),                     # the driver fails it
    ("SEND test.battery.start", "test.battery.start: "),         # there is no such command
    ("OUTLET kitchen off", "it has no outlet"),                  # nothing has that name
])
def test_what_fails_is_a_notification(site, outage, action, why):
    monitor = ruled(site, f"NOTIFYFLAG RULE SYSLOG\nRULE out WHEN alpha IS OB DO {action}\n").start()
    outage.set("ups.status", "OB")
    monitor.says("type=RULE")
    assert why in [line for line in monitor.process.log().splitlines() if "type=RULE" in line][0]


def test_a_user_without_rights_is_told(site, outage):
    monitor = ruled(site, "NOTIFYFLAG RULE SYSLOG\nRULE out WHEN alpha IS OB DO SEND beeper.mute\n",
                    user="mon1 pass1").start()
    outage.set("ups.status", "OB")
    monitor.says("type=RULE")
    monitor.says("beeper.mute: Access denied")
    assert sent(outage) == []


def test_a_rule_is_tried_for_real(site, outage):
    monitor = ruled(site, "")
    ran, told_text = monitor.folder / "ran", monitor.folder / "told"
    monitor.write(f'NOTIFYFLAG RULE SYSLOG+EXEC\nNOTIFYCMD "echo > {told_text}"\n'
                  f'RULE low WHEN alpha charge < 5 DO OUTLET.GROUP lab off THEN RUN "echo yes > {ran}" '
                  'THEN NOTIFY "{charge} %" THEN AFTER 900 SHUTDOWN ELSE OUTLET.GROUP lab on\n'
                  "RULE bad WHEN alpha charge < 5 DO OUTLET 1 off THEN SEND beeper.mute\n")
    tried = monitor.run("--try", "low")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    said = tried.stdout
    told, done = said.index("switch off outlet group lab"), said.index("done: outlet.group.2.load.off")
    assert told < done < said.index("left out")
    assert sent(outage) == ["outlet.group.2.load.off"]
    assert ran.read_text() == "yes\n"
    assert "syslog: info notify type=RULE ups=low: low: 100 %: handed over" in said
    assert "NOTIFYCMD: done" in said and "100 %" in told_text.read_text()
    assert not monitor.mark.exists() and not monitor.flag.exists()

    tried = monitor.run("--try", "bad")
    assert tried.returncode == 1
    assert "failed: outlet.1.load.off" in tried.stdout
    assert sent(outage)[1:] == ["outlet.1.load.off", "beeper.mute"], "what follows is tried too"
    tried = monitor.run("--try", "nothing")
    assert tried.returncode == 1 and "there is no rule and no notification nothing" in tried.stderr


def test_a_way_that_leads_nowhere_fails_the_trial(site, outage):
    monitor = ruled(site, "NOTIFYFLAG RULE SYSLOG+EXEC+MAIL+WEBHOOK\n"
                          "RULE low WHEN alpha charge < 5 DO NOTIFY low\n")
    tried = monitor.run("--try", "low")
    assert tried.returncode == 1
    for way in ("EXEC: failed: there is no NOTIFYCMD", "MAIL: failed: no MAIL line", "WEBHOOK: failed: no WEBHOOK"):
        assert way in tried.stdout


def test_check_doubts_names_that_nothing_publishes(site, outage):
    monitor = ruled(site, "RULE odd WHEN alpha battery.chrage < 5 DO SHUTDOWN\n")
    checked = monitor.run("-t")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "battery.chrage is no known variable" in checked.stderr
