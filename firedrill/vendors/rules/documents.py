"""YAML and JSON as people write them: what a lenient parser drops silently is refused, with file and line.

A mapping in which a key is defined twice keeps one of the two in Python, while Pulumi, Wrangler and YAML 1.2 refuse it.
Source: yaml.org/spec/1.2.2/#3.2.1.3 (unique keys), rfc-editor.org/rfc/rfc8259#section-4
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, NoReturn

import json5
import yaml  # type: ignore[import-untyped]

MAX_DEPTH = 100
"""Objects within objects: more than any declaration or log has, and few enough for every reader."""

_MAX_DIGITS = 4_000
"""Python converts no more than 4,300."""

Scalars = Literal["yaml", "json", "text"]

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}\[\]:,]|[^\s{}\[\]:,"'/]+""", re.DOTALL
)
_JSON5_PLACE = re.compile(r"^<string>:(\d+) (.*) at column (\d+)$", re.DOTALL)


class DocumentError(ValueError):
    """A text that cannot be read as it is: one sentence with the file and, where there is one, line and column."""


class RepeatedKey(DocumentError):
    """A key that a mapping or an object has twice."""


def read_text(path: Path, name: str) -> str:
    """The text of a file, called `name` in errors. Raises DocumentError when it is not UTF-8, OSError as it comes."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(name, error) from error


def not_utf8(name: str, error: UnicodeDecodeError) -> DocumentError:
    """What is wrong with the encoding of the file `name`."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return DocumentError(
        f"{name}, line {line}: not UTF-8 text (byte 0x{error.object[error.start]:02x}); save it as UTF-8"
    )


def yaml_value(text: str, name: str, *, scalars: Scalars = "yaml") -> Any:
    """The only YAML document of a text, None when it is empty.

    Plain `scalars` are read as in YAML 1.1, as in JSON (`on` and a date are text then), or all but null as text.

    Raises DocumentError for what is not YAML, a key that is defined twice, several documents and too deep nesting.
    """
    try:
        return _not_too_deep(yaml.load(text, Loader=_LOADERS[scalars]), name)  # noqa: S506 - all are safe
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(name, error) from error
    except yaml.reader.ReaderError as error:
        place = _place(name, *_line_column(text, error.position))
        raise DocumentError(f"{place}: not YAML (the character {chr(error.character)!r} is not allowed)") from error
    except RecursionError as error:
        raise _too_deep(name) from error


def yaml_mapping(text: str, name: str) -> dict[Any, Any]:
    """The same of a text that has to be a mapping."""
    value = yaml_value(text, name)
    if not isinstance(value, dict):
        found = "is empty" if value is None else "is not a mapping"
        raise DocumentError(f"{name} {found}; it has to be a mapping of keys to values")
    return value


