# SPDX-License-Identifier: Apache-2.0
"""All rows of the table, in its order."""

from . import costs, rates, times


def rows(sizes, words=()):
    """The rows whose key or name holds one of the words; all rows for no words."""
    return [row for module in (rates, times, costs) for row in module.rows(sizes)
            if not words or any(word in row.key or word in row.name for word in words)]
