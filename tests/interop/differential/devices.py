# SPDX-License-Identifier: Apache-2.0
"""The UPSes of the random sessions: what their driver says, and the driver itself."""

import os
import select
import socket

from .grammar import quoted, split

# Every world has one of each, with a tag of its own behind the name.
KINDS = ("alpha", "beta", "stale", "gone")
DESCRIPTIONS = {"alpha": 'Alpha "quoted" \\ #1', "stale": "Old news", "gone": "No driver"}

# name: (value, lines of metadata). No writable one gets along without a length: what a server makes
# of that is not defined.
ALPHA = {
    "ups.status": ("OL CHRG", []),
    "ups.model": ('Model "A" \\ #1', []),
    "ups.mfr": ("Acme", ["SETAUX ups.mfr 32", "SETFLAGS ups.mfr RW STRING"]),
    "ups.id": ("t1", ["SETAUX ups.id 16", "SETFLAGS ups.id RW STRING"]),
    "Ups.Serial": ("0x17", []),
    "battery.charge": ("97", ["SETFLAGS battery.charge NUMBER"]),
    "battery.charge.low": ("20", ["SETAUX battery.charge.low 4", "SETFLAGS battery.charge.low RW NUMBER",
                                  "ADDRANGE battery.charge.low 5 95"]),
    "battery.date": ("2020/01/01", ["SETAUX battery.date 10", "SETFLAGS battery.date RW STRING"]),
    "input.voltage": ("230.4", []),
    "driver.name": ("dummy-ups", []),
    "experimental.empty": ("", ["SETAUX experimental.empty 64", "SETFLAGS experimental.empty RW STRING"]),
}
BETA = {
    "ups.status": ("OB LB", []),
    "input.transfer.low": ("190", ["ADDENUM input.transfer.low \"185\"", "ADDENUM input.transfer.low \"190\"",
                                   "ADDENUM input.transfer.low \"200\"", "SETFLAGS input.transfer.low RW"]),
    "input.sensitivity": ("low", ["ADDENUM input.sensitivity \"low\"", "ADDENUM input.sensitivity \"very high\"",
                                  "ADDENUM input.sensitivity \"a\\\"b\"",
                                  "SETFLAGS input.sensitivity RW STRING", "SETAUX input.sensitivity 9"]),
    "ups.delay.start": ("15", ["ADDRANGE ups.delay.start 10 20", "ADDRANGE ups.delay.start 30 40",
                               "SETFLAGS ups.delay.start RW NUMBER"]),
    "ups.note": ("x" * 200, []),
    "Zeta.b": ("2", []), "alpha.a": ("1", []), "zeta.A": ("3", []),
}
STALE = {"ups.status": ("OL", []), "ups.id": ("old", ["SETAUX ups.id 16", "SETFLAGS ups.id RW STRING"])}
COMMANDS = {"alpha": ["load.off", "Beeper.toggle", "test.fail", "test.unknown", "test.invalid", "test.silent"],
            "beta": ["load.off", "load.on.delay"], "stale": ["load.off"]}
VARIABLES = {"alpha": ALPHA, "beta": BETA, "stale": STALE}
# What the driver says of commands that are tracked; None: nothing.
OUTCOMES = {"test.fail": 3, "test.unknown": 1, "test.invalid": 2, "test.silent": None}


def dump(kind):
    """All that a driver says when asked."""
    lines = []
    for name, (value, meta) in VARIABLES[kind].items():
        lines += [f"SETINFO {name} {quoted(value)}", *meta]
    lines += [f"ADDCMD {name}" for name in COMMANDS[kind]]
    lines += ["DATASTALE" if kind == "stale" else "DATAOK"]
    return lines


class Driver:
    """The socket of one UPS at one server. Says nothing by itself."""

    def __init__(self, path, kind, owner):
        self.kind = kind
        self._buffer = bytearray()
        self._peer = None
        self._said = []  # since the last dump: what a further dump repeats
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        os.chmod(path, 0o660)
        if owner:
            os.chown(path, *owner)
        self._listener.listen(4)

    def serve(self, timeout):
        """Waits for the server, and tells it everything."""
        self._listener.settimeout(timeout)
        self._peer, _ = self._listener.accept()
        self._peer.settimeout(timeout)
        while self._line() != ["DUMPALL"]:
            pass
        self._dump()

    def hear(self):
        """The words of the next SET or INSTCMD of the server, none if there is none; gives it a dump if it
        wants one first."""
        try:
            while (words := self._line()) == ["DUMPALL"]:
                self._dump()
        except TimeoutError:
            return []
        return words

    def attend(self):
        """Gives the server a dump if that is what it waits for now."""
        if select.select([self._peer], [], [], 0)[0]:
            self._buffer += self._peer.recv(4096)
        if self._buffer == b"DUMPALL\n":
            self._buffer.clear()
            self._dump()

    def start_again(self, lines):
        """Says lines that lead back to what the first dump said."""
        self.say(lines)
        self._said.clear()

    def _dump(self):
        said = [line for line in self._said if line not in ("DATAOK", "DATASTALE")]
        state = [line for line in self._said if line in ("DATAOK", "DATASTALE")][-1:]
        self._send([*dump(self.kind), *said, *state, "DUMPDONE"])

    def _line(self):
        # The stock server cuts what is longer than 511 bytes, LF and all.
        while b"\n" not in self._buffer and len(self._buffer) < 500:
            chunk = self._peer.recv(4096)
            if not chunk:
                raise ConnectionError("the server left its driver")
            self._buffer += chunk
        line = split(bytes(self._buffer))
        del self._buffer[:line.end]
        return line.words

    def say(self, lines):
        self._said += lines
        self._send(lines)

    def _send(self, lines):
        self._peer.sendall("".join(line + "\n" for line in lines).encode("latin-1"))

    def close(self):
        for one in (self._listener, self._peer):
            if one is not None:
                one.close()
