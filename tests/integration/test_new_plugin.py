# SPDX-License-Identifier: Apache-2.0
"""tools/dev/new-plugin: what it makes builds and passes its own test at once."""

import os
import shutil
import subprocess

import pytest

from support import OURS, Programs
from support.programs import SOURCE_ROOT, is_sanitized


def upsdrv(*args):
    return subprocess.run([Programs(OURS).driver("upsdrv"), *map(str, args)], text=True,
                          capture_output=True, timeout=90, check=False)


@pytest.mark.skipif(is_sanitized(), reason="what it builds is no sanitizer build")
def test_a_new_plugin_builds_and_passes_its_test(site):
    copy = site.root / "tree"
    names = subprocess.run(["git", "-C", SOURCE_ROOT, "ls-files", "-co", "--exclude-standard"],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    for name in names:
        if (SOURCE_ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SOURCE_ROOT / name, copy / name)
    new_plugin = copy / "tools/dev/new-plugin"
    assert subprocess.run([new_plugin, "Bad-Name"], capture_output=True, check=False).returncode == 2
    subprocess.run([new_plugin, "acme_power"], check=True, capture_output=True)
    assert subprocess.run([new_plugin, "acme_power"], capture_output=True, check=False).returncode == 1
    env = dict(os.environ, CC="ccache gcc" if shutil.which("ccache") else "gcc",
               CXX="ccache g++" if shutil.which("ccache") else "g++")
    done = subprocess.run(["meson", "setup", copy / "build", copy, "-Dbuildtype=debug", "-Dwerror=true"],
                          capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout
    target = copy / "build/plugins/acme_power"
    done = subprocess.run(["ninja", "-C", copy / "build", "plugins/acme_power/acme_power.so",
                           "plugins/acme_power/acme_power_test"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([target / "acme_power_test"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    done = upsdrv("--check", target / "acme_power.so", "--replay",
                  copy / "plugins/acme_power/tests/normal.rec")
    assert done.returncode == 0, done.stdout
    assert all("memory" in line for line in done.stdout.splitlines() if line.startswith("skip"))
