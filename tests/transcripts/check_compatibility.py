#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every row of docs/compatibility.md names tests, and each of them exists. Argument: the source root."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
page = root / "docs/compatibility.md"
cpp = "\n".join(path.read_text() for folder in ("tests", "plugins") for path in (root / folder).rglob("*_test.cpp"))
gtests = {f"{suite}.{name}" for suite, name in re.findall(r"TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)", cpp)}
python = {path.name: path.read_text() for path in (root / "tests").rglob("test_*.py")}


def exists(name):
    if name.startswith("transcript "):
        return (root / "tests/transcripts" / (name.split()[1] + ".txt")).is_file()
    if "::" in name:
        file, function = name.split("::")
        return f"\ndef {function}(" in python.get(file, "")
    return name in gtests


wrong = 0
for number, line in enumerate(page.read_text().split("\n"), 1):
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if not line.startswith("|") or cells[0] == "topic" or set(cells[0]) == {"-"}:
        continue
    for test in cells[-1].split(", "):
        if not exists(test):
            print(f"{page.relative_to(root)}:{number}: no such test: {test!r}")
            wrong += 1
sys.exit(1 if wrong else 0)
