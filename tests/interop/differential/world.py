# SPDX-License-Identifier: Apache-2.0
"""A world: four UPSes at each of the two servers that nobody else uses, their drivers, and a few
sessions. Within a world one thing happens at a time, so both servers must come to the same; worlds go
on side by side, so that neither server nor network is waited for."""

import dataclasses
import random
import re
import socket
import time

from support.wait import STRETCH

from . import devices, rules
from .generate import MARK, SESSIONS, Device, Generator, Leave, Say
from .grammar import split

UUID = re.compile(rb"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}")
TIMEOUT = 20 * STRETCH  # seconds without an answer that are a failure
EPISODE_SECONDS = 20  # then it is cut short: both servers hang up on sessions that are silent for 60 s


class Connection:
    """A client's connection that reads whole replies."""

    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.closed = False
        self.end = b"<end>"
        # The stock server's queue of connections is short: go on when it has taken this one.
        self.send(b"NETVER\n")
        assert self.reply() == b"1.3\n", "a server does not answer"

    def send(self, data):
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.closed = True

    def _fill(self):
        if self.closed:
            return False
        try:
            if self.buffer:  # the stock server writes line by line and waits for the acknowledgement of each
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            chunk = self.sock.recv(65536)
        except TimeoutError:
            chunk = b""
            self.end = b"<silence>"
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            self.closed = True
            return False
        self.buffer += chunk
        return True

    def _take(self, end):
        text = bytes(self.buffer[:end])
        del self.buffer[:end]
        return text

    def reply(self):
        """One line, or a list from BEGIN to END; what there is if the connection ends."""
        while True:
            end = self.buffer.find(b"\n") + 1
            if end and self.buffer.startswith(b"BEGIN "):
                last = self.buffer.find(b"\nEND ") + 1
                end = last and self.buffer.find(b"\n", last) + 1
            if end:
                return self._take(end)
            if not self._fill():
                return self._take(len(self.buffer)) + self.end

    def until_netver(self):
        """All that comes before the answer to a NETVER."""
        while not self.buffer.endswith(b"1.3\n"):
            if not self._fill():
                return self._take(len(self.buffer)) + self.end
        text = self._take(len(self.buffer))
        return text[:-4]

    def close(self):
        self.sock.close()


class Side:
    """What belongs to one server."""

    def __init__(self, port, drivers):
        self.port = port
        self.drivers = drivers  # kind -> Driver
        self.sessions = [None] * SESSIONS
        self.monitor = Connection(port)
        self.ids = []           # tracking ids it gave out

    def open(self, number):
        self.sessions[number] = Connection(self.port)

    def filled_in(self, data):
        """`data` with tracking ids of this server in place of placeholders."""
        if MARK.encode() not in data.upper():
            return data

        def real(match):
            number = int(match[2])
            found = self.ids[number % len(self.ids)] if self.ids else match[0]
            return found if match[1].isupper() else found.lower()
        return re.sub(b"(?i)(" + MARK.encode() + rb")(\d{24})", real, data)


@dataclasses.dataclass
class Difference:
    """Replies that differ and should not."""
    step: int
    line: bytes
    stock: str
    ours: str

    def key(self):
        """What stays the same when the session around it is cut."""
        words = split(self.line).words[:1]
        return (words, self.stock.split(" ")[:2], self.ours.split(" ")[:2])

    def __str__(self):
        return f"  {self.line!r}\n    stock: {self.stock[:300]!r}\n    ours:  {self.ours[:300]!r}"


