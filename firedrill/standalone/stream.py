"""Logs one after another, from a file of any length: a few of them are in memory at a time.

A file of one object a line is streamed; one JSON value, an object or an array of them, is read whole.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO, NamedTuple

import orjson

from firedrill.declared.declaration import Json
from firedrill.documents import mistakes_told, unreadable
from firedrill.standalone.read import STDIN, Source, parse_json
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog import quick_json
from firedrill.vendors.datadog.intake import MAX_REQUEST_BYTES
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import not_utf8

_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line that is not blank: its number in the file, its bytes, and how many these are; "" for one too long."""

    number: int
    text: bytes
    size: int


class Entry(NamedTuple):
    """A log as it is sent and its size in bytes; or what is wrong with it, as a sentence."""

    log: Json | None
    size: int
    problem: str = ""


class Chunk(NamedTuple):
    """Some entries of a file, or lines that are not read yet, and the number of the first one."""

    first: int
    entries: Sequence[Line | Entry]


MAX_CHUNK = 1_000
_MAX_CHUNK_BYTES = 1_000_000
_BUFFER_BYTES = 1 << 18
"""Of a file, so that the system is not asked for every twenty lines."""


@contextmanager
def opened(path: str) -> Iterator[tuple[str, BinaryIO]]:
    """The name of a file of logs, for errors, and its bytes; `-` is standard input. Raises FiredrillError."""
    if path == STDIN:
        yield "standard input", getattr(sys.stdin, "buffer", None) or io.BytesIO(sys.stdin.read().encode())
        return
    try:
        with io.BufferedReader(io.FileIO(path), _BUFFER_BYTES) as file:
            file.peek(1)  # a folder can be opened, not read
            yield path, file
    except OSError as error:
        raise FiredrillError(f"{path!r} {unreadable(error)}.") from error


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """The lines of a file that are not blank; of a longer one than a request may be, nothing is kept but its size."""
    number, most = 0, MAX_REQUEST_BYTES + 1
    while text := file.readline(most):
        number += 1
        if number == 1:
            text = text.removeprefix(_BOM)
        size = len(text)
        if size == most and not text.endswith(b"\n"):
            while rest := file.readline(most):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            yield Line(number, b"", size)
        elif not text.isspace():
            yield Line(number, text, size)


def entries_of(file: BinaryIO, name: str) -> Iterable[Line | Entry]:
    """The lines of a file of logs, or the logs of one JSON value. Raises FiredrillError for neither."""
    lines = lines_of(file)
    first = next(lines, None)
    if first is None:
        raise FiredrillError(f"{name} is empty; it has to be JSON.")
    if not first.text or (first.text.lstrip()[:1] == b"{" and _is_whole(first.text)):
        return chain((first,), lines)
    rest = [first, *lines]
    try:
        return _of_value(b"\n" * (first.number - 1) + b"".join(line.text for line in rest), name)
    except FiredrillError:
        if not any(line.text.lstrip()[:1] == b"{" and _is_whole(line.text) for line in rest):
            raise
    return rest


def chunks(entries: Iterable[Line | Entry]) -> Iterator[Chunk]:
    """The entries in pieces of at most MAX_CHUNK, or of about a megabyte; the first alone, so that it is seen soon."""
    first, size, some = 1, 0, list[Line | Entry]()
    for each in entries:
        some.append(each)
        size += each.size
        if first == 1 or len(some) >= MAX_CHUNK or size >= _MAX_CHUNK_BYTES:
            yield Chunk(first, some)
            first, size, some = first + len(some), 0, []
    if some:
        yield Chunk(first, some)


def entry_of(line: Line, name: str) -> Entry:
    """The log in a line of the file `name`."""
    if not line.text:
        problem = f"{name}, line {line.number}: {line.size} bytes, over {MAX_REQUEST_BYTES}: refused (413)."
        return Entry(None, line.size, problem)
    log = quick_json.object_of(line.text)
    if log is not None:
        return Entry(log, line.size)
    try:
        value = parse_json(Source(name, line.text.decode()), line.number)
    except UnicodeDecodeError as error:
        byte = line.text[error.start]
        problem = f"{name}, line {line.number}: not UTF-8 text (byte 0x{byte:02x}); save it as UTF-8."
        return Entry(None, line.size, problem)
    except FiredrillError as error:
        return Entry(None, line.size, str(error))
    return _entry(value, line.size, f"{name}, line {line.number}: this")


def _of_value(text: bytes, name: str) -> list[Entry]:
    try:
        value = parse_json(Source(name, text.decode()))
    except UnicodeDecodeError as error:
        with mistakes_told():
            raise not_utf8(name, error) from error
    objects = value if isinstance(value, list) else [value]
    sizes = (len(json.dumps(each, ensure_ascii=False).encode()) for each in objects)
    return [
        _entry(each, size, f"{name}: log {number}")
        for number, (each, size) in enumerate(zip(objects, sizes, strict=True), start=1)
    ]


def _entry(value: object, size: int, place: str) -> Entry:
    if isinstance(value, dict):
        return Entry(value, size)
    return Entry(None, size, f"{place} is {shortened(value)}; a log is a JSON object.")


def _is_whole(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True
