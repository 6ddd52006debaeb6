# SPDX-License-Identifier: Apache-2.0
"""upslog with real servers: several UPSes and servers, rotation, signals, ends."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest

from support import OURS, Client, FakeServer, Programs, Ups, wait_for
from support.site import run_as

FORMAT = "%VAR ups.status% %VAR battery.charge%"
AS_SELF = ["-u", "root"] if os.getuid() == 0 else []


@pytest.fixture(name="pair")
def pair_fixture(site):
    """A server with two UPSes."""
    site.write_ups_conf([Ups("alpha"), Ups("beta"), Ups("gone")])
    site.fake_driver("alpha", {"ups.status": "OL", "battery.charge": "97"})
    site.fake_driver("beta", {"ups.status": "OB LB", "battery.charge": "9"})
    site.start_upsd()
    site.wait_var("alpha", "ups.status", "OL")
    site.wait_var("beta", "ups.status", "OB LB")
    return site


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def start(site, *args, user=AS_SELF):
    return site.spawn("upslog", [Programs(OURS).path("upslog"), "-F", *user, *map(str, args)])


def test_the_default_record_has_the_known_shape(pair):
    done = pair.run("upslog", "-s", pair.at("alpha"), "-l", "-", "-d", "1", *AS_SELF)
    assert done.returncode == 0, done.stderr
    banner, what, record = done.stdout.splitlines()
    assert re.fullmatch(r"Ridethrough upslog [\d.]+", banner)
    assert what == f"logging status of {pair.at('alpha')} to - (30s intervals)"
    assert re.fullmatch(r"\d{8} \d{6} 97 NA NA \[OL\] NA NA", record)


def test_several_upses_go_to_files_of_their_own_or_to_one(pair):
    one, both = pair.root / "one.log", pair.root / "both.log"
    done = pair.run("upslog", "-F", *AS_SELF, "-i", "1", "-d", "2", "-N", "-f", FORMAT,
                    "-m", f"{pair.at('alpha')},{one}", "-m", f"{pair.at('alpha')},{both}",
                    "-m", f"{pair.at('beta')},{both}", "-m", f"{pair.at('gone')},{both}")
    assert done.returncode == 0, done.stderr
    assert lines(one) == [f"{pair.at('alpha')}\tOL 97"] * 2
    assert sorted(lines(both)) == sorted([f"{pair.at('alpha')}\tOL 97", f"{pair.at('beta')}\tOB LB 9",
                                          f"{pair.at('gone')}\tNA NA"] * 2)


def test_a_star_is_all_upses_of_the_server(pair):
    done = pair.run("upslog", "-s", pair.at("*"), "-l", "-", "-d", "1", "-f", FORMAT, *AS_SELF)
    assert sorted(done.stdout.splitlines()[2:]) == [
        f"{pair.at('alpha')}\tOL 97", f"{pair.at('beta')}\tOB LB 9", f"{pair.at('gone')}\tNA NA"]


def test_json_is_one_object_per_line_and_nothing_else(pair):
    done = pair.run("upslog", "-j", "-m", f"{pair.at('alpha')},-", "-m", f"{pair.at('gone')},-", "-d", "1",
                    "-f", "%VAR ups.status% %VAR no.such%", *AS_SELF)
    records = {record["ups"]: record for record in map(json.loads, done.stdout.splitlines())}
    assert records[pair.at("alpha")]["variables"] == {"ups.status": "OL", "no.such": None}
    assert records[pair.at("gone")]["variables"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", records[pair.at("alpha")]["time"])
    everything = pair.run("upslog", "-j", "-s", pair.at("alpha"), "-l", "-", "-d", "1", *AS_SELF)
    assert json.loads(everything.stdout)["variables"]["battery.charge"] == "97"


def test_usr1_writes_a_record_now_and_hup_follows_a_rotation(pair):
    log = pair.root / "ups.log"
    logger = start(pair, "-s", pair.at("alpha"), "-l", log, "-f", FORMAT, "-i", "600")
    wait_for(lambda: lines(log) == ["OL 97"])
    pair.fakes[0].set("ups.status", "OB")
    pair.wait_var("alpha", "ups.status", "OB")
    # The change is pushed to all subscribers at once; that it has come is shown by the record.
    def asked():
        logger.signal(signal.SIGUSR1)
        return lines(log)[-1] == "OB 97"
    wait_for(asked)
    log.rename(pair.root / "ups.log.1")
    before = lines(pair.root / "ups.log.1")
    logger.signal(signal.SIGHUP)
    wait_for(log.exists)
    logger.signal(signal.SIGUSR1)
    wait_for(lambda: lines(log) == ["OB 97"])
    wait_for(lambda: lines(pair.root / "ups.log.1")[:len(before)] == before)
    assert logger.stop() == 0


def test_changes_are_records_of_their_own_when_asked_for(pair):
    log = pair.root / "ups.log"
    start(pair, "-s", pair.at("alpha"), "-l", log, "-f", FORMAT, "-i", "600", "--changes")
    wait_for(lambda: lines(log) == ["OL 97"])
    pair.fakes[0].set("battery.voltage", "13.1")  # not in the format: no record
    pair.fakes[0].set_many({"ups.status": "OB", "battery.charge": "96"})
    wait_for(lambda: lines(log)[-1] == "OB 96")
    pair.fakes[0].set_stale(True)
    wait_for(lambda: lines(log)[-1] == "NA NA")
    pair.fakes[0].set_stale(False)
    wait_for(lambda: lines(log)[-1] == "OB 96")
    assert len(lines(log)) <= 5


def test_a_server_that_only_polls_gives_fresh_values(site):
    server = FakeServer({"LIST VAR alpha": 'BEGIN LIST VAR alpha\nVAR alpha ups.status "OL"\n'
                                           'VAR alpha battery.charge "5"\nEND LIST VAR alpha\n'})
    try:
        log = site.root / "ups.log"
        logger = start(site, "-s", f"alpha@127.0.0.1:{server.port}", "-l", log, "-f", FORMAT, "-i", "600")
        wait_for(lambda: lines(log) == ["OL 5"])
        server.replies["LIST VAR alpha"] = server.replies["LIST VAR alpha"].replace("OL", "OB")
        logger.signal(signal.SIGUSR1)
        wait_for(lambda: lines(log) == ["OL 5", "OB 5"])
        server.replies["LIST VAR alpha"] = "ERR DATA-STALE\n"
        logger.signal(signal.SIGUSR1)
        wait_for(lambda: lines(log) == ["OL 5", "OB 5", "NA NA"])
    finally:
        server.stop()


def test_a_server_that_never_answers_delays_nobody(pair):
    with socket.create_server(("127.0.0.1", 0)) as hole:  # takes connections, never answers
        log, other = pair.root / "ups.log", pair.root / "other"
        start(pair, "-i", "1", "-f", FORMAT, "-m", f"dead@127.0.0.1:{hole.getsockname()[1]},{other}",
              "-m", f"{pair.at('alpha')},{log}", "-N")
        wait_for(lambda: len(lines(log)) >= 3)
        wait_for(lambda: len(lines(other)) >= 2)
        assert set(lines(log)) == {f"{pair.at('alpha')}\tOL 97"}
        assert {line.split("\t")[1] for line in lines(other)} == {"NA NA"}


def test_a_server_that_comes_back_is_read_again(pair):
    log = pair.root / "ups.log"
    start(pair, "-s", pair.at("alpha"), "-l", log, "-f", FORMAT, "-i", "1")
    wait_for(lambda: "OL 97" in lines(log))
    upsd = pair.processes[0]
    assert upsd.stop() == 0
    wait_for(lambda: lines(log)[-1] == "NA NA")
    pair.start_upsd()
    wait_for(lambda: lines(log)[-1] == "OL 97", 20)


def test_a_full_disk_is_reported_and_survived(pair):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    log = pair.root / "ups.log"
    log.symlink_to("/dev/full")
    logger = start(pair, "-s", pair.at("alpha"), "-l", log, "-f", FORMAT, "-i", "1")
    logger.wait_log("log.failed")
    log.unlink()
    logger.signal(signal.SIGHUP)  # the administrator has made room, elsewhere
    logger.wait_log("log.recovered")
    wait_for(lambda: "OL 97" in lines(log))


def test_it_ends_when_nobody_reads_its_output(pair):
    with subprocess.Popen([Programs(OURS).path("upslog"), "-s", pair.at("alpha"), "-l", "-", "-i", "1", *AS_SELF],
                          env=pair.env(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as logger:
        logger.stdout.readline()
        logger.stdout.close()
        assert logger.wait(20) == 1


def test_in_the_background_it_has_a_pid_file_and_stops_clean(pair):
    log = pair.root / "ups.log"
    done = pair.run("upslog", "-s", pair.at("alpha"), "-l", log, "-f", "%PID%", "-p", "mine", *AS_SELF)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: lines(log))
    pid_file = pair.pids / "mine.pid"
    pid = int(pid_file.read_text())
    assert lines(log) == [str(pid)]
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not pid_file.exists() or not pid_file.read_text())
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"))


@pytest.mark.skipif(os.getuid() != 0 or run_as() != [], reason="needs root and the account of the daemons")
def test_root_gives_up_its_rights(pair):
    log = pair.root / "ups.log"
    logger = start(pair, "-s", pair.at("alpha"), "-l", log, "-f", FORMAT, user=[])
    wait_for(lambda: lines(log) == ["OL 97"])
    assert os.stat(f"/proc/{logger.pid}").st_uid == pair.owner[0]


@pytest.mark.parametrize("args, status, text", [
    (["-l", "-"], 1, "No UPS defined for monitoring - use -s <system>"),
    (["-s", "a"], 1, "No filename defined for logging - use -l <file>"),
    (["-s", "a", "-l", "/nonexistent/x"], 1, "could not open logfile /nonexistent/x: No such file or directory"),
    (["-s", "a", "-l", "-", "-u", "nosuchuser"], 1 if os.getuid() == 0 else 0, "nosuchuser"),
    (["-s", "a", "-l", "-", "-i", "0"], 1, "-i 0: not a number"),
    (["-s", "a@", "-l", "-"], 1, "Error: invalid UPS definition."),
    (["-Z"], 1, "invalid option -- 'Z'"), (["-h"], 0, ""), (["-V"], 0, "")])
def test_mistakes_and_questions_have_their_exit_status(site, args, status, text):
    if "nosuchuser" in args and os.getuid() != 0:
        pytest.skip("needs root")
    done = site.run("upslog", *args)
    assert done.returncode == status and text in done.stderr


def test_it_leaves_no_session_behind(pair):
    pair.run("upslog", "-s", pair.at("alpha"), "-l", "-", "-d", "1", *AS_SELF)
    with Client(pair.port) as client:
        assert client.ask_list("LIST CLIENT alpha") == []
