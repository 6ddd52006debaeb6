# SPDX-License-Identifier: Apache-2.0
"""Our monitor when something breaks: its own processes, the disk for the flag, its clock."""

import os
import signal
import subprocess

import pytest

from support import Monitor, command_line_of, wait_for


def primary(site, **more):
    return Monitor(site, "primary", [f"{site.at('alpha')} 1 mon1 pass1 primary"], **more)


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def is_monitor(pid):
    """Whether it is the monitor or one of its helpers. (A folder of the tests may have any name.)"""
    return os.path.basename((command_line_of(pid) or [""])[0]) == "upsmon"


def test_a_worker_that_is_killed_is_started_again(site, outage):
    first = primary(site).start()
    kill(first.pid("--worker"))
    first.says("worker.died")
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    outage.set("ups.status", "OB LB")
    first.wait_shutdown()
    assert first.process.wait_end() == 0


def test_a_decision_survives_the_worker(site, outage):
    other = Monitor(site, "secondary", [f"{site.at('alpha')} 1 mon2 pass2 secondary"],
                    lines="FINALDELAY 600\n").start()
    first = primary(site).start()
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 2")
    outage.set("ups.status", "OB LB")
    # The primary waits for its secondary; nothing but its memory says why, once mains are back.
    first.says("this host is to be shut down")
    site.wait_var("alpha", "ups.status", "FSD OB LB")
    worker = first.pid("--worker")
    kill(worker)
    first.says("standing=shutdown")
    outage.set("ups.status", "OL")
    assert wait_for(lambda: first.pid("--worker-standing")) != worker
    first.wait_shutdown(within=25)
    assert first.flag.read_text() == "upsmon-shutdown-file"
    assert other.process.is_running()
    assert first.process.wait_end() == 0


def test_a_courier_that_is_killed_is_started_again(site, outage):
    told = site.root / "told"
    first = primary(site, lines=f'NOTIFYCMD "echo >> {told}"\n', flags="EXEC").start()
    kill(first.pid("--courier"))
    first.says("courier.died")
    os.chmod(site.root, 0o777)
    outage.set("ups.status", "OB")
    wait_for(told.exists, what=lambda: first.process.log())
    os.chmod(site.root, 0o755)


def test_a_dead_parent_is_told(site, outage):
    first = primary(site).start()
    worker = first.pid("--worker")
    first.process.kill()
    wait_for(lambda: "type=NOPARENT" in first.process.log(), what=lambda: first.process.log())
    assert first.run("-c", "stop").returncode == 0
    wait_for(lambda: not os.path.exists(f"/proc/{worker}") or worker not in site.running())
    site.processes.remove(first.process)


def test_a_full_disk_for_the_flag_does_not_stop_the_shutdown(site, outage):
    first = primary(site)
    disk = first.folder / "disk"
    disk.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "none", disk],
                           capture_output=True, text=True, check=False)
    if mount.returncode:
        pytest.skip(f"no file system to fill: {mount.stderr.strip()}")
    try:
        (disk / "filler").write_bytes(b"x" * 4096)
        first.flag = disk / "killpower"
        first.write()
        first.start()
        outage.set("ups.status", "OB LB")
        first.wait_shutdown()
        assert first.process.wait_end() == 0
        log = first.process.log()
        assert "so the UPS will not be told to cut the power" in log and "No space left" in log
        assert first.run("-K").returncode == 1
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_flag_that_is_somebody_elses_file_is_left_alone(site, outage):
    first = primary(site)
    first.flag.write_text("precious")
    first.start()
    first.says("POWERDOWNFLAG is not used")
    outage.set("ups.status", "OB LB")
    first.wait_shutdown()
    assert first.process.wait_end() == 0
    assert first.flag.read_text() == "precious"
    assert first.run("-K").returncode == 1


def test_a_flag_of_the_last_shutdown_is_removed_at_start(site, outage):
    first = primary(site)
    first.flag.write_text("upsmon-shutdown-file")
    assert first.run("-K").returncode == 0
    first.start()
    assert first.run("-K").returncode == 1
    assert not first.flag.exists()


def test_a_second_one_is_refused_and_leaves_the_flag(site, outage):
    first = primary(site).start()
    first.flag.write_text("upsmon-shutdown-file")
    second = first.run("-F")
    assert second.returncode == 1 and "runs already" in second.stderr
    assert first.flag.read_text() == "upsmon-shutdown-file"
    assert first.process.is_running()


def test_the_worker_has_no_rights(site, outage):
    if os.getuid() != 0:
        pytest.skip("needs root to have rights to give up")
    first = primary(site).start()
    with open(f"/proc/{first.pid('--worker')}/status", encoding="ascii") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    assert "0" not in status["Uid"].split()
    assert int(status["CapPrm"], 16) == 0 and int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    with open(f"/proc/{first.pid('--courier')}/status", encoding="ascii") as file:
        assert not [line for line in file if line.startswith("Uid:") and "\t0\t" in line]


def test_it_goes_to_the_background_and_stops_on_command(site, outage):
    first = primary(site)
    assert first.run().returncode == 0
    site.wait_reply("GET NUMLOGINS alpha", "NUMLOGINS alpha 1")
    assert [pid for pid in site.running() if is_monitor(pid)]
    assert first.run("-c", "stop").returncode == 0
    wait_for(lambda: not [pid for pid in site.running() if is_monitor(pid)], what="all of it has ended")


def test_a_bad_configuration_fails_the_start(site, outage):
    first = primary(site, lines="MINSUPPLIES 9\n")
    for args in ((), ("-F",), ("-p",)):
        failed = first.run(*args)
        assert failed.returncode == 1, args
        assert "MINSUPPLIES" in failed.stderr
