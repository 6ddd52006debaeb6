# SPDX-License-Identifier: Apache-2.0
"""Every device dump of the library, through our dummy driver, our server and our upsc, value for value.

The library is looked for in UPS_DDL_DIR, else in ../shared/data/ddl beside the source tree; without it
the test is skipped and says so."""

import os
import pathlib
import re

import pytest

from support import Programs, OURS, Ups, wait_for
from support.programs import SOURCE_ROOT

FOLDER = pathlib.Path(os.environ.get("UPS_DDL_DIR") or SOURCE_ROOT / "../shared/data/ddl")
BATCH = 120
ENTRY = re.compile(r"([A-Za-z0-9._-]+): ?(.*)")
REMARK = re.compile(r"(?:^|[ \t]+)#(?:BAD\b|COMMENT\b|[ \t]).*$")
# What the driver says of itself takes the place of what the recorded driver said of itself.
OWN = re.compile(r"driver\.(name|version|version\.internal|parameter\..*|flag\..*|state|debug)$")


def expected(path):
    """The variables of a dump: the last line counts, remarks at the end of a line do not."""
    found = {}
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        entry = ENTRY.fullmatch(line)
        if entry and not line.startswith(("TIMER", "ALARM", "RW:", "CMD:")):
            name, value = entry.groups()
            value = REMARK.sub("", value)
            quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', value)
            if not OWN.match(name):
                found[name] = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else value
    return found


def plain(text):
    """As the wire shows it: printable ASCII only."""
    return "".join(c for c in text if " " <= c <= "\x7e")


def dumps():
    return sorted(FOLDER.rglob("*.dev"))


def batches():
    files = dumps()
    return [files[i:i + BATCH] for i in range(0, len(files), BATCH)]


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no device dumps in {FOLDER} (set UPS_DDL_DIR)")
@pytest.mark.parametrize("files", batches(), ids=[f"from-{b[0].stem[:30]}" for b in batches()])
def test_dumps_come_out_of_upsc_value_for_value(site, files):
    site.write_ups_conf([Ups(f"u{i}", port=str(file.resolve())) for i, file in enumerate(files)])
    site.start_upsd()
    done = site.run("upsdrvctl", "start", within=120)
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        client = site.client()
        for number in range(len(files)):
            wait_for(lambda n=number: client.ask(f"GET VAR u{n} driver.name").startswith("VAR "), 20,
                     lambda n=number: f"{files[n]}: " + client.ask(f"GET VAR u{n} driver.name"))
        wrong = [text for number, file in enumerate(files) for text in differences(site, number, file)]
        assert not wrong, "\n".join(wrong)
    finally:
        done = site.run("upsdrvctl", "stop", within=120)
    assert done.returncode == 0, done.stdout + done.stderr
    server = next(p.pid for p in site.processes)
    wait_for(lambda: site.running() == [server], 20, lambda: f"left: {site.running()}")


def differences(site, number, file):
    done = site.run("upsc", site.at(f"u{number}"))
    if done.returncode != 0:
        yield f"{file}: {done.stderr}"
        return
    shown = dict(line.split(": ", 1) if ": " in line else (line.rstrip(":"), "")
                 for line in done.stdout.split("\n") if line)
    for name, value in expected(file).items():
        if shown.get(name) != plain(value):
            yield f"{file}: {name} is {shown.get(name)!r}, not {value!r}"


def test_our_programs_are_there():
    """So that a run without the library has tested something and says what it skipped."""
    for name in ("upsd", "upsdrvctl", "upsc"):
        assert Programs(OURS).path(name).exists()
