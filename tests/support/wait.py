# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition. Tests never sleep for a fixed time; they poll until a deadline."""

import os
import time

# Deadlines are upper bounds that only a failing test reaches. Slow builds (sanitizers, a loaded
# machine) stretch all of them with one variable.
STRETCH = float(os.environ.get("UPS_TEST_STRETCH", "1"))


def wait_for(condition, within=10.0, what="", every=0.01):
    """Calls `condition` until it answers something true and returns that. `within` is in seconds.
    Raises AssertionError with `what` (text, or a callable giving text) when the time is over. An
    AssertionError or OSError inside `condition` counts as "not yet"."""
    end = time.monotonic() + within * STRETCH
    while True:
        problem = None
        try:
            result = condition()
            if result:
                return result
        except (AssertionError, OSError) as error:
            problem = error
        if time.monotonic() >= end:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {within} s: {text or condition}"
                                 + (f" ({problem!r})" if problem else ""))
        time.sleep(every)
