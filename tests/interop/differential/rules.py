# SPDX-License-Identifier: Apache-2.0
"""What may differ. Each rule belongs to a row of docs/compatibility.md, named by its first column; a
difference that no rule knows is a failure."""

import collections
import dataclasses

from .grammar import Line, quoted, split

SAME, ALLOWED, PARTED, WRONG = "same", "allowed", "parted", "wrong"

STOCK_DRIVER_LINE = 509  # the longest that it sends whole, without LF
DATA_ERRORS = ("ERR DRIVER-NOT-CONNECTED\n", "ERR DATA-STALE\n")


@dataclasses.dataclass
class Exchange:
    """One line and both replies."""
    parsed: Line
    line: bytes
    stock: str
    ours: str

    def word(self, at):
        return self.parsed.words[at] if at < len(self.parsed.words) else ""

    def verb(self):
        return self.word(0).upper()

    def both(self):
        return self.verb(), self.word(1).upper()


RULES = []


def rule(topic, parts=False):
    """`topic`: the row. `parts`: the sessions are in different states afterwards, and end."""
    def add(function):
        RULES.append((topic, parts, function))
        return function
    return add


@rule("a line that breaks the grammar (`\"a#b\"`)")
def _broken(x):
    return x.parsed.broken_at is not None and x.stock == "" and x.ours == "ERR INVALID-ARGUMENT\n"


@rule("`VER`, `server.info`, `server.version`")
def _names(x):
    if x.verb() == "VER":
        return x.stock.startswith("Network UPS Tools upsd ") and x.ours.startswith("Ridethrough upsd ")
    name = x.word(3).lower()
    if x.both() != ("GET", "VAR") or name not in ("server.info", "server.version"):
        return False
    # The stock server answers with its own spelling of these names, and does not quote the echo.
    echo = f"var {x.word(2)} {name} ".lower()
    ours = [word.lower() for word in split(x.ours.encode("latin-1")).words[:3]]
    return x.stock.lower().startswith(echo) and ours == ["var", x.word(2).lower(), name]


@rule("`HELP`")
def _help(x):
    known = x.stock.split()[1:]
    return x.verb() == "HELP" and [word for word in x.ours.split() if word in known] == known


@rule("what `GET DESC` and `GET CMDDESC` say")
def _descriptions(x):
    stock, ours = x.stock.rsplit('"', 2), x.ours.rsplit('"', 2)
    return (x.both() in (("GET", "DESC"), ("GET", "CMDDESC")) and len(stock) == len(ours) == 3
            and stock[0] == ours[0] and ours[1] != "Description unavailable")


@rule("`\\` at the end of a line, behind a blank", parts=True)
def _continued(x):
    """The stock server sees an empty word more, so it may have one too many, or takes what follows for a part of
    that word, quotes and all."""
    return x.parsed.gap_continued


@rule("`INSTCMD` with more than one word of parameter")
def _too_many_words(x):
    return (x.verb() == "INSTCMD" and len(x.parsed.words) > 32 and x.stock.startswith("OK")
            and x.ours == "ERR INVALID-ARGUMENT\n")


@rule("a reply longer than 512 bytes")
def _long_reply(x):
    """Cut without LF; the same up to there, or up to where the echo is quoted."""
    return len(x.stock) in (511, 512) and not x.stock.endswith("\n") and len(x.ours) >= len(x.stock)


@rule("a word longer than 512 bytes")
def _long_word(x):
    too_long = any(len(word) > 2048 for word in x.parsed.words)
    return too_long and (x.both()[0], x.ours) in (("INSTCMD", "ERR INVALID-ARGUMENT\n"), ("SET", "ERR TOO-LONG\n"))


@rule("`GET NUMLOGINS`")
def _numlogins(x):
    return (x.both() == ("GET", "NUMLOGINS") and x.stock in DATA_ERRORS
            and x.ours.startswith(f"NUMLOGINS {x.word(2)} "))


@rule("`ATTACH`, `DETACH`, `GET NUMATTACH`", parts=True)
def _draft_words(x):
    return (x.verb() in ("ATTACH", "DETACH") and x.stock == "ERR UNKNOWN-COMMAND\n"
            or x.both() == ("GET", "NUMATTACH") and x.stock == "ERR INVALID-ARGUMENT\n")


@rule("`SUBSCRIBE`, `UNSUBSCRIBE`", parts=True)
def _subscribe(x):
    return x.verb() in ("SUBSCRIBE", "UNSUBSCRIBE") and x.stock == "ERR UNKNOWN-COMMAND\n"


