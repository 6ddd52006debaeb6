# SPDX-License-Identifier: Apache-2.0
"""A network client that compares whole lines, as PyNUT and its descendants do."""

import socket

from .wait import STRETCH


class Client:
    """One connection to a server. Lines are text without their LF; bytes are UTF-8, and a reply that
    is not valid UTF-8, or holds a CR, fails the test."""

    def __init__(self, port, host="127.0.0.1", timeout=10.0, sock=None):
        """`sock`: a connected socket to use instead of a new one (TLS, Unix)."""
        self.sock = sock or socket.create_connection((host, port), timeout=timeout * STRETCH)
        self.sock.settimeout(timeout * STRETCH)
        if self.sock.family in (socket.AF_INET, socket.AF_INET6):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()

    def send(self, *lines):
        """Sends each line with its LF, all in one write."""
        self.send_bytes("".join(line + "\n" for line in lines).encode())

    def send_bytes(self, data):
        self.sock.sendall(data)

    def line(self):
        """The next line. AssertionError at the end of the stream, TimeoutError when none comes."""
        while (end := self._buffer.find(b"\n")) < 0:
            chunk = self.sock.recv(65536)
            assert chunk, f"end of stream after {bytes(self._buffer)!r}"
            self._buffer += chunk
        text = bytes(self._buffer[:end])
        del self._buffer[:end + 1]
        assert b"\r" not in text, f"CR in {text!r}"
        return text.decode()

    def lines(self, count):
        return [self.line() for _ in range(count)]

    def ask(self, request):
        """Sends one line; the reply of one line."""
        self.send(request)
        return self.line()

    def ask_list(self, request):
        """Sends `LIST …`; the lines between BEGIN and END, whose echo must be exact."""
        self.send(request)
        return self.read_list(request)

    def subscribe(self, ups, *names):
        """SUBSCRIBE; the lines of the snapshot. BEGIN and END name the UPS, not the variables."""
        self.send(" ".join(["SUBSCRIBE", ups, *names]))
        return self.read_list(f"SUBSCRIBE {ups}")

    def read_list(self, request):
        if request.startswith("SUBSCRIBE "):  # the frame names the UPS, not the filters
            request = " ".join(request.split()[:2])
        first = self.line()
        assert first == "BEGIN " + request, f"{request!r} answered with {first!r}"
        found = []
        while not (line := self.line()).startswith("END "):
            found.append(line)
        assert line == "END " + request, f"{request!r} ended with {line!r}"
        return found

    def expect(self, request, *replies):
        """Sends one line; the reply must be exactly these lines."""
        self.send(request)
        got = [self.line() for _ in replies]
        assert got == list(replies), f"{request!r} answered with {got!r}"

    def log_in(self, user, password):
        """USERNAME and PASSWORD; the server judges them only when they are needed."""
        self.expect(f"USERNAME {user}", "OK")
        self.expect(f"PASSWORD {password}", "OK")
        return self

    def var(self, ups, name):
        """The value of a variable, decoded; AssertionError on any other reply."""
        reply = self.ask(f"GET VAR {ups} {name}")
        head = f"VAR {ups} {name} "
        assert reply.startswith(head), reply
        return unquote(reply[len(head):])

    def variables(self, ups):
        """All variables of a UPS as a dictionary, in the server's order."""
        return dict(split_var(line, ups) for line in self.ask_list(f"LIST VAR {ups}"))

    def is_silent(self, seconds=0.05):
        """Whether nothing arrives for `seconds`. For the few things that can only be shown so."""
        before = self.sock.gettimeout()
        self.sock.settimeout(seconds)
        try:
            chunk = self.sock.recv(65536)
            self._buffer += chunk
            return not self._buffer and bool(chunk)
        except TimeoutError:
            return not self._buffer
        finally:
            self.sock.settimeout(before)

    def at_end(self):
        """Waits for the end of the stream; True if it came with nothing before it."""
        try:
            return not self._buffer and self.sock.recv(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def split_var(line, ups):
    """`VAR ups name "value"` -> (name, value)."""
    head = f"VAR {ups} "
    assert line.startswith(head), line
    name, value = line[len(head):].split(" ", 1)
    return name, unquote(value)


def unquote(text):
    """`"a \\"b\\""` -> `a "b"`."""
    assert len(text) >= 2 and text[0] == text[-1] == '"', text
    out, escaped = [], False
    for char in text[1:-1]:
        if not escaped and char == "\\":
            escaped = True
            continue
        assert escaped or char not in '"#', f"unescaped {char} in {text}"
        out.append(char)
        escaped = False
    assert not escaped, text
    return "".join(out)


def quote(text):
    """The text in double quotes, with `"`, `\\` and `#` escaped."""
    return '"' + "".join("\\" + c if c in '"\\#' else c for c in text) + '"'


def words(line):
    """The words of a protocol line: blanks separate, `"` opens a quoted word, `\\` takes the next
    character as it is."""
    found, word, quoted, escaped = [], None, False, False
    for char in line:
        if escaped:
            word, escaped = (word or "") + char, False
        elif char == "\\":
            word, escaped = word or "", True
        elif quoted:
            quoted = char != '"'
            word += "" if char == '"' else char
        elif char.isspace():
            found += [word] if word is not None else []
            word = None
        elif char == '"' and word is None:
            word, quoted = "", True
        else:
            word = (word or "") + char
    return found + ([word] if word is not None else [])
