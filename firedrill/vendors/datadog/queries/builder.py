"""The nodes of query.lark's rules, and what the grammar alone cannot refuse."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from lark import Token, Transformer, v_args

from firedrill.vendors.datadog.queries import cumulative, nodes
from firedrill.vendors.datadog.rules import windows

TIME_AGGREGATORS = ("avg", "sum", "min", "max", "percentile")
CHANGES = ("change", "pct_change")
SPACE_AGGREGATORS = ("avg", "sum", "min", "max", "count", "stddev")
ROLLUP_AGGREGATORS = ("avg", "sum", "min", "max", "count")
FILL_METHODS = ("linear", "last", "zero", "null")
_CALENDAR = ("hourly", "daily", "weekly", "monthly", "yearly")
MAX_ROLLUP_S = 366 * 86_400
"""No page has a longest interval; one of years would not fit into memory."""
_DEFAULT_FILL_LIMIT_S = 300
_PERCENTILE = re.compile(r"p(100|[0-9]{1,2}(\.[0-9]{1,2})?)")
_KINDS = {"modifier": "of as_count, as_rate and weighted", "rollup": "rollup", "fill": "fill"}
MonitorText = nodes.ThresholdQuery | nodes.ChainQuery


def is_percentile(aggregator: str) -> bool:
    """Whether a space aggregator is pXX, with up to two decimals.

    Source: docs.datadoghq.com/metrics/distributions
    """
    return _PERCENTILE.fullmatch(aggregator) is not None


class Mistake(Exception):
    """A rule broken inside a text that fits the grammar; `field` names what has a rule of its own (a window)."""

    def __init__(self, token: Token, expected: str, field: str = "") -> None:
        self.token, self.expected, self.field = token, expected, field


class Refused(Exception):
    """A documented feature that the emulator does not reproduce."""

    def __init__(self, feature: str) -> None:
        self.feature = feature


class _Scope(NamedTuple):
    """A scope, its first `!` and its first word of the other boolean syntax, which must not meet.

    The page forbids commas beside words too; Datadog takes them, and a comma is AND.
    """

    tree: nodes.Scope
    symbol: Token | None = None
    word: Token | None = None


class _Method(NamedTuple):
    name: Token
    arguments: tuple[nodes.Argument, ...]


def _arguments(items: tuple[nodes.Argument | None, ...]) -> tuple[nodes.Argument, ...]:
    return tuple(item for item in items if item is not None)


def _one_of(token: Token, allowed: tuple[str, ...], what: str) -> str:
    if token not in allowed:
        raise Mistake(token, f"{what} ({', '.join(allowed)})")
    return str(token)


def _window(token: Token) -> windows.Window:
    window = windows.parse_window(token) or cumulative.parse_current(token) or windows.parse_ahead(token)
    if window is None:
        allowed = f"one of {cumulative.ALLOWED}" if token.startswith("current_") else windows.ALLOWED
        raise Mistake(token, allowed, "window")
    return window


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Each method turns one rule of query.lark into a node, and refuses what the grammar cannot."""

    def monitor(self, query: MonitorText) -> MonitorText:
        return query

    def expression(self, expression: nodes.Expression) -> nodes.Expression:
        return expression

    def threshold_query(
        self, aggregation: nodes.TimeAggregation, expression: nodes.Expression, comparator: Token, threshold: float
    ) -> nodes.ThresholdQuery:
        return nodes.ThresholdQuery(aggregation, expression, str(comparator), threshold)

    def chain_query(self, head: Token, text: Token, *rest: Any) -> nodes.ChainQuery:
        *methods, comparator, threshold = rest
        if text.startswith("'"):
            raise Mistake(text, f'double quotes, as in {head}("...")')
        for name, arguments in methods:
            if any(isinstance(argument, nodes.Text) and not argument.double for argument in arguments):
                raise Mistake(name, f'double quotes in .{name}("...")')
        chain = tuple(
            nodes.Method(str(method.name), method.arguments, method.name.start_pos or 0) for method in methods
        )
        return nodes.ChainQuery(str(head), _unquote(text), chain, str(comparator), threshold)

    def time_aggregation(self, *tokens: Token) -> nodes.TimeAggregation:
        if len(tokens) == 2:
            return nodes.TimeAggregation(_one_of(tokens[0], TIME_AGGREGATORS, "a time aggregator"), _window(tokens[1]))
        shift = windows.parse_shift(tokens[3])
        if shift is None:
            raise Mistake(tokens[3], windows.ALLOWED_SHIFTS, "timeshift")
        change = _one_of(tokens[0], CHANGES, "a change aggregator")
        aggregator = _one_of(tokens[1], TIME_AGGREGATORS[:-1], "a time aggregator")
        return nodes.TimeAggregation(aggregator, _window(tokens[2]), change, shift)

    def signed(self, sign: Token | None, number: Token) -> float:
        return -_float(number) if sign == "-" else _float(number)

    def arithmetic(self, left: nodes.Expression, operator: Token, right: nodes.Expression) -> nodes.Arithmetic:
        return nodes.Arithmetic(str(operator), left, right)

    def sign(self, sign: Token, operand: nodes.Expression) -> nodes.Expression:
        return nodes.Negative(operand) if sign == "-" else operand

    def number(self, token: Token) -> nodes.Number:
        return nodes.Number(_float(token))

    def word(self, token: Token) -> nodes.Word:
        return nodes.Word(str(token), token.start_pos or 0)

    def text(self, token: Token) -> nodes.Text:
        return nodes.Text(_unquote(token), double=token.startswith('"'))

    def option(self, name: Token, value: nodes.Text | nodes.Word | nodes.Number) -> nodes.Option:
        return nodes.Option(str(name), value)

    def call(self, name: Token, *arguments: nodes.Argument | None) -> nodes.Call:
        return nodes.Call(str(name), _arguments(arguments), name.start_pos or 0)

    def method(self, name: Token, *arguments: nodes.Argument | None) -> _Method:
        return _Method(name, _arguments(arguments))

    def threshold(self, bound: Token, used: Token, comparator: Token, number: float) -> nodes.Threshold:
        if used != bound:
            raise Mistake(used, f"{bound}, the variable named before the colon")
        return nodes.Threshold(str(comparator), number)

    def by(self, *keys: Token) -> tuple[str, ...]:
        """Each once; published monitors name some twice (registry.terraform.io/modules/rhythmictech/monitor)."""
        return tuple(dict.fromkeys(str(key) for key in keys if key.type != "COMMA"))

    def keys(self, *keys: Token) -> nodes.Keys:
        return nodes.Keys(tuple(key for key in self.by(*keys) if key != "*"))

    def averaged(self, name: Token, *rest: Any) -> nodes.MetricQuery:
        """A metric without a space aggregator has avg, as Datadog fills in."""
        return self.metric(name.update(value="avg"), name, *rest)

    def metric(self, aggregator: Token, *rest: Any) -> nodes.MetricQuery:
        threshold = rest[0] if isinstance(rest[0], nodes.Threshold) else None
        name, scope, by, *methods = rest[1:] if threshold else rest
        if threshold:
            if aggregator != "count":
                raise Mistake(aggregator, "count, the only aggregator of a threshold query such as count(v: v>8)")
        elif not is_percentile(aggregator):
            _one_of(aggregator, SPACE_AGGREGATORS, "a percentile such as p95, or a space aggregator")
        if len(name) > 200:
            raise Mistake(name, "a metric name of at most 200 characters")
        if scope.symbol and scope.word:
            told = "Datadog: 'AND' and 'OR' cannot be mixed with ','"
            raise Mistake(scope.symbol, f"NOT instead of !, in a scope with the words AND, OR, NOT and IN ({told})")
        parts: dict[str, Any] = {}
        for method in methods:
            key, part = _modifier(method)
            if key in parts:
                raise Mistake(method.name, f"at most one {_KINDS[key]}")
            parts[key] = part
        at = aggregator.start_pos or 0
        return nodes.MetricQuery(str(aggregator), str(name), scope.tree, by or (), threshold=threshold, at=at, **parts)

    def tag(self, token: Token) -> _Scope:
        if token.startswith("$"):
            raise Mistake(token, "a tag: template variables exist in dashboards only")
        return _Scope(nodes.Everything() if token == "*" else nodes.Tag(str(token)))  # noqa: S105

    def negation(self, mark: Token, operand: _Scope) -> _Scope:
        return _joined(nodes.Not(operand.tree), [mark], operand)

    def both(self, first: _Scope, *rest: Any) -> _Scope:
        operands = (first, *rest[1::2])
        if not rest:
            return first
        return _joined(nodes.Both(tuple(operand.tree for operand in operands)), list(rest[::2]), *operands)

    def either(self, first: _Scope, *rest: Any) -> _Scope:
        operands = (first, *rest[1::2])
        if not rest:
            return first
        return _joined(nodes.Either(tuple(operand.tree for operand in operands)), list(rest[::2]), *operands)

    def within(self, key: Token, excluded: Token | None, word: Token, *values: Token) -> _Scope:
        named = tuple(str(value) for value in values if value.type != "COMMA")
        return _Scope(nodes.Within(str(key), named, excluded is not None), word=word)


