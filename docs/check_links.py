#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""usage: check_links.py SOURCE_ROOT     Does every relative link of the Markdown pages lead somewhere?"""

import os
import re
import sys


def pages(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith((".", "build"))]
        yield from (os.path.join(folder, name) for name in files if name.endswith(".md"))


def main(root):
    broken = 0
    for page in sorted(pages(root)):
        with open(page, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", line):
                    if not os.path.exists(os.path.join(os.path.dirname(page), target)):
                        print(f"{page}:{number}: there is no {target}")
                        broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
