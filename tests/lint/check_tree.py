#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules of the tree that a compiler does not check. Prints `file:line: what is wrong`, exits 1 if anything is.

Usage: check_tree.py RULE [SOURCE_ROOT]      RULE: one of the functions named check_*, without the prefix
"""
import re
import subprocess
import sys
from pathlib import Path

# Folder -> what its files may include of the project. The longest matching folder decides.
# docs/architecture.md shows the same table; the two change together.
LIB = ["lib/base"]
MAY_INCLUDE = {
    "lib/base": LIB,
    "lib/event": LIB + ["lib/event"],
    "lib/tls": LIB + ["lib/event", "lib/tls"],
    "lib/sandbox": LIB + ["lib/sandbox"],
    "lib/vars": LIB + ["lib/vars"],
    "lib/proto": LIB + ["lib/vars", "lib/proto"],
    "lib/client": LIB + ["lib/event", "lib/tls", "lib/proto", "lib/vars", "lib/client"],
    "conf": LIB + ["conf"],
    "server/upsd": LIB + ["lib", "conf", "server/upsd"],
    "tools": LIB + ["lib", "conf"],
    "tools/dev": LIB + ["lib", "conf", "tools/dev", "driverapi"],
    "drivers/transport": LIB + ["lib/event", "lib/tls", "lib/proto", "lib/vars", "conf", "driverapi", "drivers/transport"],
    "drivers/host": LIB + ["lib/event", "lib/tls", "lib/proto", "lib/vars", "lib/sandbox", "conf", "driverapi", "drivers"],
    "driverapi": ["driverapi", "upsdrv.h", "kit"],
    "plugins": ["upsdrv.h", "kit"],
    "docs": ["docs", "lib", "conf", "driverapi", "drivers", "server", "tools"],
}
TOOL_FOLDER = re.compile(r"tools/[^/]+")
SOURCES = (".cpp", ".hpp", ".h", ".c")
# Places outside main() and lib/base that may reach for the outside world directly, with the reason.
OUTSIDE_WORLD = re.compile(r"(?<![\w.>:])(?:::|std::)?(?:time|rand|srand|getenv|secure_getenv)\s*\(")
# Everything that waits uses the monotonic clock. The wall clock may jump: it is for display, logs, certificates,
# and what a plugin asks for. The rule is for programs that run for long.
WALL_CLOCK = re.compile(r"\bsystem_clock::now|\bCLOCK_REALTIME|\b(?:gettimeofday|wall)\s*\(\)?")
RUNS_LONG = ("lib/", "server/", "drivers/", "tools/upsmon/", "tools/upsdrvctl/", "tools/upssched/")
MAY_READ_WALL_CLOCK = {
    "lib/base/clock.hpp", "lib/base/pid_file.cpp",  # the clock itself; the age of a file
    "lib/client/tool/start.cpp",
    "server/upsd/daemon.cpp", "drivers/transport/tcp.cpp",  # dates of certificates
    "tools/upsmon/check.cpp", "tools/upsmon/daemon.cpp", "tools/upsmon/rehearse.cpp",
    "tools/upsmon/try_rule.cpp",  # the same
    "tools/upsmon/notifier.cpp", "tools/upsmon/clock_watch.cpp",  # shown to people; notices the jumps
    "drivers/host/host_services.cpp",  # hands it to plugins
}
# The project speaks of itself alone.
FOREIGN_WORDS = re.compile(r"/tmp/wt|/work/(?:main|shared)|\.\./\.library|\bClaude\b|\bchatbot\b|\bLLM\b", re.I)
MAX_LINES = {".cpp": 500, ".hpp": 300, ".h": 300, ".c": 500}
MAX_WIDTH = 110  # the formatter breaks at 100; tables, long strings and raw text may stick out a little


def tracked(root):
    names = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], check=False,
                           capture_output=True, text=True).stdout.split("\n")
    if names == [""]:  # not a checkout: a release archive
        names = [str(p.relative_to(root)) for p in Path(root).rglob("*")
                 if p.is_file() and not str(p.relative_to(root)).startswith("build")]
    return [n for n in names if n and Path(root, n).is_file()]


def sources(root):
    return [n for n in tracked(root) if n.endswith(SOURCES)]


def lines(root, name):
    return Path(root, name).read_text(encoding="utf-8", errors="replace").split("\n")


def allowed_for(name):
    fitting = [f for f in MAY_INCLUDE if name.startswith(f + "/")]
    if not fitting:
        return None
    folder = max(fitting, key=len)
    allowed = list(MAY_INCLUDE[folder])
    own = TOOL_FOLDER.match(name)
    if own:
        allowed.append(own.group(0))
    if folder == "plugins":
        allowed.append("")  # files of its own folder, by bare name; "driverapi" is its include directory
    return allowed


def check_includes(root):
    for name in sources(root):
        allowed = allowed_for(name)
        if allowed is None or "/tests/" in name:
            continue
        for number, line in enumerate(lines(root, name), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            path = found.group(1)
            if name.startswith(("plugins/", "driverapi/template/")):
                local = "/" not in path and Path(root, name).parent.joinpath(path).is_file()
                if not local and not path.startswith(("upsdrv.h", "kit/")):
                    yield f"{name}:{number}: a plugin includes upsdrv.h, kit/ and its own files, not {path}"
                continue
            if not any(path == a or path.startswith(a + "/") for a in allowed):
                yield f"{name}:{number}: this folder may not include {path}"


def check_tests_are_not_included(root):
    for name in sources(root):
        if name.startswith("tests/") or "/tests/" in name:
            continue
        for number, line in enumerate(lines(root, name), 1):
            if re.match(r'\s*#\s*include\s+"tests/', line):
                yield f"{name}:{number}: nothing includes tests"


def check_licence(root):
    for name in tracked(root):
        if name.endswith(SOURCES) or (name.endswith(".py") and not name.endswith("__init__.py")):
            head = "\n".join(lines(root, name)[:3])
            if "SPDX-License-Identifier: Apache-2.0" not in head:
                yield f"{name}:1: the licence line is missing"


def check_length(root):
    for name in sources(root):
        text = lines(root, name)
        head = "\n".join(text[:40])
        if "Table:" in head or name == "driverapi/upsdrv.h":
            continue  # data tables are exempt; they say so in their first comment
        if len(text) > MAX_LINES[Path(name).suffix]:
            yield f"{name}:1: {len(text)} lines; does it hold one idea?"


def check_width(root):
    for name in sources(root):
        text = lines(root, name)
        if "Table:" in "\n".join(text[:40]):
            continue
        for number, line in enumerate(text, 1):
            if len(line) > MAX_WIDTH:
                yield f"{name}:{number}: {len(line)} columns"


def check_outside_world(root):
    for name in sources(root):
        if name.startswith(("lib/base/", "tests/", "tools/dev/", "docs/")) or "/tests/" in name or name.endswith("main.cpp"):
            continue
        for number, line in enumerate(lines(root, name), 1):
            code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).split("//")[0]
            if OUTSIDE_WORLD.search(code):
                yield f"{name}:{number}: time, rand and getenv belong in main() and lib/base"


def check_wall_clock(root):
    for name in sources(root):
        if name in MAY_READ_WALL_CLOCK or not name.startswith(RUNS_LONG):
            continue
        for number, line in enumerate(lines(root, name), 1):
            code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).split("//")[0]
            if WALL_CLOCK.search(code):
                yield f"{name}:{number}: the wall clock may jump; deadlines use Clock::now()"


def check_words(root):
    for name in tracked(root):
        if name == "tests/lint/check_tree.py" or Path(root, name).stat().st_size > 1 << 20:
            continue
        for number, line in enumerate(lines(root, name), 1):
            if FOREIGN_WORDS.search(line):
                yield f"{name}:{number}: the project speaks of itself alone"


def check_readmes(root):
    for folder in ["conf", "docs", "driverapi", "drivers", "lib", "plugins", "server", "tests", "tools"]:
        readme = Path(root, folder, "README.md")
        if not readme.is_file():
            yield f"{folder}/README.md:1: missing: what lives here, what must not, which file to read first"
        elif len(readme.read_text().rstrip("\n").split("\n")) > 15:
            yield f"{folder}/README.md:16: longer than 15 lines"


def main():
    if len(sys.argv) < 2 or f"check_{sys.argv[1]}" not in globals():
        print(__doc__.strip(), file=sys.stderr)
        return 2
    root = sys.argv[2] if len(sys.argv) > 2 else str(Path(__file__).resolve().parents[2])
    problems = list(globals()[f"check_{sys.argv[1]}"](root))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
