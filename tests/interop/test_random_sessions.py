# SPDX-License-Identifier: Apache-2.0
"""Random sessions against our server and the stock one. A reply that differs must be of a row of
docs/compatibility.md. Once a day or by hand: meson configure -Dlong_tests=true for a million commands, or
PYTHONPATH=tests:tests/interop python3 -m differential.run --help."""

import os
import random
import re

import pytest

from differential import rules
from differential.devices import Driver
from differential.generate import Say
from differential.run import Theatre, explain
from support import need_stock
from support.programs import SOURCE_ROOT, long_tests

LONG = long_tests()


@pytest.fixture
def theatre():
    need_stock("upsd")
    made = Theatre(64 if LONG else 12)
    yield made
    problems = made.close()
    assert not problems, "\n".join(problems)


def test_random_sessions_differ_in_known_rows_only(theatre):
    seed = os.environ.get("UPS_TEST_SEED") or str(random.SystemRandom().randrange(10 ** 9))
    failures = theatre.run(seed, commands=1_000_000 if LONG else 1500, seconds=None if LONG else 4)
    assert not failures, f"seed {seed}\n" + explain(theatre, failures[:3])
    assert theatre.tally["same"] > 1000
    if LONG:
        unseen = [topic for topic in rules.topics() if not theatre.tally["row: " + topic]]
        assert not unseen, f"seed {seed}: nothing differed in these ways: {unseen}"


def test_a_difference_that_no_row_explains_is_found_and_cut_short(theatre, monkeypatch):
    monkeypatch.setattr(rules, "RULES", [one for one in rules.RULES if one[0] != "`HELP`"])
    theatre.steps = 60
    failures = theatre.run("fixed", commands=100_000)
    assert failures
    text = explain(theatre, failures[:1], within=60)
    assert text.count("session ") == 1 and "HELP" in text.upper(), text


def test_every_rule_is_of_a_row():
    page = (SOURCE_ROOT / "docs/compatibility.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| (.*?) \|", page, re.MULTILINE))
    assert not [topic for topic in rules.topics() if topic not in rows]


@pytest.mark.parametrize("side", [0, 1], ids=["stock", "ours"])
def test_a_forced_shutdown_of_one_server_only_does_not_spoil_what_follows(theatre, side):
    world = theatre.worlds[0]
    client = theatre.sites[side].client().log_in("mon1", "pass1")
    client.expect(f"FSD alpha{world.tag}", "OK FSD-SET")
    for _ in world.play([Say(0, (f"GET VAR alpha{world.tag} ups.status\n".encode(),))]):
        pass
    assert not world.differences
    assert world.latched == ({"alpha" + world.tag} if side == 0 else set())


def driver_of(theatre, side) -> Driver:
    return theatre.worlds[0].sides[side].drivers["alpha"]


def test_a_change_of_case_only_is_seen_unlike_stock(theatre):
    ups = "alpha" + theatre.worlds[0].tag
    for side, (site, shown) in enumerate(zip(theatre.sites, ("Acme", "ACME"), strict=True)):
        driver_of(theatre, side).say(['SETINFO ups.mfr "ACME"', 'SETINFO ups.id "done"'])
        site.wait_var(ups, "ups.id", "done")
        assert site.client().var(ups, "ups.mfr") == shown


def test_tracking_ids_cannot_be_guessed_unlike_stock(theatre):
    """The stock server's first id is always the same."""
    ups = "alpha" + theatre.worlds[0].tag
    ids = []
    for site in theatre.sites:
        client = site.client().log_in("admin", "adminpass")
        client.expect("SET TRACKING ON", "OK")
        ids.append(client.ask(f"INSTCMD {ups} load.off").split()[-1])
    assert ids[0] == "2DDC5036-F665-4D29-BE4C-0374D091D263" != ids[1]
