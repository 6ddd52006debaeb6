# SPDX-License-Identifier: Apache-2.0
"""Our upsc, upscmd and upsrw next to Debian's, on the same server: stdout, stderr and exit status must
be equal byte for byte. Help texts and banners are our own words."""

import pytest

from support import OURS, STOCK, FakeServer, Ups, need_stock
from support.wait import STRETCH

ADMIN = ["-u", "admin", "-p", "adminpass"]

# AT stands for "@127.0.0.1:port".
UPSC = [
    ["-l", "HOST"], ["-L", "HOST"], ["-l", "-L", "HOST"], ["-l", "HOST", "more"],
    ["alphaAT"], ["ALPHAAT"], ["BetaAT"], ["fakeAT"], ["goneAT"], ["nopeAT"],
    ["alphaAT", "ups.status"], ["alphaAT", "UPS.Status"], ["alphaAT", "ups.mfr"],
    ["alphaAT", "ups.status", "extra"], ["fakeAT", "ups.note"], ["alphaAT", "no.such"],
    ["alphaAT", "status"], ["goneAT", "ups.status"], ["goneAT", "status"], ["nopeAT", "ups.status"],
    ["-c", "alphaAT"], ["-c", "nopeAT"], ["-c", "goneAT"],
    ["alpha@127.0.0.1:1"], ["alpha@127.0.0.1:1", "status"], ["-l", "127.0.0.1:1"],
    [], [""], ["-c"], ["a@"],
]
UPSCMD = [
    ["-l", "alphaAT"], ["-l", "fakeAT"], ["-l", "nopeAT"], ["-l", "goneAT"], ["-l", ""],
    [*ADMIN, "alphaAT", "load.off"], [*ADMIN, "-w", "alphaAT", "load.off"],
    [*ADMIN, "alphaAT", "LOAD.OFF"], [*ADMIN, "alphaAT", "load.off", "30"],
    [*ADMIN, "fakeAT", "test.battery.start"], [*ADMIN, "-w", "fakeAT", "test.battery.start"],
    [*ADMIN, "alphaAT", "no.such"], [*ADMIN, "alphaAT", "loadoff"], [*ADMIN, "nopeAT", "load.off"],
    [*ADMIN, "goneAT", "load.off"], ["-u", "admin", "-p", "wrong", "alphaAT", "load.off"],
    ["-u", "", "-p", "", "alphaAT", "load.off"], ["-u", "admin", "alphaAT", "load.off"],
    ["alphaAT", "load.off"], [*ADMIN, "a@127.0.0.1:1", "load.off"],
    [*ADMIN, "-w", "-t", "x", "alphaAT", "load.off"], [*ADMIN, "-t", "-1", "alphaAT", "load.off"],
    [*ADMIN, "-t", "99999999999", "alphaAT", "load.off"],
]
UPSRW = [
    ["alphaAT"], ["-l", "alphaAT"], ["fakeAT"], ["goneAT"], ["nopeAT"], ["alphaAT", "extra"],
    [*ADMIN, "-s", "ups.id=x", "alphaAT"], [*ADMIN, "-s", "ups.id=two words", "alphaAT"],
    [*ADMIN, "-s", "ups.id=y", "-w", "alphaAT"],
    [*ADMIN, "-s", "upsid=x", "alphaAT"], [*ADMIN, "-s", "=5", "alphaAT"],
    [*ADMIN, "-s", "no.such=4", "alphaAT"], [*ADMIN, "-s", "ups.model=4", "fakeAT"],
    [*ADMIN, "-s", "ups.id=12345678901234567", "alphaAT"], [*ADMIN, "-s", "ups.id=x", "goneAT"],
    [*ADMIN, "-s", "input.transfer.low=190", "fakeAT"], [*ADMIN, "-s", "input.transfer.low=1", "fakeAT"],
    [*ADMIN, "-s", "ups.delay.start=15", "fakeAT"], [*ADMIN, "-s", "ups.delay.start=99", "fakeAT"],
    ["-u", "admin", "-p", "wrong", "-s", "ups.id=x", "alphaAT"], ["-s", "ups.id=x", "alphaAT"],
    [*ADMIN, "-s", "ups.id=x", "-w", "-t", "y", "alphaAT"], [*ADMIN, "-s", "ups.id=x", "a@127.0.0.1:1"],
    [*ADMIN, "-s", "ups.id", "alphaAT"],  # asks for a value; the driver deletes one that is empty, later
]
LINES = [("upsc", line) for line in UPSC] + [("upscmd", line) for line in UPSCMD] \
    + [("upsrw", line) for line in UPSRW]


