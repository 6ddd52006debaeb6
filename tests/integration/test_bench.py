# SPDX-License-Identifier: Apache-2.0
"""The benchmarks work: every row can be measured. What they measure is not looked at."""

import json
import shutil
import subprocess
import sys

import pytest

from support.netns import need_hosts
from support.programs import SOURCE_ROOT, build_root, is_sanitized, need_stock

RUN = SOURCE_ROOT / "tests/bench/run"
SLOW = ("instructions",)  # rows that start servers under valgrind


def bench(*words):
    done = subprocess.run([sys.executable, RUN, *words], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def keys():
    return [line.split()[0] for line in bench("--list").splitlines()]


def measure(tmp_path, servers, rows):
    report = tmp_path / "report.json"
    table = bench("--tiny", "--no-build", "--build", build_root(), "--json", report, "--servers", *servers,
                  "--only", *rows)
    assert max(map(len, table.splitlines())) <= 100, table
    return {row["key"]: row["medians"] for row in json.loads(report.read_text())["rows"]}


def need_tools(*names):
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        pytest.skip(f"absent: {', '.join(missing)}")


def test_every_row_is_measured_on_ours_and_the_bare_loop(tmp_path):
    need_tools("certutil", "strace")
    rows = [key for key in keys() if not key.startswith(SLOW)]
    found = measure(tmp_path, ["ours", "loop"], rows)
    assert set(found) == set(rows)
    for key, medians in found.items():
        assert "ours" in medians, key
        # With so little load the clock of the scheduler may not move.
        assert all(value > 0 for value in medians.values()) or key.startswith(("cpu", "memory")), key


def test_the_stock_server_is_measured_beside(tmp_path):
    need_stock("upsd")
    need_tools("certutil", "strace")
    rows = ["get-10", "tls-get-16-deep", "updates-16", "storm", "gap-never-reads", "calls-get"]
    found = measure(tmp_path, ["stock"], rows)
    assert set(rows) <= set(found)
    assert all("stock" in medians for medians in found.values()), found


def test_instructions_are_counted(tmp_path):
    need_tools("valgrind", "certutil")
    # valgrind does not run sanitized programs.
    server = "stock" if is_sanitized() else "ours"
    if server == "stock":
        need_stock("upsd")
    found = measure(tmp_path, [server], SLOW)
    assert found["instructions-1"][server] > 100
    assert set(found) == {key for key in keys() if key.startswith(SLOW)}


def test_the_way_from_a_low_battery_to_a_secondary_is_measured():
    need_hosts()
    done = subprocess.run([sys.executable, RUN.with_name("lb_to_fsd"), "-n", "1", "--no-stock"], capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[1].startswith("a secondary of ours"), done.stdout


def test_growth_is_measured():
    need_tools("certutil")
    table = bench("--growth", "--tiny", "--no-build", "--build", build_root())
    assert [line[:22].strip() for line in table.splitlines()[2:]] == [
        "1 UPSes", "10 UPSes", "10 variables", "1 clients", "10 clients"]
