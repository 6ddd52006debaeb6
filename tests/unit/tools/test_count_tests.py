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
    assert "skipped: not here: ridethrough:unit / base: Words.C" in lines
    assert "FAILED: ridethrough:unit / base (fail)" in lines


def test_a_failure_is_told_before_what_came_after_it(tmp_path):
    said = "a.cpp:3: Failure\nExpected: 1\n" + "later\n" * 100 + "the end\n"
    _, lines, _ = count(tmp_path, [entry(result="FAIL", stdout=said)])
    told = lines[lines.index("FAILED: ridethrough:unit / base (fail)") + 1:-1]
    assert told[:2] == ["    a.cpp:3: Failure", "    Expected: 1"] and told[-1] == "    the end"
    assert len(told) < 60


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
    assert "skipped: no such peer: 2 at here.py:3" in lines


def test_a_file_that_was_skipped_says_why(tmp_path):
    rows = [entry("ridethrough:lint / a"), entry("ridethrough:lint / b", "SKIP", "mandoc is not installed\n")]
    status, lines, last = count(tmp_path, rows)
    assert (status, last) == (0, "1 passed, 0 failed, 1 skipped")
    assert "skipped: mandoc is not installed: ridethrough:lint / b" in lines


def test_nothing_that_ran_is_no_success(tmp_path):
    assert count(tmp_path, [])[::2] == (1, "0 passed, 0 failed, 0 skipped")


def write_log(folder, name, entries):
    (folder / f"{name}.json").write_text("".join(json.dumps(row) + "\n" for row in entries), encoding="utf-8")
    (folder / f"{name}.junit.xml").write_text("<testsuites></testsuites>", encoding="utf-8")
    return folder / name


def run(*arguments):
    done = subprocess.run([sys.executable, COUNT, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_what_passes_alone_counts_and_is_named(tmp_path):
    first = write_log(tmp_path, "testlog", [
        entry("ridethrough:interop / x", "FAIL", "it broke\n1 failed, 1 passed in 1.00s\n"),
        entry("ridethrough:integration / y", "FAIL", "1 failed in 1.00s\n"), entry("ridethrough:unit / z")])
    again = write_log(tmp_path, "again", [
        entry("ridethrough:interop / x", "OK", "2 passed in 1.00s\n"),
        entry("ridethrough:integration / y", "FAIL", "again\n1 failed in 1.00s\n")])
    status, lines = run(first, again)
    assert (status, lines[-1]) == (1, "3 passed, 1 failed, 0 skipped")
    assert lines[lines.index("UNSTEADY: ridethrough:interop / x (fail)") + 1] == "    it broke"
    assert lines[lines.index("FAILED: ridethrough:integration / y (fail)") + 1] == "    again"


def test_only_programs_run_once_more_and_only_a_few(tmp_path):
    programs = [entry(f"ridethrough:interop / {name}", "FAIL") for name in "abcde"]
    assert run("--failed", write_log(tmp_path, "few", programs[:4])) == (0, ["a", "b", "c", "d"])
    assert run("--failed", write_log(tmp_path, "many", programs)) == (0, [])
    assert run("--failed", write_log(tmp_path, "unit", [*programs[:1], entry(result="FAIL")])) == (0, [])
