"""Which encoding a text file is in: byte order mark, strict UTF-8, then GB18030 against Big5.

Nothing is ever decoded with replacement characters: a file that is in no single encoding is refused.
"""

from __future__ import annotations

import codecs
import re

import chardet

from analysis.errors import FileRefused

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be")

# Names people use, to the codecs that read a superset of them.
_CODECS = {"big5": "big5hkscs", "gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8", "utf-8": "utf-8-sig"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_SAMPLE_BYTES = 65_536
_UTF16_ZERO_SHARE = 0.02   # commas, digits and line ends alone bring more zero bytes than this into UTF-16
_UTF16_ONE_SIDE = 0.6      # ... and nearly all stand on one side of the pair: on the other only 一, 最 and the like
_HANZI_UTF8 = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
# Two GBK characters can pass for UTF-8 by chance (联通 is the known case); this many do not.
_SURE_HANZI = 3


def codec(encoding: str) -> str:
    """The Python codec that reads `encoding`."""
    return _CODECS.get(encoding.lower(), encoding.lower())


def detect(data: bytes) -> str:
    """The encoding of `data`, one of ENCODINGS. Raises FileRefused naming the line that fits none."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data, name)
    sides = _zero_bytes_side(data)
    if sides is not None:
        return _checked(data, sides)
    if b"\x00" in data:
        raise FileRefused("errors.nul_bytes", row=_line(data, data.index(b"\x00")))
    if _failure(data, "utf-8") is None:
        return "utf-8"
    _refuse_mixture(data)
    return _chinese(data)


def check(data: bytes, encoding: str) -> str:
    """`encoding` when all of `data` is in it. Raises FileRefused with the first line that is not."""
    name = encoding.lower()
    try:
        codecs.lookup(codec(name))
    except LookupError as error:
        raise FileRefused("errors.unknown_encoding_name", encoding=encoding, known=", ".join(ENCODINGS)) from error
    return _checked(data, name)


def _checked(data: bytes, name: str) -> str:
    where = _failure(data, codec(name))
    if where is not None:
        lines = data[:where].decode(codec(name), errors="ignore").count("\n")  # only to count them
        raise FileRefused("errors.wrong_encoding", encoding=name, row=lines + 1)
    if name.startswith("utf-16"):
        text = data.decode(name)
        if "\x00" in text:
            raise FileRefused("errors.nul_bytes", row=text.count("\n", 0, text.index("\x00")) + 1)
    elif b"\x00" in data:
        raise FileRefused("errors.nul_bytes", row=_line(data, data.index(b"\x00")))
    return name


def _failure(data: bytes, name: str) -> int | None:
    """Offset of the first byte that is not in the encoding, or None."""
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _zero_bytes_side(data: bytes) -> str | None:
    """UTF-16 without a mark shows in zero bytes that nearly all stand on one side of the byte pairs."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or even + odd < max(1, _UTF16_ZERO_SHARE * len(sample)):
        return None
    if odd >= _UTF16_ONE_SIDE * (even + odd):
        return "utf-16-le"
    return "utf-16-be" if even >= _UTF16_ONE_SIDE * (even + odd) else None


def _refuse_mixture(data: bytes) -> None:
    """Raise where lines that are surely UTF-8 stand beside lines that surely are not."""
    first: bool | None = None
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.isascii():
            continue
        is_utf8 = _failure(line, "utf-8") is None
        if is_utf8 and len(_HANZI_UTF8.findall(line)) < _SURE_HANZI:
            continue
        if first is None:
            first = is_utf8
        elif first != is_utf8:
            raise FileRefused("errors.mixed_encodings", row=number)


def _chinese(data: bytes) -> str:
    """GB18030 or Big5; where both are possible, the frequencies of characters decide (chardet)."""
    gb, big5 = _failure(data, "gb18030"), _failure(data, "big5hkscs")
    if gb is not None and big5 is not None:
        raise FileRefused("errors.no_encoding", row=_line(data, max(gb, big5)))
    if big5 is not None:
        return "gb18030"
    if gb is not None:
        return "big5"
    guess = chardet.detect(_non_ascii_lines(data))["encoding"] or ""
    return "big5" if guess.lower().startswith(("big5", "cp950")) else "gb18030"


def _non_ascii_lines(data: bytes) -> bytes:
    """Whole lines with characters outside ASCII, up to the sample size: the rest says nothing."""
    taken, size = [], 0
    for line in data.split(b"\n"):
        if not line.isascii():
            taken.append(line)
            size += len(line)
        if size > _SAMPLE_BYTES:
            break
    return b"\n".join(taken)
