# SPDX-License-Identifier: Apache-2.0
"""The same sessions against our server and the stock one, with the same drivers. Every reply must be
equal, but for the rows of ALLOWED, which docs/compatibility.md explains; a row that no longer differs
fails too, so that the list stays true."""

import re

import pytest

from support import Client, Ups, wait_for

ADMIN = ["USERNAME admin", "PASSWORD adminpass"]
MON1 = ["USERNAME mon1", "PASSWORD pass1"]
MON2 = ["USERNAME mon2", "PASSWORD pass2"]
WRONG = ["USERNAME admin", "PASSWORD wrong"]

SESSIONS = {
    "words": ["", "foo", "VER x", "NETVER x", "LOGOUT x", "NETVER", "PROTVER", "VER; NETVER", "ver x",
              "get var alpha ups.status", "GET=VAR alpha ups.status", "# only a comment",
              "NETVER # comment", "GET VAR alpha \"ups.status\"", "\"GET\" VAR alpha ups.status",
              "GET VAR alpha ups.st\\atus", "GET VAR alpha ups.status#c", "GET\\ VAR alpha ups.status",
              "\tGET   VAR\talpha  ups.status  ", "GET VAR ALPHA UPS.STATUS", "x" * 5000,
              "GET VAR alpha ups.status extra words", "GET VAR \"\" ups.status", "GET VAR alpha \"\"",
              "GET VAR al\x01pha ups.status", "FSD", "LOGIN", "PRIMARY", "\\GET VAR alpha ups.status"],
    "get": ["GET", "GET FOO alpha", "GET VAR", "GET VAR alpha", "GET VAR gone ups.status",
            "GET VAR nope ups.status", "GET VAR alpha no.such", "GET TYPE alpha ups.mfr",
            "GET TYPE alpha battery.charge", "GET TYPE alpha ups.id", "GET TYPE fake input.transfer.low",
            "GET TYPE fake ups.delay.start", "GET TYPE alpha no.such", "GET TYPE gone ups.status",
            "GET DESC alpha xx.yy", "GET CMDDESC alpha foo", "GET DESC nope ups.status",
            "GET CMDDESC gone load.off", "GET UPSDESC alpha", "GET UPSDESC Beta", "GET UPSDESC zz",
            "GET UPSDESC", "GET UPSDESC gone", "GET NUMLOGINS alpha", "GET NUMLOGINS nope",
            "GET NUMLOGINS", "GET NUMLOGINS gone", "GET NUMATTACH alpha", "GET TRACKING",
            "GET TRACKING 2DDC5036-F665-4D29-BE4C-0374D091D263", "GET VAR nope server.foo",
            "GET VAR nope server.version", "GET VAR alpha ups.model", "GET VAR alpha ups.id",
            "GET VAR fake ups.note"],
    "list": ["LIST", "LIST FOO", "LIST FOO alpha", "LIST VAR", "LIST VAR nope", "LIST VAR gone",
             "LIST VAR alpha", "LIST VAR ALPHA", "list var Beta", "LIST VAR fake", "LIST RW alpha",
             "LIST RW fake", "LIST RW gone", "LIST CMD alpha", "LIST CMD fake", "LIST CMD gone",
             "LIST CMD nope", "LIST CLIENT alpha", "LIST CLIENT gone", "LIST CLIENT nope", "LIST UPS",
             "LIST UPS x", "LIST ENUM fake input.transfer.low", "LIST ENUM alpha ups.mfr",
             "LIST ENUM alpha", "LIST ENUM fake no.such", "LIST RANGE fake ups.delay.start",
             "LIST RANGE alpha ups.mfr", "LIST RANGE fake no.such", "LIST ENUM gone x.y"],
    "nobody": ["STARTTLS", "LOGIN alpha", "PRIMARY alpha", "MASTER alpha", "FSD alpha",
               "SET VAR alpha ups.id x", "INSTCMD alpha load.off", "SET TRACKING ON", "SET", "SET FOO",
               "INSTCMD", "ATTACH alpha", "USERNAME", "USERNAME a b", "PASSWORD",
               "USERNAME admin", "USERNAME admin", "LOGIN alpha", "PRIMARY alpha", "FSD alpha",
               "SET VAR alpha ups.id x", "INSTCMD alpha load.off", "SET TRACKING ON", "PASSWORD x",
               "PASSWORD x", "LOGIN alpha", "SET TRACKING ON", "GET TRACKING", "LOGOUT"],
    "admin": [*ADMIN, "LOGIN alpha", "PRIMARY alpha", "LOGIN nope", "LOGIN", "LOGIN a b", "PRIMARY nope",
              "SET VAR alpha ups.id", "SET VAR gone ups.id x", "SET VAR nope ups.id x",
              "SET VAR alpha no.such x", "SET VAR alpha ups.model x", "SET VAR alpha ups.id \"two words\"",
              "SET VAR alpha ups.id 12345678901234567", "SET VAR alpha ups.id plain extra words",
              "SET VAR fake input.transfer.low 190", "SET VAR fake input.transfer.low 191",
              "SET VAR fake ups.delay.start 15", "SET VAR fake ups.delay.start 9",
              "SET VAR fake ups.delay.start 21", "SET TRACKING MAYBE", "SET TRACKING",
              "SET TRACKING ON", "GET TRACKING", "SET TRACKING off", "GET TRACKING",
              "GET TRACKING abc", "INSTCMD alpha", "INSTCMD alpha nocmd", "INSTCMD gone load.off",
              "INSTCMD nope load.off", "INSTCMD alpha load.off", "INSTCMD alpha LOAD.OFF",
              "INSTCMD alpha load.off 30", "LIST CLIENT alpha", "LOGOUT"],
    "primary": [*MON1, "LOGIN alpha", "LOGIN alpha", "LOGIN gone", "GET NUMLOGINS alpha",
                "PRIMARY alpha", "MASTER alpha", "LIST CLIENT alpha", "LIST CLIENT ALPHA",
                "SET VAR alpha ups.id x", "INSTCMD alpha load.off", "INSTCMD alpha nocmd", "FSD nope",
                "LOGOUT now", "LOGOUT"],
    "secondary": [*MON2, "PRIMARY alpha", "MASTER alpha", "FSD alpha", "LOGIN gone", "LIST CLIENT gone",
                  "LOGOUT"],
    "draft verbs": [*MON1, "ATTACH alpha", "GET NUMLOGINS alpha", "DETACH"],
    "wrong password": [*WRONG, "LOGIN alpha", "SET TRACKING ON", "SET VAR alpha ups.id x",
                       "INSTCMD alpha load.off", "INSTCMD alpha nocmd", "FSD alpha", "LOGOUT"],
    "forced shutdown": [*MON1, "FSD alpha", "GET VAR alpha ups.status", "LIST RW alpha", "FSD gone",
                        "GET VAR gone ups.status", "FSD alpha"],
}

UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}")

# (session, request) -> (stock, ours); a compiled pattern stands for any text that it matches.
ALLOWED = {
    ("get", "GET NUMATTACH alpha"): ("ERR INVALID-ARGUMENT", "NUMATTACH alpha 0"),
    ("get", "GET NUMLOGINS gone"): ("ERR DRIVER-NOT-CONNECTED", "NUMLOGINS gone 0"),
    ("get", "GET VAR nope server.version"): (
        'VAR nope server.version "2.8.0"', re.compile(r'VAR nope server.version "\d+\.\d+\.\d+"')),
    ("nobody", "ATTACH alpha"): ("ERR UNKNOWN-COMMAND", "ERR USERNAME-REQUIRED"),
    ("draft verbs", "ATTACH alpha"): ("ERR UNKNOWN-COMMAND", "OK"),
    ("draft verbs", "GET NUMLOGINS alpha"): ("NUMLOGINS alpha 0", "NUMLOGINS alpha 1"),
    ("draft verbs", "DETACH"): ("ERR UNKNOWN-COMMAND", "OK Goodbye"),
}

# Requests to which the stock server says nothing.
SILENT_STOCK = ['GET VAR alpha "ups#status"', 'GET VAR alpha "a" "b#c" d']


def devices(site):
    """Drivers for alpha, Beta and fake; gone has none."""
    alpha = site.fake_driver("alpha", {"ups.status": "OL CHRG", "ups.model": "Model \"A\" \\ #1"},
                             ["load.off", "Beeper.toggle"])
    alpha.describe("ups.mfr", "Acme", "SETAUX ups.mfr 32", "SETFLAGS ups.mfr RW STRING")
    alpha.describe("ups.id", "t1", "SETAUX ups.id 16", "SETFLAGS ups.id RW STRING")
    alpha.describe("battery.charge", "97", "SETFLAGS battery.charge RW")
    alpha.describe("ups.status", "OL CHRG", "SETAUX ups.status 32", "SETFLAGS ups.status RW STRING")
    site.fake_driver("Beta", {"ups.status": "OL", "Zeta.b": "2", "alpha.a": "1", "Zeta.A": "3"})
    fake = site.fake_driver("fake", {"ups.status": "OL", "ups.note": "x" * 200})
    fake.describe("input.transfer.low", "190", "ADDENUM input.transfer.low \"190\"",
                  "ADDENUM input.transfer.low \"185\"", "ADDENUM input.transfer.low \"200\"",
                  "SETFLAGS input.transfer.low RW")
    fake.describe("ups.delay.start", "15", "ADDRANGE ups.delay.start 10 20",
                  "SETFLAGS ups.delay.start RW NUMBER")


