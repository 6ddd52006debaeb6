# SPDX-License-Identifier: Apache-2.0
"""tools/dev/count_tests: the line that says whether a change is good must itself be right."""

import json
import pathlib
import subprocess
import sys

import pytest

COUNT = pathlib.Path(__file__).resolve().parents[3] / "tools/dev/count_tests"

GOOGLETEST = """<testsuite name="ridethrough.ridethrough:unit / base.Words">
<testcase name="A" status="run" classname="Words" />
<testcase name="B" status="run" classname="Words"><failure message="no" /></testcase>
<testcase name="C" status="run" classname="Words" result="skipped"><skipped message="not here" /></testcase>
<testcase name="D" status="notrun" classname="Words" />
</testsuite>"""
GOOD_GOOGLETEST = """<testsuite name="ridethrough.ridethrough:unit / base.Words">
<testcase name="A" status="run" classname="Words" /></testsuite>"""


def entry(name="ridethrough:unit / base", result="OK", stdout=""):
    return {"name": name, "result": result, "stdout": stdout}


def count(folder, entries, suites=""):
    """Exit status, all lines, and the last line."""
    (folder / "testlog.json").write_text("".join(json.dumps(row) + "\n" for row in entries),
                                         encoding="utf-8")
    (folder / "testlog.junit.xml").write_text(f"<testsuites>{suites}</testsuites>", encoding="utf-8")
    done = subprocess.run([sys.executable, COUNT, folder / "testlog"], capture_output=True, text=True,
                          check=False)
    assert not done.stderr
    return done.returncode, done.stdout.splitlines(), done.stdout.splitlines()[-1]


def test_counts_the_cases_of_googletest_programs(tmp_path):
    status, lines, last = count(tmp_path, [entry(result="FAIL")], GOOGLETEST)
    assert (status, last) == (1, "1 passed, 1 failed, 1 skipped")
    assert "skipped: ridethrough:unit / base: Words.C: not here" in lines
    assert "FAILED: ridethrough:unit / base: Words.B" in lines


def test_a_program_that_fails_with_all_cases_good_is_a_failure(tmp_path):
    status, _, last = count(tmp_path, [entry(result="FAIL")], GOOD_GOOGLETEST)
    assert (status, last) == (1, "1 passed, 1 failed, 0 skipped")


@pytest.mark.parametrize("result", ["FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"])
def test_a_program_without_cases_counts_once(tmp_path, result):
    rows = [entry("ridethrough:lint / a"), entry("ridethrough:lint / b", result)]
    assert count(tmp_path, rows)[::2] == (1, "1 passed, 1 failed, 0 skipped")


@pytest.mark.parametrize("line, expected", [
    ("5 passed in 0.02s", (0, "5 passed, 0 failed, 0 skipped")),
    ("===== 5 passed, 2 skipped in 71.20s (0:01:11) =====", (0, "5 passed, 0 failed, 2 skipped")),
    ("1 failed, 3 passed, 1 error in 2.00s", (1, "3 passed, 2 failed, 0 skipped")),
    ("2 xfailed, 1 xpassed, 4 deselected in 2.00s", (1, "2 passed, 1 failed, 0 skipped")),
])
def test_counts_the_cases_of_pytest_files(tmp_path, line, expected):
    result = "OK" if expected[0] == 0 else "FAIL"
    rows = [entry("ridethrough:interop / x", result, f"....\nSKIPPED [2] here.py:3: no such peer\n{line}\n")]
    status, lines, last = count(tmp_path, rows)
    assert (status, last) == expected
    assert "skipped: ridethrough:interop / x: [2] here.py:3: no such peer" in lines


def test_a_file_that_was_skipped_says_why(tmp_path):
    rows = [entry("ridethrough:lint / a"), entry("ridethrough:lint / b", "SKIP", "mandoc is not installed\n")]
    status, lines, last = count(tmp_path, rows)
    assert (status, last) == (0, "1 passed, 0 failed, 1 skipped")
    assert "skipped: ridethrough:lint / b: mandoc is not installed" in lines


def test_nothing_that_ran_is_no_success(tmp_path):
    assert count(tmp_path, [])[::2] == (1, "0 passed, 0 failed, 0 skipped")
