# SPDX-License-Identifier: Apache-2.0
"""Random sessions: mostly what clients say, some of it slightly or quite wrong. All of it follows from
the random numbers, nothing from replies, so that a session can be cut and played again."""

import dataclasses
import string

from .devices import COMMANDS, KINDS, VARIABLES
from .grammar import completed, quoted, split

SESSIONS = 3  # open at once in a world

USERS = [("admin", "adminpass"), ("mon1", "pass1"), ("mon2", "pass2"), ("oper", "two words"),
         ("odd", 'q"u\\o#t=e'), ("plain", "nothing")]

# A placeholder as long as a tracking id: the world puts in what each server gave out.
MARK = "TRACKING-ID-"


def mark(number):
    return f"{MARK}{number:024d}"


@dataclasses.dataclass(frozen=True)
class Say:
    """A session says lines: one, or several in one write. `cut`: it is sent in two pieces."""
    session: int
    lines: tuple
    cut: int = 0


@dataclasses.dataclass(frozen=True)
class Leave:
    """A session ends without a word."""
    session: int


@dataclasses.dataclass(frozen=True)
class Device:
    """A driver says lines, to both servers."""
    kind: str
    lines: tuple


VERBS = {"GET VAR": 14, "GET TYPE": 4, "GET DESC": 2, "GET CMDDESC": 2, "GET UPSDESC": 3, "GET NUMLOGINS": 4,
         "GET TRACKING": 6, "LIST VAR": 2, "LIST RW": 2, "LIST CMD": 2, "LIST ENUM": 3, "LIST RANGE": 3,
         "LIST CLIENT": 4, "LIST UPS": 0.1, "SET VAR": 14, "SET TRACKING": 4, "INSTCMD": 9, "LOGIN": 4,
         "PRIMARY": 2, "MASTER": 1.5, "FSD": 0.5, "USERNAME": 3, "PASSWORD": 3, "LOGOUT": 1.2, "VER": 0.4,
         "NETVER": 0.7, "PROTVER": 0.4, "HELP": 0.2, "STARTTLS": 0.5, "ATTACH": 0.1, "DETACH": 0.1,
         "GET NUMATTACH": 0.1, "SUBSCRIBE": 0.1, "UNSUBSCRIBE": 0.1, "": 1, "?": 1}
# What may stand in one write with others: the end of the session may not.
PIPELINED = ("GET", "LIST", "SET", "INSTCMD", "NETVER", "PRIMARY", "USERNAME", "PASSWORD", "LOGIN")
ODD = ["\0", "\1", "\x7f", "\x80", "\xff", "\xc3\xa9", "\t", "\v", "\f", "\r", "\\", '"', "#", "=", "\n", "\\\n", ";",
       "'", "%s", "é".encode().decode("latin-1")]
# No two differ in case only: the stock server does not see such a change.
VALUES = ["x", "t1", "two words", "", " ", 'a"b', "a\\b", "a#b", "a=b", "0", "5", "95", "96", "4", "15", "20", "21",
          "30", "41", "-1", "1e3", "+15", "015", "185", "190", "200", "201", "low", "high", "very high",
          'a\\"b', "2024/12/31", "x" * 16, "x" * 17, "x" * 32, "x" * 33, '"' * 16, "15.5", "15.0", "abc", "\xe9t\xe9", "a\tb",
          "a\1b", "%d %n"]


