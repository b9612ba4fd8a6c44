"""Files as users give them: JSON, logs as JSON or one object a line, and times."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, NoReturn

import yaml  # type: ignore[import-untyped]

from firedrill.declared.declaration import Json
from firedrill.standalone.text import shortened
from firedrill.vendors.datadog import dates
from firedrill.vendors.errors import FiredrillError

STDIN = "-"
MAX_DEPTH = 100
"""Objects within objects: more than any declaration or log has, and few enough for every part of the emulator."""
DEFAULT_TIME_MS = 1_767_571_200_000
"""2026-01-05T00:00:00Z, where nothing in a file says when it happens."""

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Source(NamedTuple):
    """A file's `name`, for errors, and its `text`."""

    name: str
    text: str


def read_sources(*paths: str) -> list[Source]:
    """The files' texts; one of the paths may be `-`, standard input. Raises FiredrillError for what is no text file."""
    if paths.count(STDIN) > 1:
        raise FiredrillError("'-' is given more than once; standard input can be only one of the files.")
    return [_read(path) for path in paths]


def _read(path: str) -> Source:
    try:
        if path == STDIN:
            return Source("standard input", sys.stdin.read())
        return Source(path, Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FiredrillError(f"{path!r} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise FiredrillError(f"{path!r} cannot be read: it is no UTF-8 text ({error}).") from error


def parse_json(source: Source, first_line: int = 1) -> Any:
    """The JSON value of a text that begins on `first_line` of its file; half of a surrogate pair becomes U+FFFD.

    Raises FiredrillError with line and column for what is not JSON, and for what is nested too deeply.
    """
    try:
        value = _loads(source.text)
        if _LONE_SURROGATE.search(source.text):
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
            value = _loads(whole.decode("utf-16", "replace"))
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise FiredrillError(f"{source.name}, line {line}, column {error.colno}: no JSON ({error.msg}).") from error
    except ValueError as error:
        raise FiredrillError(f"{source.name}: no JSON ({error}).") from error
    except RecursionError as error:
        raise _too_deep(source) from error
    if _depth(value) > MAX_DEPTH:
        raise _too_deep(source)
    return value


def parse_logs(source: Source) -> list[Json]:
    """Logs as they are sent to the intake: a JSON object, an array of objects, or one object a line.

    Raises FiredrillError naming the log that is none.
    """
    return _parse_objects(source, "log")


def parse_entries(source: Source, noun: str, lists: Collection[str] = ()) -> list[Json]:
    """Objects as `parse_logs` takes them, or in YAML, whose scalars are those of JSON: `on` and a date are text.

    They may be in a list that is one of the fields `lists` of an object. Raises FiredrillError naming the `noun` that
    is no object.
    """
    if source.text.lstrip().startswith(("{", "[")):
        return _parse_objects(source, noun, lists)
    try:
        text = json.dumps(yaml.load(source.text, Loader=_JsonScalars))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError) as error:
        raise FiredrillError(f"{source.name}: neither JSON nor YAML ({' '.join(str(error).split())}).") from error
    except RecursionError as error:
        raise _too_deep(source) from error
    return _parse_objects(Source(source.name, text), noun, lists)


class _JsonScalars(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """YAML in which plain scalars are the numbers, booleans and nulls of JSON, and otherwise text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _pattern in (
    ("bool", r"true|false"),
    ("null", r"null|~|"),
    ("int", r"-?(?:0|[1-9][0-9]*)"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"),
):
    _JsonScalars.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), None)


def _parse_objects(source: Source, noun: str, lists: Collection[str] = ()) -> list[Json]:
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
            article = "an" if noun == "event" else "a"
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


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=_finite, parse_constant=_refuse_constant)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_whole(line: str) -> bool:
    """Whether a line is JSON by itself."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _depth(value: Any) -> int:
    """How many objects and arrays lie within each other; without recursion, which the value may be too deep for."""
    depth, level = 0, [value]
    while level := [inner for outer in level for inner in _members(outer)]:
        depth += 1
    return depth


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(source: Source) -> FiredrillError:
    return FiredrillError(f"{source.name}: nested more than {MAX_DEPTH} levels deep.")