@rule("`USERNAME \"\"`, `PASSWORD \"\"`, and longer than 2048 bytes", parts=True)
def _no_name(x):
    return (x.verb() in ("USERNAME", "PASSWORD") and x.stock == "OK\n"
            and x.ours == f"ERR INVALID-{x.verb()}\n" and (x.word(1) == "" or len(x.word(1)) > 2048))


@rule("`FSD`")
def _fsd_clear(x):
    """FSD has one word more; what is wrong with the rest is looked at first."""
    if x.verb() != "FSD" or len(x.parsed.words) != 3 or x.stock != "ERR INVALID-ARGUMENT\n":
        return False
    if x.ours == "OK FSD-CLEARED\n":
        return x.word(2).upper() == "CLEAR"
    return x.ours in ("ERR UNKNOWN-UPS\n", "ERR ACCESS-DENIED\n")


@rule("ranges")
def _ranges(x):
    if x.both() != ("SET", "VAR") or {x.stock, x.ours} == {"ERR INVALID-VALUE\n"}:
        return False
    whole = x.word(4).lstrip("-").isdigit()
    return "ERR INVALID-VALUE\n" in (x.stock, x.ours) and not whole


@rule("`SET` of a `STRING` variable whose length the driver did not tell")
def _no_length(x):
    return (x.both() == ("SET", "VAR") and x.word(3).lower().startswith("scratch.") and x.ours.startswith("OK")
            and x.stock in ("ERR TOO-LONG\n", "ERR SET-FAILED\n"))


@rule("quotes in `DESC`, `CMDDESC` and echoed words")
def _echo(x):
    """Ours is the stock line with its words written so that they read back."""
    theirs, mine = split(x.ours.encode("latin-1")), split(x.stock.encode("latin-1"))
    if theirs.words[:1] != mine.words[:1] or not theirs.words[0:1]:
        return False
    rest = " ".join(theirs.words[:-1]) if theirs.words else ""
    return x.stock == f"{rest} {quoted(theirs.words[-1])}\n"


def judge(exchange, tally):
    tally["commands"] += 1
    if exchange.stock == exchange.ours:
        tally["same"] += 1
        # A name or password may be taken and yet be another one, which is seen later.
        return PARTED if exchange.parsed.gap_continued else SAME
    for topic, parts, applies in RULES:
        if applies(exchange):
            tally["row: " + topic] += 1
            return PARTED if parts else ALLOWED
    tally["wrong"] += 1
    return WRONG


def judge_forwarded(heard, parsed, tally):
    """The words that the drivers heard, tracking ids aside."""
    tally["forwarded"] += 1
    stock, ours = (without_tracking(words) for words in heard)
    if [word.lower() for word in stock[:2]] != [word.lower() for word in ours[:2]]:
        return WRONG
    if stock[2:] == ours[2:] and stock:
        return SAME
    topic = None
    if parsed.gap_continued:
        topic = "`\\` at the end of a line, behind a blank"
    elif stock[:1] == ["INSTCMD"]:
        if any(len(word) > 512 for word in parsed.words):
            topic = "a word longer than 512 bytes"
        elif len(" ".join(heard[1])) > STOCK_DRIVER_LINE:
            topic = "a line to a driver longer than 510 bytes"
        elif stock[2:] == [] and len(parsed.words) > 4:
            topic = "`INSTCMD` with more than one word of parameter"
        elif ours[2:] == parsed.words[3:4] and not parsed.words[3].isalnum():
            topic = "`INSTCMD` parameter that needs quotes"
    if topic is None:
        return WRONG
    tally["row: " + topic] += 1
    return ALLOWED


FORWARDED_TOPICS = ("a line to a driver longer than 510 bytes", "`INSTCMD` with more than one word of parameter",
                    "`INSTCMD` parameter that needs quotes")


def without_tracking(words):
    return words[:-2] if len(words) > 3 and words[-2] == "TRACKING" and len(words[-1]) == 36 else words


def shape(difference):
    """A difference without names and values, to count alike ones."""
    words = [word.upper() for word in split(difference.line).words[:2]]
    if words[:1] not in (["GET"], ["LIST"], ["SET"]):
        del words[1:]
    return (*words, *(" ".join(text.split()[:2]) if text.startswith("ERR") else text[:14]
                      for text in (difference.stock, difference.ours)))


def topics():
    return list(dict.fromkeys([topic for topic, _, _ in RULES] + list(FORWARDED_TOPICS)))


def counter():
    return collections.Counter()
