# SPDX-License-Identifier: Apache-2.0
"""Our upssched and Debian's: either may call the other's timer daemon."""

import pytest

from support import OURS, STOCK, need_stock, wait_for
from support.timers import TimerPlace

BOTH_WAYS = [(OURS, STOCK), (STOCK, OURS), (STOCK, STOCK), (OURS, OURS)]


@pytest.fixture(autouse=True)
def stock_programs():
    need_stock("upssched")


@pytest.fixture(name="place")
def place_fixture(site):
    made = TimerPlace(site)
    yield made
    made.close()


def arguments(place):
    """What CMDSCRIPT was called with, in order."""
    return [call.split("|")[0] for call in place.calls()]


@pytest.mark.parametrize("starter, other", BOTH_WAYS)
def test_one_starts_the_daemon_and_the_other_uses_it(place, starter, other):
    place.write("AT FSD * START-TIMER first 600", 'AT ONBATT * START-TIMER "second one" 1',
                "AT ONLINE * CANCEL-TIMER first", "AT ONLINE * CANCEL-TIMER first no-more",
                "AT COMMOK * CANCEL-TIMER none")
    assert place.notify("FSD", make=starter).returncode == 0
    daemons = place.daemons()
    assert len(daemons) == 1
    assert place.notify("ONBATT", make=other).returncode == 0
    # Between two of ours the notification travels along; else, as with stock, what the daemon was started for
    # is in its environment.
    wait_for(lambda: arguments(place) == ["second one"], 15)
    kind = place.calls()[0].split("|")[2]
    assert kind == ("ONBATT" if (starter, other) == (OURS, OURS) else "FSD")
    assert place.notify("COMMOK", make=other).returncode == 0
    assert place.notify("ONLINE", make=other).returncode == 0
    wait_for(lambda: arguments(place) == ["second one", "no-more"])
    if starter == OURS:  # the stock daemon counts each request as a second without timers, and has ended
        assert place.daemons() == daemons


def test_a_stock_daemon_gets_a_timer_of_its_own_for_a_shared_one(place):
    place.write("AT FSD * START-TIMER first 600")
    assert place.notify("FSD", make=STOCK).returncode == 0
    place.write("AT ONBATT * START-TIMER-SHARED all 1")
    done = place.notify("ONBATT", make=OURS)
    assert done.returncode == 0 and "daemon.old" in done.stderr
    wait_for(lambda: arguments(place) == ["all"])


def test_both_daemons_answer_requests_alike(place):
    lines = ['START "a" "600"', 'CANCEL "a"', 'CANCEL "a" ""', 'CANCEL "a" "ran"', "FOO", "START", 'START "x"',
             'start "a" "1"', 'START "b" "600" "ONBATT" "u@h" "text"',
             'CANCEL "b" "" "ONLINE" "u@h" "text"', "", "LIST-TIMERS x"]
    place.write("AT FSD * START-TIMER first 600")
    replies = {}
    for make in (STOCK, OURS):
        assert place.notify("FSD", make=make).returncode == 0
        replies[make] = place.ask(*lines)
        place.close()
        place.pipe.unlink(missing_ok=True)
    same = [(line, ours, stock) for line, ours, stock in zip(lines, replies[OURS], replies[STOCK]) if ours != stock]
    # Incomplete requests are told from unknown ones, and later releases know the list.
    assert same == [("START", "ERR INVALID-ARGUMENT", "ERR UNKNOWN"),
                    ('START "x"', "ERR INVALID-ARGUMENT", "ERR UNKNOWN"),
                    ("LIST-TIMERS x", 'TIMER "first" "600" "FSD" "rack1@here"', "ERR UNKNOWN")]