class World:
    def __init__(self, ports, drivers, tag, tally):
        """`ports`, `drivers`: of the stock server and of ours."""
        self.tag = tag
        self.sides = [Side(port, own) for port, own in zip(ports, drivers, strict=True)]
        self.tally = tally      # Counter of what happened
        self.latched = set()    # UPSes that are in forced shutdown at the stock server
        self.differences = []
        self._step = 0

    def episode(self, seed, count):
        """The steps of an episode; the same for the same seed, wherever it is played."""
        return Generator(random.Random(seed), self.tag).steps(count)

    def play(self, steps):
        """Plays an episode. A generator: it yields where servers need time."""
        self.differences = []
        end = time.monotonic() + EPISODE_SECONDS
        for number in range(SESSIONS):  # of an episode that was given up
            self._hang_up(number)
        for side in self.sides:
            side.monitor.close()  # it may have been silent for too long
            side.monitor = Connection(side.port)
            side.ids.clear()
            for number in range(SESSIONS):
                side.open(number)
        yield from self._reset_devices()
        for kind in ("alpha", "beta"):
            yield from self._align_latch(kind + self.tag)
        for self._step, step in enumerate(steps):
            if time.monotonic() > end:
                break
            yield from self._play_step(step)
        for number in range(SESSIONS):
            self._hang_up(number)
        yield from self._pass_rounds()

    def _play_step(self, step):
        match step:
            case Device(kind, lines):
                for side in self.sides:
                    side.drivers[kind].say(lines)
                self.tally["device"] += 1
                yield from self._pass_rounds()
                self.sides[1].drivers[kind].attend()  # ours may want to hear all again
                yield from self._pass_rounds()
            case Leave(number):
                yield from self._renew(number)
            case Say(number, lines, cut):
                if len(lines) > 1:
                    yield from self._say_many(number, lines)
                else:
                    yield from self._say(number, lines[0], cut)

    # Sessions.

    def _say(self, number, line, cut):
        parsed = split(line)
        verb = parsed.words[0].upper() if parsed.words else ""
        # Whether the line has an answer at all, or a whole one, is only seen by what follows it.
        careful = parsed.broken_at is not None or len(line) > 200
        if parsed.broken_at is not None:
            cut = 0  # it would lose the first piece only
        if cut:
            for side in self.sides:
                side.sessions[number].send(side.filled_in(line)[:cut])
            yield from self._pass_rounds()
        for side in self.sides:
            side.sessions[number].send(side.filled_in(line)[cut:])
        if parsed.broken_at is not None:
            yield from self._pass_rounds()  # the stock server loses what it reads with it
        if careful:
            for side in self.sides:
                side.sessions[number].send(b"NETVER\n")
        yield
        replies = [side.sessions[number].until_netver() if careful else side.sessions[number].reply()
                   for side in self.sides]
        verdict = yield from self._compare(line, parsed, replies)
        over = any(side.sessions[number].closed for side in self.sides)
        if over or verdict == rules.PARTED or verb == "LOGOUT" and replies[0].startswith(b"OK"):
            yield from self._renew(number)

    def _say_many(self, number, lines):
        for side in self.sides:
            side.sessions[number].send(b"".join(side.filled_in(line) for line in lines))
        yield
        parted = False
        replies = [[side.sessions[number].reply() for side in self.sides] for _ in lines]
        for line, pair in zip(lines, replies, strict=True):
            verdict = yield from self._compare(line, split(line), pair)
            parted = parted or verdict == rules.PARTED
        if parted or any(side.sessions[number].closed for side in self.sides):
            yield from self._renew(number)

    def _renew(self, number):
        self._hang_up(number)
        yield from self._pass_rounds()
        for side in self.sides:
            side.open(number)

    def _hang_up(self, number):
        for side in self.sides:
            if side.sessions[number] is not None:
                side.sessions[number].close()
                side.sessions[number] = None

    def _pass_rounds(self):
        """Lets each server's loop go round once, so that it has seen all that was sent before: two
        questions of another connection, as the first may be taken in the same round."""
        for _ in range(2):
            for side in self.sides:
                side.monitor.send(b"NETVER\n")
            yield
            for side in self.sides:
                assert side.monitor.reply() == b"1.3\n"

    # Comparing.

    def _compare(self, line, parsed, replies):
        stock, ours = self._normal(replies)
        exchange = rules.Exchange(parsed, line, stock, ours)
        verdict = rules.judge(exchange, self.tally)
        if verdict == rules.WRONG:
            self.differences.append(Difference(self._step, line, stock, ours))
            verdict = rules.PARTED
        verb = parsed.words[0].upper() if parsed.words else ""
        if verb in ("SET", "INSTCMD") and "OK" in (stock[:2], ours[:2]):
            forwarded = [reply[:2] == "OK" and parsed.words[1:2] != [] and not (
                verb == "SET" and parsed.words[1].upper() != "VAR") for reply in (stock, ours)]
            if any(forwarded):
                yield from self._serve_drivers(parsed, line, forwarded)
        if verb == "FSD" and "OK" in (stock[:2], ours[:2]):
            yield from self._follow_forced_shutdown(parsed.words[1].lower(), stock, ours)
        return verdict

    def _normal(self, replies):
        """Both replies as text, one character per byte, with new tracking ids taken out."""
        ids = [UUID.fullmatch(reply[12:-1]) if reply.startswith(b"OK TRACKING ") else None for reply in replies]
        if all(ids):  # of a command that only one of them took, nobody asks
            for side, found in zip(self.sides, ids, strict=True):
                side.ids.append(found[0])
        return ["OK TRACKING <id>\n" if found else reply.decode("latin-1")
                for found, reply in zip(ids, replies, strict=True)]

    # Forced shutdown. The stock server never takes it back, so ours follows where only one of them did something.

    def _follow_forced_shutdown(self, name, stock, ours):
        if stock.startswith("OK"):
            self.latched.add(name)
        if stock != ours:
            self._tell_latch(name)
            yield from self._align_latch(name)

    def _align_latch(self, name):
        """Goes on until both servers show the same, if they show data of this UPS at all."""
        end = time.monotonic() + TIMEOUT
        while True:
            stock, ours = (self._shows_latch(side, name) for side in self.sides)
            if stock is None or ours is None or stock == ours:
                return
            assert time.monotonic() < end, f"{name} is in forced shutdown at one server: {stock}, {ours}"
            (self.latched.add if stock else self.latched.discard)(name)
            self._tell_latch(name)
            yield from self._pass_rounds()

    @staticmethod
    def _shows_latch(side, name):
        """None: it shows no data."""
        side.monitor.send(f"GET VAR {name} ups.status\n".encode())
        reply = side.monitor.reply()
        return b'"FSD' in reply if reply.startswith(b"VAR ") else None

    def _tell_latch(self, name):
        """Puts our server into the state that is known of the stock one."""
        request = f"FSD {name}" if name in self.latched else f"FSD {name} CLEAR"
        helper = Connection(self.sides[1].port)
        for line in ("USERNAME mon1", "PASSWORD pass1", request):
            helper.send(line.encode() + b"\n")
            assert helper.reply().startswith(b"OK")
        helper.close()

    # Drivers.

    def _reset_devices(self):
        """All variables as at the start, and nothing that was added."""
        for side in self.sides:
            for kind in ("alpha", "beta"):
                lines = []
                for name in ("scratch.a", "scratch.b"):
                    lines.append(f"DELINFO {name}")
                for name, (value, meta) in devices.VARIABLES[kind].items():
                    lines += [f"DELINFO {name}", f"SETINFO {name} {devices.quoted(value)}", *meta]
                lines += ["DELCMD scratch.off", "DATAOK"]
                for at in range(0, len(lines), 4):  # the stock server reads 512 bytes at a time
                    side.drivers[kind].start_again(lines[at:at + 4])
        for _ in range(6):
            yield from self._pass_rounds()

    def _serve_drivers(self, parsed, line, forwarded):
        """What both servers handed on must be the same; the driver does it and says so to both."""
        name = parsed.words[2 if parsed.words[0].upper() == "SET" else 1]
        kind = name[:-len(self.tag)].lower()
        heard = [side.drivers[kind].hear() if sent else None
                 for side, sent in zip(self.sides, forwarded, strict=True)]
        if all(forwarded):
            verdict = rules.judge_forwarded(heard, parsed, self.tally)
            if "TRACKING" in heard[1] and "TRACKING" not in heard[0]:
                for side in self.sides:  # cut away from a long line: the stock server waits for ever
                    side.ids.pop()
            if verdict == rules.WRONG:
                self.differences.append(Difference(self._step, line, f"driver hears {heard[0]}",
                                                   f"driver hears {heard[1]}"))
        for side, words in zip(self.sides, heard, strict=True):
            if words:
                answer = driver_answer(words, heard[0] if all(forwarded) else None)
                if answer:
                    side.drivers[kind].say(answer)
        yield from self._pass_rounds()


def driver_answer(words, done):
    """What a driver says to a line that it heard. `done`: the line it acts on; None if it does not,
    because the other driver did not get one."""
    answer = []
    status = 0
    if done and done[0] == "SET" and len(done) >= 3:
        answer.append(f"SETINFO {done[1]} {devices.quoted(done[2])}")
    elif done and done[0] == "INSTCMD" and len(done) >= 2:
        status = devices.OUTCOMES.get(done[1].lower(), 0)
    if "TRACKING" in words and status is not None:
        answer.append(f"TRACKING {words[-1]} {status}")
    return answer


def show(step):
    """A step for people."""
    match step:
        case Device(kind, lines):
            return f"driver of {kind}: " + " / ".join(lines)
        case Leave(number):
            return f"session {number} leaves"
        case Say(number, lines, cut):
            return f"session {number}: " + " ".join(map(repr, lines)) + (f" cut at {cut}" if cut else "")

