#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""usage: check_options.py PAGE PROGRAM

Does the manual page name exactly the options that `PROGRAM -h` shows?"""

import re
import subprocess
import sys

OPTION = re.compile(r"(?<![\w-])(--?[A-Za-z0-9][\w-]*|-)(?![\w-])")
FLAG = re.compile(r"\bFl(?: (-?[A-Za-z0-9][\w-]*))?")


def options_of_help(program):
    """The options with a line of their own, and all that are named anywhere."""
    text = subprocess.run([program, "-h"], capture_output=True, text=True, check=True).stdout
    own = set()
    for line in text.splitlines():
        if entry := re.match(r" +(-.*)", line):  # two blanks separate it from the explanation
            own.update(OPTION.findall(entry.group(1).partition("  ")[0]))
    return own, set(OPTION.findall(text))


def options_of_page(page):
    """The options with an entry of their own, and all that are named anywhere."""
    own, named = set(), set()
    with open(page, encoding="utf-8") as file:
        for line in file:
            names = {"-" + name for name in FLAG.findall(line) if name not in ("Op", "Ar")}
            named |= names if line.startswith(".") else set()
            own |= names if line.startswith(".It") else set()
    return own, named


def main(page, program):
    (help_own, help_named), (page_own, page_named) = options_of_help(program), options_of_page(page)
    problems = [f"{page}: lacks {name}" for name in sorted(help_own - page_named)]
    problems += [f"{page}: {program} has no {name}" for name in sorted(page_own - help_named)]
    for problem in problems:
        print(problem)
    return 1 if problems or not help_own else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