class Generator:
    def __init__(self, rng, tag):
        self.rng = rng
        self.tag = tag
        self._verbs = list(VERBS)
        self._weights = []
        total = 0
        for weight in VERBS.values():
            total += weight
            self._weights.append(total)
        self._planned = {}

    # One world.

    def steps(self, count):
        made = []
        while len(made) < count:
            made.append(self._step())
        return made

    def _step(self):
        dice = self.rng.random()
        if dice < 0.02:
            return self._device()
        session = self.rng.randrange(SESSIONS)
        if dice < 0.025:
            self._planned[session] = None
            return Leave(session)
        planned = self._planned.get(session)
        if not planned and (planned is None or self.rng.random() < 0.02):
            planned = self._planned[session] = self._opening()
        if planned:
            return Say(session, (self._encode(planned.pop(0)),))
        if dice < 0.06:
            return self._pipeline(session)
        line = self.line()
        cut = self.rng.randrange(1, len(line)) if dice < 0.075 and len(line) > 1 else 0
        if split(line).words[:1] and split(line).words[0].upper() in ("LOGOUT", "DETACH"):
            self._planned[session] = None
        return Say(session, (line,), cut)

    def _pipeline(self, session):
        lines = []
        for _ in range(self.rng.randrange(2, 5)):
            line = self.line()
            parsed = split(line)
            if (parsed.broken_at is None and not parsed.gap_continued and len(line) < 100 and parsed.words
                    and parsed.words[0].upper() in PIPELINED and parsed.words[1:2] != ["NUMATTACH"]):
                lines.append(line)
        return Say(session, tuple(lines) or (b"NETVER\n",))

    def _opening(self):
        """How a session starts: a list of lines as words, perhaps empty."""
        if self.rng.random() < 0.2:
            return []
        user, password = self.rng.choice(USERS[:1] * 6 + USERS)
        if self.rng.random() < 0.08:
            password = self.rng.choice(["wrong", "PASS1", "", password + "x"])
        lines = [["USERNAME", user], ["PASSWORD", password]]
        if self.rng.random() < 0.4:
            lines.append(["LOGIN", self._ups()])
        if self.rng.random() < 0.6:
            lines.append(["SET", "TRACKING", "ON"])
        return lines

    def _device(self):
        kind = self.rng.choice(["alpha", "beta"])
        name = self.rng.choice([*VARIABLES[kind], "scratch.a", "scratch.b"])
        value = quoted(self.rng.choice(VALUES[:40]))
        line = self.rng.choice([
            f"SETINFO {name} {value}", f"SETINFO {name} {value}", "SETINFO scratch.a " + value, "DELINFO scratch.a",
            "DELINFO scratch.b", "SETFLAGS scratch.a RW STRING", "SETAUX scratch.a 8", "SETINFO SCRATCH.A " + value,
            f"ADDENUM scratch.b {value}", f"DELENUM scratch.b {value}", "ADDRANGE scratch.b 1 7",
            "DELRANGE scratch.b 1 7", "SETFLAGS scratch.b RW NUMBER", "SETFLAGS scratch.b", "ADDCMD scratch.off",
            "DELCMD scratch.off", "DELCMD no.such", "DATASTALE", "DATAOK", "DATAOK", "SETAUX scratch.b 5",
            "SETFLAGS scratch.b RW ENUM", "UNKNOWN WORD"])
        return Device(kind, (line,))

    # One line.

    def line(self):
        """One whole logical line, as bytes."""
        words = self._words()
        if self.rng.random() < 0.1:
            words = self._spoilt(words)
        return self._encode(words)

    def _words(self):
        verb = self.rng.choices(self._verbs, cum_weights=self._weights)[0]
        words = verb.split()
        pick = self.rng.choice
        if verb == "?":
            return [pick(["foo", "GETT", "GET;", "LISTVAR", "SETVAR", "NETVERX", "ERR", "OK", "BEGIN", "quit", "="]),
                    *[self._ups() for _ in range(self.rng.randrange(3))]]
        if verb in ("GET VAR", "GET TYPE", "GET DESC", "LIST ENUM", "LIST RANGE"):
            kind = self._kind()
            return [*words, self._ups(kind), self._variable(kind)]
        if verb == "GET CMDDESC":
            kind = self._kind()
            return [*words, self._ups(kind), self._command(kind)]
        if verb == "GET TRACKING":
            return words + pick([[], [mark(self.rng.randrange(50))], [mark(self.rng.randrange(50))],
                                 [mark(self.rng.randrange(50)).lower()], ["00000000-0000-4000-8000-000000000000"],
                                 ["abc"]])
        if verb == "SET VAR":
            kind = self._kind()
            return [*words, self._ups(kind), self._variable(kind), pick(VALUES)]
        if verb == "SET TRACKING":
            return [*words, pick(["ON", "ON", "ON", "on", "OFF", "Off", "MAYBE", "1"])]
        if verb == "INSTCMD":
            kind = self._kind()
            more = pick([[], [], [], ["30"], [pick(VALUES)], ["a", "b"]])
            return [*words, self._ups(kind), self._command(kind), *more]
        if verb == "USERNAME":
            return [*words, pick(USERS)[0]]
        if verb == "PASSWORD":
            return [*words, pick(USERS)[1]]
        if verb == "FSD" and self.rng.random() < 0.1:
            return [*words, self._ups(), pick(["CLEAR", "clear", "now"])]
        if verb == "FSD" and self.rng.random() < 0.7:
            return [*words, self._ups(pick(["stale", "gone"]))]
        if verb in ("", "LIST UPS", "LOGOUT", "DETACH", "VER", "NETVER", "PROTVER", "HELP", "STARTTLS"):
            return words
        return [*words, self._ups()]

    def _kind(self):
        return self.rng.choices(KINDS, (10, 8, 1, 1))[0]

    def _ups(self, kind=None):
        name = (kind or self._kind()) + self.tag
        dice = self.rng.random()
        if dice < 0.03:
            return "nope" + self.tag
        return name.upper() if dice < 0.07 else name.capitalize() if dice < 0.1 else name

    def _variable(self, kind):
        dice = self.rng.random()
        if dice < 0.03:
            return self.rng.choice(["no.such", "server.info", "server.version", "server.foo", "ups", ".", "scratch.a",
                                    "scratch.b"])
        name = self.rng.choice(list(VARIABLES.get(kind, VARIABLES["alpha"])))
        return name.upper() if dice < 0.06 else name

    def _command(self, kind):
        dice = self.rng.random()
        if dice < 0.05:
            return self.rng.choice(["no.such", "load", "", "scratch.off"])
        name = self.rng.choice(COMMANDS.get(kind, COMMANDS["alpha"]))
        return name.upper() if dice < 0.1 else name

    def _spoilt(self, words):
        """Near to right: a word too few, too many, twice, elsewhere, misspelt, or far too long."""
        rng = self.rng
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            at = rng.randrange(len(words)) if words else 0
            what = rng.randrange(9) if words else 2
            if what == 0:
                del words[at]
            elif what == 1:
                words.insert(at, words[at])
            elif what == 2:
                words[at:at] = [rng.choice(["x", "", "GET", "VAR", "ups.status", "\xe9", "a b", "ON"])] * rng.choice(
                    (1, 1, 1, 2, 3, 40))
            elif what == 3:
                words.append(words.pop(at))
            elif what == 4:
                words[at] = "".join(rng.choice((c.upper(), c.lower())) for c in words[at])
            elif what == 5:
                words[at] += rng.choice(("x" * rng.randrange(480, 540), "y" * 700, "z" * 2100, "w" * 5000))[
                    :rng.choice((1, 2, 9999, 9999))]
            elif what == 6:
                words[at] = words[at][:-1]
            elif what == 7:
                words[at] = rng.choice(["GET", "LIST", "SET", "VAR", "TRACKING", "LOGIN", self._ups(), "ups.status"])
            else:
                put = rng.randrange(len(words[at]) + 1)
                words[at] = words[at][:put] + rng.choice(ODD) + words[at][put:]
        return words

    def _encode(self, words):
        """Mostly as clients write words, sometimes in odd but legal ways, sometimes spoilt."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.75:
            text = " ".join(self._word(word) for word in words) + "\n"
        else:
            text = rng.choice(("", "", " ", "\t", "\r")) + "".join(
                self._oddly(word) + rng.choice((" ", " ", " ", "  ", "\t", " \r ", "\v", "\f")) for word in words)
            text += rng.choice(("\n", "\r\n", "# comment\n", " # \"\\\n", "\\\n\n"))
        data = text.encode("latin-1", "replace")
        if dice > 0.97:
            data = self._hit(data)
        data = completed(data)
        # What is thrown away with a broken line ends with what the server has read, 512 bytes.
        return data if split(data).broken_at is None or len(data) <= 500 else b"NETVER\n"

    @staticmethod
    def _word(word):
        plain = word and not set(word) & set(' \t"\\#=\r\n\v\f')
        return word if plain else quoted(word)

    def _oddly(self, word):
        dice = self.rng.random()
        if dice < 0.35:
            return quoted(word)
        if dice < 0.45:
            return "".join("\\" + c if self.rng.random() < 0.3 else c for c in word)
        if dice < 0.5:
            return word
        return self._word(word)

    def _hit(self, data):
        data = bytearray(data)
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            at = self.rng.randrange(len(data)) if data else 0
            new = self.rng.choice(ODD + list(string.punctuation)).encode("latin-1")
            how = self.rng.randrange(3)
            if how == 0 and data:
                del data[at]
            elif how == 1:
                data[at:at + 1] = new
            else:
                data[at:at] = new
        return bytes(data)
