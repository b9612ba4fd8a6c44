"""Files as users give them: JSON, logs as JSON or one object a line, and times."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from firedrill.declared.declaration import Json
from firedrill.documents import mistakes_told, unreadable
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog import dates
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import json_value, not_utf8, read_text, yaml_value

STDIN = "-"
DEFAULT_TIME_MS = 1_767_571_200_000
"""2026-01-05T00:00:00Z, where nothing in a file says when it happens."""

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Source(NamedTuple):
    """A file's `name`, for errors, and its `text`."""

    name: str
    text: str


def read_sources(*paths: str) -> list[Source]:
    """The files' texts; one path may be `-`, standard input. Raises FiredrillError for anything but text files."""
    if paths.count(STDIN) > 1:
        raise FiredrillError("'-' is given more than once; standard input can be only one of the files.")
    return [_read(path) for path in paths]


def _read(path: str) -> Source:
    if not path:
        raise FiredrillError("the path of a file is empty; give the path of a file, or - for standard input.")
    try:
        with mistakes_told():
            return _standard_input() if path == STDIN else Source(path, read_text(Path(path), path))
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise FiredrillError(f"{path!r} {unreadable(error)}.") from error
        raise FiredrillError(f"{path!r} cannot be read: {error}.") from error


def _standard_input() -> Source:
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")  # whatever the locale
    try:
        return Source("standard input", sys.stdin.read())
    except UnicodeDecodeError as error:
        raise not_utf8("standard input", error) from error


def parse_json(source: Source, first_line: int | None = None) -> Any:
    """The JSON value of a text, as `json_value` reads it; half of a surrogate pair becomes U+FFFD.

    Raises FiredrillError with line and column for what is not JSON and for names that are given twice, and for what is
    nested too deeply.
    """
    with mistakes_told():
        value = json_value(source.text, source.name, first_line)
    if _LONE_SURROGATE.search(source.text):
        whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
        value = json.loads(whole.decode("utf-16", "replace"))
    return value


def parse_logs(source: Source) -> list[Json]:
    """Logs as they are sent to the intake: a JSON object, an array of objects, or one object a line.

    Raises FiredrillError naming the first entry that is not a log.
    """
    return parse_objects(source, "log")


def parse_entries(source: Source, noun: str, lists: Collection[str] = ()) -> list[Json]:
    """Objects as `parse_logs` takes them, or in YAML, whose scalars are those of JSON: `on` and a date are text.

    They may be in a list that is one of the fields `lists` of an object. Raises FiredrillError naming the `noun` that
    is no object.
    """
    if source.text.lstrip().startswith(("{", "[")):
        return parse_objects(source, noun, lists)
    with mistakes_told():
        text = json.dumps(yaml_value(source.text, source.name, scalars="json"), default=str)
    return parse_objects(Source(source.name, text), noun, lists)


def parse_objects(source: Source, noun: str, lists: Collection[str] = ()) -> list[Json]:
    """A JSON object, an array of objects, or one object a line; see `parse_entries`."""
    lines = [(number, line) for number, line in enumerate(source.text.split("\n"), start=1) if line.strip()]
    if len(lines) > 1 and _is_whole(lines[0][1]):
        value = [parse_json(Source(source.name, line), number) for number, line in lines]
    else:
        value = parse_json(source)
    if isinstance(value, dict):
        value = next((value[name] for name in lists if isinstance(value.get(name), list)), value)
    objects = value if isinstance(value, list) else [value]
    for number, each in enumerate(objects, start=1):
        if not isinstance(each, dict):
            article = "an" if noun.startswith("e") else "a"
            raise FiredrillError(
                f"{source.name}: {noun} {number} is {shortened(each)}; {article} {noun} is a JSON object."
            )
    return objects


def parse_time(text: str, place: str) -> int:
    """A time in ms since the epoch, written as ISO 8601 or as that number. Raises FiredrillError for anything else."""
    time_ms = dates.parse(text, DEFAULT_TIME_MS)
    if time_ms is None or not 0 <= time_ms <= dates.LATEST_MS:
        raise FiredrillError(f"{place} is {text!r}; write it like 2026-01-05T00:00:00Z, or in milliseconds since 1970.")
    return time_ms


def _is_whole(line: str) -> bool:
    """Whether a line alone is JSON."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