def json_value(text: str | bytes, name: str, first_line: int | None = None) -> Any:
    """The JSON value of a text, which begins on `first_line` where it is a part of its file; bytes have to be UTF-8.

    Raises DocumentError for what is not JSON, a name that is given twice, a number that is none or too large for one,
    and too deep nesting.
    """
    where = name if first_line is None else f"{name}, line {first_line}"
    first_line = first_line or 1
    try:
        text = text if isinstance(text, str) else text.decode()
        if not text or text.isspace():
            raise DocumentError(f"{where} is empty; it has to be JSON")
        value = json.loads(
            text, parse_int=_whole, parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
        nested = text.count("{") + text.count("[") > MAX_DEPTH  # counting is quicker than looking, for lines of logs
        return _not_too_deep(value, where) if nested else value
    except json.JSONDecodeError as error:
        place = _place(name, error.lineno + first_line - 1, error.colno)
        raise DocumentError(f"{place}: not JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise not_utf8(name, error) from error
    except _Repeated as error:
        _refuse_repeated(str(text), name, first_line)
        raise RepeatedKey(f"{where}: {str(error)!r} is given twice in one object; remove one") from error
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError(f"{where}: not JSON ({error})") from error
    except RecursionError as error:
        raise _too_deep(where) from error


def json5_value(text: str, name: str) -> Any:
    """The value of JSON with comments and trailing commas. Raises DocumentError as `json_value` does."""
    if not text or text.isspace():
        raise DocumentError(f"{name} is empty; it has to be JSON")
    try:
        value = json5.loads(text)
    except ValueError as error:
        found = _JSON5_PLACE.match(str(error))
        place = _place(name, int(found[1]), int(found[3])) if found else name
        raise DocumentError(f"{place}: not JSON with comments ({found[2] if found else error})") from error
    except RecursionError as error:
        raise _too_deep(name) from error
    _refuse_repeated(text, name, 1)
    return _not_too_deep(value, name)


class _Unique(yaml.composer.Composer):  # type: ignore[misc]
    """Refuses a mapping in which a key is defined twice; keys that `<<` merges may be defined again."""

    def compose_mapping_node(self, anchor: Any) -> Any:
        mapping = super().compose_mapping_node(anchor)
        seen: dict[Any, Any] = {}
        for key, _ in mapping.value:
            for same in self._names(key):
                first = seen.setdefault(same, key)
                if first is not key:
                    told = _twice(key.value, first.start_mark.line + 1, key.start_mark.line + 1)
                    raise _RepeatedKey(problem=told, problem_mark=key.start_mark)
        return mapping

    def _names(self, key: Any) -> set[Any]:
        """What a key is as text, and to Python: `yes` and `true` are the same one."""
        if not isinstance(key, yaml.ScalarNode):
            return set()  # told when it is constructed
        merge = key.tag == "tag:yaml.org,2002:merge"
        return {key.value} if merge else {key.value, self.construct_object(key)}

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """With the place of what the constructors of dates and numbers raise without one."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            problem = f"{node.value!r} is not a valid {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(problem=problem, problem_mark=node.start_mark) from error


class _Yaml(_Unique, yaml.SafeLoader):  # type: ignore[misc]
    """Plain scalars become numbers, booleans and dates as in YAML 1.1."""


class _Text(_Unique, yaml.SafeLoader):  # type: ignore[misc]
    """Plain scalars stay text, but for null and the key that merges."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Json(_Text):
    """Plain scalars become the numbers, booleans and nulls of JSON, and otherwise text."""


_LOADERS: Mapping[Scalars, Any] = {"yaml": _Yaml, "json": _Json, "text": _Text}

_Text.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^(?:<<)$"), ["<"])
_Text.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null|~|)$"), ["n", "~", ""])
for _tag, _pattern in (
    ("bool", r"true|false"),
    ("null", r"null|~|"),
    ("int", r"-?(?:0|[1-9][0-9]*)"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"),
):
    _Json.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), None)


class _RepeatedKey(yaml.MarkedYAMLError):  # type: ignore[misc]
    """A key of a YAML mapping that is defined twice."""


class _Repeated(Exception):
    """A name that a JSON object has twice."""


def _not_yaml(name: str, error: yaml.MarkedYAMLError) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    place = _place(name, mark.line + 1, mark.column + 1) if mark else name
    if isinstance(error, _RepeatedKey):
        return RepeatedKey(f"{place}: {error.problem}")
    if error.context == "expected a single document in the stream":
        return DocumentError(f"{place}: a second document begins; keep one in the file")
    return DocumentError(f"{place}: not YAML ({error.problem})")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Repeated(next(name for name in names if names.count(name) > 1))
    return found


def _refuse_repeated(text: str, name: str, first_line: int) -> None:
    """Raise DocumentError for the first name that an object of valid JSON, or JSON with comments, has twice."""
    objects: list[dict[str, int]] = []
    last = re.compile("").match("")
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            objects.append({})
        elif token[0] in "}]":
            objects.pop()
        elif token[0] == ":" and last is not None:
            key = str(json5.loads(last[0])) if last[0][0] in "\"'" else last[0]
            first, again = (_line_column(text, at) for at in (objects[-1].setdefault(key, last.start()), last.start()))
            if first != again:
                lines = [line + first_line - 1 for line, _ in (first, again)]
                raise RepeatedKey(f"{_place(name, lines[1], again[1])}: {_twice(key, *lines)}")
        if not token[0].startswith(("//", "/*")):
            last = token


def _line_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _twice(key: str, first: int, second: int) -> str:
    again = f"at line {first} and again at line {second}" if first != second else f"twice at line {first}"
    return f"key {key!r} is defined {again}; remove one"


def _place(name: str, line: int, column: int) -> str:
    return f"{name}, line {line}, column {column}"


def _whole(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"the number {text[:20]}... has {len(text)} digits; at most {_MAX_DIGITS} are read")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text} is too large")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _not_too_deep(value: Any, name: str) -> Any:
    """`value` itself; without recursion, which it may be too deep for, and each shared object once a level."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = list({id(inner): inner for outer in level for inner in _members(outer)}.values())
        if not level:
            return value
    raise _too_deep(name)


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(name: str) -> DocumentError:
    return DocumentError(f"{name}: nested more than {MAX_DEPTH} levels deep")
