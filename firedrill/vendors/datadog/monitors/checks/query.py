"""Queries of service check monitors.

Source: docs.datadoghq.com/api/latest/monitors/#create-a-monitor (service check query)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.queries import CheckRun
from firedrill.vendors.datadog.syntax import SyntaxMistake, place, read_lark
from firedrill.vendors.errors import Unsupported

MOST_RUNS = 100


class CheckSyntaxError(SyntaxMistake):
    """A service check query that Datadog would refuse."""

    language = "service check query"


@dataclass(frozen=True)
class CheckQuery:
    """The runs of `check` that have all tags of `over` and none of `exclude`, grouped by the keys `group_by`.

    A status needs up to `last` consecutive runs. `over` is empty for "*".
    """

    check: str
    over: tuple[str, ...]
    exclude: tuple[str, ...]
    group_by: tuple[str, ...]
    last: int
    window_s = 0
    """Check monitors look at runs, not at a window of time."""
    modelled: tuple[str, ...] = ()

    def __str__(self) -> str:
        exclude = f".exclude({_quoted(self.exclude)})" if self.exclude else ""
        return (
            f'"{self.check}".over({_quoted(self.over or ("*",))}){exclude}'
            f".by({_quoted(self.group_by)}).last({self.last}).count_by_status()"
        )

    def selects(self, run: CheckRun) -> bool:
        """Whether the query is about this run: included tags with AND, excluded ones with OR.

        Source: docs.datadoghq.com/monitors/types/service_check (monitor scope)
        """
        return (
            run.check == self.check
            and all(tag in run.tags for tag in self.over)
            and not any(tag in run.tags for tag in self.exclude)
        )


class _Method(NamedTuple):
    name: Token
    arguments: tuple[Token, ...]


@v_args(inline=True)
class _Builder(Transformer[Token, tuple[Token, tuple[_Method, ...]]]):
    def query(self, check: Token, *methods: _Method) -> tuple[Token, tuple[_Method, ...]]:
        return check, methods

    def method(self, name: Token, *arguments: Token | None) -> _Method:
        return _Method(name, tuple(argument for argument in arguments if argument is not None))


_TERMINALS = {
    "STRING": "a quoted string",
    "NUMBER": "a number",
    "NAME": "a method",
    "DOT": "a .method()",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
}
_METHODS = ("over", "exclude", "by", "last", "count_by_status")


@cache
def _grammar() -> Lark:
    return Lark.open(
        "check_query.lark",
        rel_to=__file__,
        parser="lalr",
        start="query",
        transformer=_Builder(),
        maybe_placeholders=False,
    )


def compile_check_query(text: str) -> CheckQuery:
    """Compile a service check query.

    Raises CheckSyntaxError with line, column and what was expected; Unsupported for cluster alerts and
    queries without `.by()`, which the API's reference requires though others are seen.
    """
    where = f"service check query {text!r}"
    try:
        parsed: tuple[Token, tuple[_Method, ...]] = _grammar().parse(text)  # type: ignore[assignment]  # the transformer's
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, text, _TERMINALS)
        raise CheckSyntaxError(text, *place(text, at), found, expected) from error
    name, methods = parsed
    given: dict[str, _Method] = {}
    for method in methods:
        if method.name == "pct_by_status":
            raise Unsupported("the cluster alert pct_by_status()", where)
        if method.name not in _METHODS:
            raise _mistake(text, method, f"one of .{'(), .'.join(_METHODS)}()")
        if method.name in given:
            raise _mistake(text, method, f".{method.name}() once")
        given[str(method.name)] = method
    if "count_by_status" not in given or methods[-1].name != "count_by_status" or methods[-1].arguments:
        raise _mistake(text, methods[-1], ".count_by_status() at the end")
    by = _texts(text, given, "by")
    if not by:
        raise Unsupported("a service check query without .by()", where)
    if "*" in by and by != ("*",):
        raise _mistake(text, given["by"], 'either keys or "*", each set of tags by itself, in .by()')
    over = tuple(tag for tag in _texts(text, given, "over") if tag != "*")
    return CheckQuery(str(name[1:-1]), over, _texts(text, given, "exclude"), by, _last(text, given, methods[-1]))


def _texts(text: str, given: dict[str, _Method], name: str) -> tuple[str, ...]:
    if name not in given:
        return ()
    method = given[name]
    values = tuple(str(argument[1:-1]) for argument in method.arguments if argument.type == "STRING")
    if not values or len(values) != len(method.arguments) or not all(values):
        raise _mistake(text, method, f'quoted strings, as in .{name}("host")')
    return values


def _last(text: str, given: dict[str, _Method], end: _Method) -> int:
    method = given.get("last", end)
    numbers = [int(argument) for argument in method.arguments if argument.type == "NUMBER" and len(argument) < 5]
    if len(numbers) != 1 or len(method.arguments) != 1 or not 1 <= numbers[0] <= MOST_RUNS:
        raise _mistake(text, method, f"the number of runs in .last(), from 1 to {MOST_RUNS}")
    return numbers[0]


def _mistake(text: str, method: _Method, expected: str) -> CheckSyntaxError:
    return CheckSyntaxError(text, *place(text, method.name.start_pos or 0), repr(str(method.name)), expected)


def _quoted(texts: tuple[str, ...]) -> str:
    return ",".join(f'"{text}"' for text in texts)