@pytest.fixture(autouse=True)
def stock_programs():
    need_stock("upsd", "dummy-ups", "upsc", "upscmd", "upsrw")


def outcome(site, make, tool, line, stdin=""):
    """(stdout, stderr, status). Lines of the stock library about its own functions are left out."""
    words = [word.replace("AT", f"@127.0.0.1:{site.port}").replace("HOST", f"127.0.0.1:{site.port}")
             for word in line]
    done = site.run(tool, *words, make=make, stdin=stdin)
    stderr = "".join(text for text in done.stderr.splitlines(keepends=True)
                     if not text.startswith("upscli_"))
    return done.stdout, stderr, done.returncode


def set_up(site, make):
    site.write_ups_conf([
        Ups("alpha", port=site.write_dev("alpha.dev", {"ups.status": "OL CHRG", "ups.mfr": 'Ac"me',
                                                       "ups.id": "rack", "battery.charge": "97",
                                                       "input.voltage": "230.5"}),
            desc='Alpha "quoted" unit'),
        Ups("Beta", port=site.write_dev("beta.dev", {"ups.status": "OB LB"})),
        Ups("fake", driver="fake-ups"), Ups("gone", driver="gone-ups")])
    driver = site.fake_driver("fake", {"ups.status": "OL", "ups.model": "F", "ups.note": 'a "b" \\ #c',
                                       "input.transfer.low": "190", "ups.delay.start": "15"},
                              ["test.battery.start", "load.off"], program="fake-ups")
    driver.describe("input.transfer.low", "190", "SETFLAGS input.transfer.low RW NUMBER",
                    "ADDENUM input.transfer.low 180", "ADDENUM input.transfer.low 190",
                    "ADDENUM input.transfer.low 190.0")
    driver.describe("ups.delay.start", "15", "SETFLAGS ups.delay.start RW NUMBER",
                    "ADDRANGE ups.delay.start 0 9", "ADDRANGE ups.delay.start 10 20")
    driver.describe("ups.note", 'a "b" \\ #c', "SETFLAGS ups.note RW STRING", "SETAUX ups.note 32")
    site.start_driver("alpha", STOCK)
    site.start_driver("Beta", STOCK)
    site.start_upsd(make)
    site.wait_var("fake", "ups.status", "OL")
    site.wait_var("alpha", "ups.status", "OL CHRG")
    site.wait_var("Beta", "ups.status", "OB LB")
    return driver


@pytest.mark.parametrize("make", [STOCK, OURS])
def test_every_command_line_gives_the_same(site, make):
    set_up(site, make)
    different = []
    for tool, line in LINES:
        stock = outcome(site, STOCK, tool, line)
        ours = outcome(site, OURS, tool, line)
        if stock != ours:
            different.append(f"{tool} {line}\n  stock {stock}\n  ours  {ours}")
    assert not different, "\n".join(different)


def test_typed_answers_give_the_same(site):
    set_up(site, STOCK)
    for tool, line, typed in [("upscmd", ["alphaAT", "load.off"], "admin\nadminpass\n"),
                              ("upsrw", ["-s", "ups.id", "alphaAT"], "admin\nadminpass\nnew id\n"),
                              ("upsrw", [*ADMIN, "-s", "ups.id", "alphaAT"], "newer\n")]:
        assert outcome(site, OURS, tool, line, typed) == outcome(site, STOCK, tool, line, typed)
    site.wait_var("alpha", "ups.id", "newer")


