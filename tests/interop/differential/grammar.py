# SPDX-License-Identifier: Apache-2.0
"""The grammar of lines, written a second time from its table in lib/base/words.hpp: it tells the
generator of sessions where a line ends and whether a server can make sense of it."""

import dataclasses

BLANKS = b" \t\r\v\f"
LF = 0x0A


@dataclasses.dataclass
class Line:
    """One logical line. `end`: behind its LF; None if it goes on. `broken_at`: the byte that breaks
    the grammar, or None. `gap_continued`: a `\\` before an LF where no word had begun."""
    words: list
    end: int | None
    broken_at: int | None = None
    in_quotes: bool = False
    gap_continued: bool = False


def kept(byte):
    return 0x20 <= byte <= 0x7F


def split(data):
    """The first logical line of `data`, its words as text with one character per byte."""
    words = []
    word = None
    state = "gap"
    escaped = False
    gap_continued = False
    for at, byte in enumerate(data):
        if escaped:
            escaped = False
            if byte == LF:
                gap_continued = gap_continued or state == "gap"
                continue
            if state == "gap":
                word, state = bytearray(), "word"
            if kept(byte):
                word.append(byte)
        elif state == "comment":
            if byte == LF:
                return Line(words, at + 1, gap_continued=gap_continued)
        elif byte == 0x5C:
            escaped = True
        elif state == "quoted":
            if byte == 0x22:
                words.append(word.decode("latin-1"))
                word, state = None, "gap"
            elif byte == 0x23:
                end = data.find(b"\n", at)
                return Line(words, end + 1 if end >= 0 else None, at, in_quotes=True, gap_continued=gap_continued)
            elif kept(byte):
                word.append(byte)
        elif byte == LF or byte in BLANKS or byte == 0x23 or byte == 0x3D:
            if state == "word":
                words.append(word.decode("latin-1"))
                word, state = None, "gap"
            if byte == LF:
                return Line(words, at + 1, gap_continued=gap_continued)
            if byte == 0x3D:
                words.append("=")
            elif byte == 0x23:
                state = "comment"
        elif state == "gap" and byte == 0x22:
            word, state = bytearray(), "quoted"
        else:
            if state == "gap":
                word, state = bytearray(), "word"
            if kept(byte):
                word.append(byte)
    return Line(words, None, in_quotes=state == "quoted")


def completed(data):
    """`data` cut or continued so that it is exactly one logical line."""
    while (line := split(data)).end is None:
        if line.broken_at is not None or not line.in_quotes:
            data += b"\n"
        else:
            data += b'"\n'
    return data[:line.end]


def quoted(text):
    """A value as one word."""
    return '"' + "".join("\\" + c if c in '"\\#' else c for c in text) + '"'