@pytest.fixture
def servers(pair):
    pair.configure([Ups("alpha", desc='Alpha "quoted" unit'), Ups("Beta"),
                    Ups("gone", desc="No driver running"), Ups("fake")])
    devices(pair.ours)
    pair.start()
    for site in pair.both():
        for ups in ("alpha", "Beta", "fake"):
            site.wait_reply(f"GET UPSDESC {ups}", site.client().ask(f"GET UPSDESC {ups}"))
            site.wait_var(ups, "ups.status", "OL CHRG" if ups == "alpha" else "OL")
    return pair


def reply_to(client, request):
    """The whole reply as one text: a line, or a list from BEGIN to END."""
    client.send(request)
    lines = [client.line()]
    if lines[0].startswith("BEGIN "):
        while not lines[-1].startswith("END "):
            lines.append(client.line())
    return UUID.sub("<id>", "\n".join(lines))


def play(port, lines):
    """(request, reply) of one session; after the end of the connection the rest is left out."""
    with Client(port) as client:
        for request in lines:
            try:
                yield request, reply_to(client, request)
            except AssertionError:
                yield request, "<end>"
                return


def matches(expected, got):
    return expected.fullmatch(got) if isinstance(expected, re.Pattern) else expected == got


def differences(servers, name):
    """What differs in one session and should not, as text."""
    stock = list(play(servers.stock.port, SESSIONS[name]))
    ours = list(play(servers.ours.port, SESSIONS[name]))
    for (request, theirs), (_, mine) in zip(stock, ours, strict=False):
        allowed = ALLOWED.get((name, request))
        both = f"\n  stock {theirs[:500]!r}\n  ours  {mine[:500]!r}"
        if allowed is None:
            if theirs != mine:
                yield f"{name}: {request[:200]!r}{both}"
        elif not (matches(allowed[0], theirs) and matches(allowed[1], mine)):
            yield f"{name}: {request!r} not as the list of differences says{both}"
    if len(stock) != len(ours):
        yield f"{name}: the stock server answered {len(stock)} lines, ours {len(ours)}"


def test_both_servers_answer_alike(servers):
    wrong = [text for name in SESSIONS for text in differences(servers, name)]
    assert not wrong, "\n".join(wrong)


def test_every_allowed_difference_is_of_a_line_that_is_sent():
    unused = [key for key in ALLOWED if key[1] not in SESSIONS.get(key[0], [])]
    assert not unused


def test_a_parse_error_gets_an_answer_and_loses_no_pipelined_line(servers):
    for request in SILENT_STOCK:
        with Client(servers.stock.port) as client:
            client.send(request, "NETVER")
            assert client.is_silent(0.3), "the stock server drops both"
        with Client(servers.ours.port) as client:
            client.send(request, "NETVER")
            assert client.lines(2) == ["ERR INVALID-ARGUMENT", "1.3"]


def test_crlf_pipelining_and_quotes_over_lines_work_alike(servers):
    for site in servers.both():
        with Client(site.port) as client:
            client.send_bytes(b"NETVER\r\nNETVER\nGET VAR alpha ups.mfr\r\n")
            assert client.lines(3) == ["1.3", "1.3", 'VAR alpha ups.mfr "Acme"']
            client.send_bytes(b'GET VAR "al\npha" ups.mfr\nNETVER\n')
            assert client.lines(2) == ['VAR alpha ups.mfr "Acme"', "1.3"]


def test_a_tracked_command_is_followed_to_its_end_alike(servers):
    for site in servers.both():
        client = site.client().log_in("admin", "adminpass")
        client.expect("SET TRACKING ON", "OK")
        reply = client.ask('SET VAR alpha ups.id "tracked"')
        assert reply.startswith("OK TRACKING ") and UUID.fullmatch(reply[12:]), reply
        site.wait_var("alpha", "ups.id", "tracked")
        wait_for(lambda: client.ask(f"GET TRACKING {reply[12:]}") == "SUCCESS")
        found = client.ask("INSTCMD alpha load.off")[12:]
        wait_for(lambda: client.ask(f"GET TRACKING {found}") == "SUCCESS")
        client.expect("GET TRACKING 00000000-0000-4000-8000-000000000000", "ERR UNKNOWN")
