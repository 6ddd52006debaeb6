# SPDX-License-Identifier: Apache-2.0
"""Device dumps: the `name: value` files of the dummy driver."""

import pathlib


def write_dev(path, variables):
    """Writes `variables` (name -> value) as a dump."""
    pathlib.Path(path).write_text(
        "".join(f"{name}: {value}\n" for name, value in variables.items()), encoding="utf-8")


def read_dev(path):
    """What a dump says: name -> value, later lines win, as text. Comments and what is not
    `name: value` are left out."""
    found = {}
    for line in pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        line = line.strip()
        name, colon, value = line.partition(":")
        if not line or line.startswith("#") or not colon or " " in name.strip():
            continue
        found[name.strip()] = value.strip()
    return found