def _joined(tree: nodes.Scope, marks: list[Token], *operands: _Scope) -> _Scope:
    symbols = [mark for mark in marks if mark == "!"]
    words = [mark for mark in marks if mark not in ("!", ",")]
    symbols += [operand.symbol for operand in operands if operand.symbol]
    words += [operand.word for operand in operands if operand.word]
    return _Scope(tree, symbols[0] if symbols else None, words[0] if words else None)


def _modifier(method: _Method) -> tuple[str, Any]:
    name, arguments = method
    plain = [argument.value if isinstance(argument, nodes.Text | nodes.Number) else argument for argument in arguments]
    plain = [argument.name if isinstance(argument, nodes.Word) else argument for argument in plain]
    if name in ("as_count", "as_rate", "weighted"):
        if plain:
            raise Mistake(name, f"{name}() without arguments")
        return "modifier", str(name)
    if name == "rollup":
        return "rollup", _rollup(name, plain)
    if name == "fill":
        return "fill", _fill(name, plain)
    raise Mistake(name, "a modifier (as_count, as_rate, weighted, rollup, fill)")


def _rollup(name: Token, arguments: list[Any]) -> nodes.Rollup:
    aggregator = arguments.pop(0) if arguments and isinstance(arguments[0], str) else None
    interval = arguments.pop(0) if arguments else None
    if interval in _CALENDAR:
        raise Refused(f"rollup() at the calendar interval {interval}")
    good_interval = interval is None or (isinstance(interval, float) and interval >= 1 and interval.is_integer())
    known = aggregator is None or aggregator in ROLLUP_AGGREGATORS
    if arguments or not known or not good_interval or (aggregator is None and interval is None):
        raise Mistake(name, f"rollup(aggregator, seconds): one of {', '.join(ROLLUP_AGGREGATORS)} and a whole number")
    if interval is not None and interval > MAX_ROLLUP_S:
        raise Refused(f"rollup() over more than {MAX_ROLLUP_S // 86_400} days")
    return nodes.Rollup(aggregator, None if interval is None else int(interval))


def _fill(name: Token, arguments: list[Any]) -> nodes.Fill:
    assumed = bool(arguments) and not isinstance(arguments[0], str)
    method = arguments.pop(0) if arguments and not assumed else FILL_METHODS[0] if assumed else None
    limit = arguments.pop(0) if arguments else float(_DEFAULT_FILL_LIMIT_S)
    if arguments or method not in FILL_METHODS or not isinstance(limit, float) or not limit.is_integer():
        raise Mistake(name, f"fill(method, seconds): one of {', '.join(FILL_METHODS)} and a whole number")
    return nodes.Fill(method, int(limit), assumed)


def _float(token: Token) -> float:
    number = float(token)
    if number == float("inf"):
        raise Mistake(token, "a number below 1.8e308")
    return number


def _unquote(token: Token) -> str:
    return re.sub(r"\\([\s\S])", r"\1", token[1:-1])


def builder() -> Transformer[Token, Any]:
    """What turns the rules into nodes while the parser runs; raises Mistake and Refused."""
    return _Builder()