def test_version_goes_where_stock_puts_it(site):
    for tool, stream in [("upsc", "stderr"), ("upscmd", "stderr"), ("upsrw", "stdout")]:
        for make in (STOCK, OURS):
            done = site.run(tool, "-V", make=make)
            assert done.returncode == 0
            text = getattr(done, stream)
            assert text.count("\n") == 1 and text.split()[-1].count(".") == 2, (tool, make, text)


def test_help_and_unknown_options_end_with_status_0_on_stdout(site):
    for tool in ("upsc", "upscmd", "upsrw"):
        for option in ("-h", "-Z"):
            for make in (STOCK, OURS):
                done = site.run(tool, option, make=make)
                assert done.returncode == 0 and f"usage: {tool}" in done.stdout, (tool, option, make)
            assert done.stderr == ("" if option == "-h" else f"{site_path(site, tool)}: invalid option -- 'Z'\n")


def site_path(site, tool):
    """argv[0] of our tool, as getopt prints it."""
    return site.run("upsc", "-h").args[0].parent / tool


ID = "2DDC5036-F665-4D29-BE4C-0374D091D263"
LOGIN = {"USERNAME u": "OK\n", "PASSWORD p": "OK\n", "SET TRACKING ON": "OK\n", "LOGOUT": "OK Goodbye\n"}
RUN = ["-u", "u", "-p", "p"]

