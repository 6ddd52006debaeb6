# SPDX-License-Identifier: Apache-2.0
"""docs/shutdown.md, followed to the letter: its files are taken as they are, and its programs say what it shows."""

import re

import pytest

from support import Monitor
from support.programs import SOURCE_ROOT


PAGE = (SOURCE_ROOT / "docs/shutdown.md").read_text(encoding="utf-8")


def blocks():
    """(the paragraph before it, the text) of each indented block."""
    found, before, lines = [], "", []
    for line in [*PAGE.splitlines(), ""]:
        if line.startswith("    ") or (lines and not line):
            lines.append(line[4:])
            continue
        if lines:
            found.append((before, "\n".join(lines).strip("\n") + "\n"))
            before, lines = "", []
        if line:
            before += line + "\n"
        else:
            before = ""
    if lines:
        found.append((before, "\n".join(lines).strip("\n") + "\n"))
    return found


BLOCKS = blocks()
UPS_CONF, USERS, PRIMARY, SECONDARY, WAKE = (text for text in (block for _, block in BLOCKS) if re.match(
    r"\[rack1\]|\[here\]|MONITOR|RECOVERY", text))


def shown(command):
    """What the page shows for a command: the block that begins with it, or else the one that ends so."""
    for _, text in BLOCKS:
        if text.startswith(f"# {command}\n"):
            return text.partition("\n")[2]
    raise AssertionError(f"the page does not show {command}")


@pytest.fixture
def power(site):
    """The primary of the page, with the folder and the port of the test."""
    site.write("ups.conf", UPS_CONF)
    site.write_upsd_conf()
    site.write("upsd.users", USERS)
    site.start_driver("rack1", program="sim-ups")
    site.start_upsd()
    site.wait_var("rack1", "ups.status", "OL")
    runtime = re.search(r"runtime (\d+) s", shown("upsmon --explain"))[1]
    site.wait_var("rack1", "battery.runtime", runtime)
    return Host(site, "power", PRIMARY)


class Host(Monitor):
    """A monitor with a file of the page. It is never started: the page's command shuts down for real."""

    def __init__(self, site, name, text):
        super().__init__(site, name, [])
        self.put(text)

    def put(self, text):
        text = re.sub(r"@(localhost|power\.example\.org)\b", rf"@127.0.0.1:{self.site.port}", text)
        (self.folder / "upsmon.conf").write_text(text, encoding="utf-8")

    def says(self, *args):
        """As the page would show it: its names, and one blank where columns are aligned."""
        done = self.run(*args)
        said = done.stdout.replace(f"@127.0.0.1:{self.site.port}", "@localhost").replace(str(self.folder), "/etc/nut")
        return done.returncode, re.sub(r" +", " ", said), done.stderr


def as_shown(text):
    return re.sub(r" +", " ", text)


def test_the_files_are_in_order(site, power):
    checked = site.run("upsd", "-t")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert power.says("-t")[:2] == (0, as_shown(shown("upsmon -t")))
    web = Host(site, "web", SECONDARY)
    status, said, complaints = web.says("-t")
    assert status == 0, said + complaints
    assert "secondary, power value 1, logged in" in said


def test_the_rehearsals_say_what_is_shown(power):
    for option in ("--explain", "--drill"):
        status, said, complaints = power.says(option)
        assert (status, complaints) == (0, "")
        assert said == as_shown(shown(f"upsmon {option}"))
    power.put(PRIMARY + WAKE)
    status, said, complaints = power.says("--explain")
    assert (status, complaints) == (0, "")
    after = [text for _, text in BLOCKS if text.startswith("When the mains are back")]
    assert said.partition("\n\nWhen")[2] == as_shown(after[0]).partition("When")[2]


def test_a_notification_is_tried_as_shown(power):
    power.put(PRIMARY + "NOTIFYFLAG LOWBATT SYSLOG\n")  # terminals of the machine are left alone
    status, said, _ = power.says("--try", "LOWBATT")
    assert status == 0
    assert said.splitlines() == [line for line in as_shown(shown("upsmon --try LOWBATT")).splitlines()
                                 if not line.startswith("wall: ")]


def test_the_power_off_is_shown(site, power):
    done = site.run("upsdrvctl", "-t", "shutdown")
    assert done.returncode == 0

    def words(text):
        return [line.split("exec: ")[1].split()[1:] for line in text.splitlines() if "exec: " in line]
    assert words(done.stdout + done.stderr) == words(shown("upsdrvctl -t shutdown")) == [["-a", "rack1", "-k"]]