# What a server that is not ours might say, and the command line that makes it say so.
ODD_REPLIES = {
    "tracked failure": ("upscmd", ["-w", *RUN, "aAT", "x.y"],
                        {"INSTCMD a x.y": f"OK TRACKING {ID}\n", f"GET TRACKING {ID}": "ERR FAILED\n"}),
    "tracked success": ("upscmd", ["-w", *RUN, "aAT", "x.y"],
                        {"INSTCMD a x.y": f"OK TRACKING {ID}\n", f"GET TRACKING {ID}": "SUCCESS\n"}),
    "never an outcome": ("upscmd", ["-w", "-t", "1", *RUN, "aAT", "x.y"],
                         {"INSTCMD a x.y": f"OK TRACKING {ID}\n", f"GET TRACKING {ID}": "PENDING\n"}),
    "short tracking id": ("upscmd", ["-w", *RUN, "aAT", "x.y"], {"INSTCMD a x.y": "OK TRACKING short\n"}),
    "unasked tracking": ("upscmd", [*RUN, "aAT", "x.y"], {"INSTCMD a x.y": f"OK TRACKING {ID}\n"}),
    "no tracking": ("upscmd", ["-w", *RUN, "aAT", "x.y"], {"SET TRACKING ON": "ERR UNKNOWN-COMMAND\n"}),
    "no tracking of set": ("upsrw", ["-w", *RUN, "-s", "a.b=x", "aAT"],
                           {"SET TRACKING ON": "ERR FEATURE-NOT-CONFIGURED\n"}),
    "user name refused": ("upscmd", [*RUN, "aAT", "x.y"],
                          {"USERNAME u": "ERR INVALID-USERNAME\n", "INSTCMD a x.y": "OK\n"}),
    "odd answer": ("upscmd", [*RUN, "aAT", "x.y"], {"INSTCMD a x.y": "HELLO you\n"}),
    "end at user name": ("upsrw", [*RUN, "-s", "a.b=x", "aAT"], {"USERNAME u": None}),
    "end at password": ("upscmd", [*RUN, "aAT", "x.y"], {"PASSWORD p": None}),
    "end at tracking": ("upscmd", ["-w", *RUN, "aAT", "x.y"], {"SET TRACKING ON": None}),
    "end at command": ("upscmd", [*RUN, "aAT", "x.y"], {"INSTCMD a x.y": None}),
    "end at set": ("upsrw", [*RUN, "-s", "a.b=x", "aAT"], {'SET VAR a a.b "x"': None}),
    "end at outcome": ("upscmd", ["-w", *RUN, "aAT", "x.y"],
                       {"INSTCMD a x.y": f"OK TRACKING {ID}\n", f"GET TRACKING {ID}": None}),
    "end at list": ("upsrw", ["aAT"], {"LIST RW a": None}),
    "description with quotes": ("upscmd", ["-l", "aAT"],
                                {"LIST CMD a": "BEGIN LIST CMD a\nCMD a x.y\nCMD a z.z\nEND LIST CMD a\n",
                                 "GET CMDDESC a x.y": 'CMDDESC a x.y "Do "it" now"\n',
                                 "GET CMDDESC a z.z": "ERR FOO\n"}),
    "other ups": ("upsc", ["aAT", "x.y"], {"GET VAR a x.y": 'VAR b x.y "1"\n'}),
    "other case": ("upsc", ["aAT", "x.y"], {"GET VAR a x.y": 'VAR A X.Y "1"\n'}),
    "unknown type": ("upsrw", ["aAT"],
                     {"LIST RW a": 'BEGIN LIST RW a\nRW a x.y "1"\nEND LIST RW a\n',
                      "GET DESC a x.y": 'DESC a x.y "D"\n', "GET TYPE a x.y": "TYPE a x.y RW WHAT\n",
                      "GET VAR a x.y": 'VAR a x.y "1"\n'}),
}
ERRORS = ["ACCESS-DENIED", "ALREADY-LOGGED-IN", "ALREADY-SET-PASSWORD", "ALREADY-SET-USERNAME",
          "ALREADY-SSL-MODE", "CMD-NOT-SUPPORTED", "DATA-STALE", "DRIVER-NOT-CONNECTED",
          "FEATURE-NOT-CONFIGURED", "FEATURE-NOT-SUPPORTED", "INSTCMD-FAILED", "INVALID-ARGUMENT",
          "INVALID-VALUE", "PASSWORD-REQUIRED", "USERNAME-REQUIRED", "READONLY", "SET-FAILED", "TOO-LONG",
          "UNKNOWN-COMMAND", "UNKNOWN-UPS", "VAR-NOT-SUPPORTED", "VAR-UNKNOWN", "UNKNOWN-TYPE",
          "UNKNOWN-VAR", "UNKNOWN-INSTCMD", "MISSING-ARGUMENT", "PASSWORD-INCORRECT", "INVALID-USERNAME",
          "INVALID-PASSWORD", "NO-SUCH-ERROR", ""]


def compare_with(site, replies, tool, line):
    server = FakeServer({**LOGIN, "STARTTLS": "ERR FEATURE-NOT-CONFIGURED\n", **replies})
    try:
        site.port = server.port
        return outcome(site, OURS, tool, line), outcome(site, STOCK, tool, line)
    finally:
        server.stop()


@pytest.mark.parametrize("name", ODD_REPLIES)
def test_odd_replies_give_the_same(site, name):
    tool, line, replies = ODD_REPLIES[name]
    ours, stock = compare_with(site, replies, tool, line)
    assert ours == stock


def test_every_error_name_gives_the_same_text(site):
    replies = {f"LIST VAR e{i}": f"ERR {name}\n" for i, name in enumerate(ERRORS)}
    for i, name in enumerate(ERRORS):
        ours, stock = compare_with(site, replies, "upsc", [f"e{i}AT"])
        assert ours == stock, name


def test_a_list_that_is_cut_is_an_error_unlike_stock(site):
    """Stock prints what it got and exits with 0."""
    ours, stock = compare_with(site, {"LIST VAR a": 'BEGIN LIST VAR a\nVAR a x.y "1"\n', "LOGOUT": None},
                               "upsc", ["-W", str(int(3 * STRETCH)), "aAT"])
    assert ours == ("", "Error: Server does not answer\n", 1)
    assert stock is not None
