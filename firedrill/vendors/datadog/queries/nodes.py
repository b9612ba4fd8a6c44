"""A metric query as a tree of frozen values: what the parser makes, the printer writes and the evaluation walks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from firedrill.vendors.datadog.rules.windows import Window


@dataclass(frozen=True)
class Everything:
    """The scope `*`."""


@dataclass(frozen=True)
class Tag:
    """`key:value`, where `*` in the value stands for any characters; or a tag without a value."""

    text: str


@dataclass(frozen=True)
class Within:
    """`key IN (a, b)`, or `key NOT IN (a, b)` when `excluded`."""

    key: str
    values: tuple[str, ...]
    excluded: bool


@dataclass(frozen=True)
class Not:
    """`!tag` or `NOT (…)`."""

    operand: Scope


@dataclass(frozen=True)
class Both:
    """`a,b` or `a AND b`."""

    operands: tuple[Scope, ...]


@dataclass(frozen=True)
class Either:
    """`a OR b`."""

    operands: tuple[Scope, ...]


Scope = Everything | Tag | Within | Not | Both | Either


@dataclass(frozen=True)
class Rollup:
    """`.rollup(aggregator, interval)`: either part may be left out."""

    aggregator: str | None
    interval_s: int | None


@dataclass(frozen=True)
class Fill:
    """`.fill(method, limit)`; the limit is 300 seconds when left out."""

    method: str
    limit_s: int
    assumed: bool = field(default=False, compare=False)
    """Whether the method was left out."""


@dataclass(frozen=True)
class Threshold:
    """`count(v: v>=8)`: counts the raw values of a distribution on one side of a number."""

    comparator: str
    number: float


@dataclass(frozen=True)
class MetricQuery:
    """`aggregator:metric{scope} by {keys}` and its modifiers."""

    aggregator: str
    """Space aggregator: avg (also where none is written), sum, min, max, count, stddev or a percentile such as p95."""
    metric: str
    scope: Scope
    by: tuple[str, ...] = ()
    modifier: str | None = None
    """as_count, as_rate or weighted."""
    rollup: Rollup | None = None
    fill: Fill | None = None
    threshold: Threshold | None = None
    """Only with the aggregator count."""
    at: int = field(default=0, compare=False)
    """Offset in the query's text."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Text:
    """A quoted argument."""

    value: str
    double: bool = field(default=True, compare=False)
    """Whether the quotes are double ones."""


@dataclass(frozen=True)
class Word:
    """An unquoted argument (`sum`), or the name of a query inside a formula."""

    name: str
    at: int = field(default=0, compare=False)
    """Offset in the query's text."""


@dataclass(frozen=True)
class Option:
    """`name=value`, an argument of anomalies() and forecast()."""

    name: str
    value: Text | Word | Number


@dataclass(frozen=True)
class Keys:
    """`{key, key}` as an argument: what groups are aggregated to, nothing for `{*}`."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """`name(arguments)`."""

    name: str
    arguments: tuple[Argument, ...]
    at: int = field(default=0, compare=False)
    """Offset in the query's text."""


@dataclass(frozen=True)
class Arithmetic:
    """`left operator right`, where the operator is one of + - * /."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Negative:
    """`-operand`."""

    operand: Expression


Expression = MetricQuery | Number | Word | Call | Arithmetic | Negative
Argument = Expression | Text | Option | Keys


@dataclass(frozen=True)
class TimeAggregation:
    """What becomes of a window's values: `aggregator(window)`, inside `change(…, shift)` when there is a change."""

    aggregator: str
    """avg, sum, min, max or percentile."""
    window: Window
    change: str | None = None
    """change or pct_change."""
    shift: Window | None = None


@dataclass(frozen=True)
class ThresholdQuery:
    """`time aggregation:expression comparator threshold`: a whole monitor query."""

    aggregation: TimeAggregation
    expression: Expression
    comparator: str
    threshold: float


@dataclass(frozen=True)
class Method:
    """`.name(arguments)` of a chain."""

    name: str
    arguments: tuple[Argument, ...]
    at: int = field(default=0, compare=False)
    """Offset in the query's text."""


@dataclass(frozen=True)
class ChainQuery:
    """`head("text").method(arguments)… comparator threshold`: queries of logs and events, and formulas."""

    head: str
    text: str
    methods: tuple[Method, ...]
    comparator: str
    threshold: float


def walk(node: Argument) -> Iterator[Argument]:
    """The node and everything below it, a node before its children, left before right."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


def children(node: Argument) -> tuple[Argument, ...]:
    """The nodes directly below this one, left to right."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Arithmetic):
        return (node.left, node.right)
    if isinstance(node, Negative):
        return (node.operand,)
    return ()


Replace = Callable[[MetricQuery | Word], Expression]


def rewrite(node: Expression, change: Replace) -> Expression:
    """The expression with every metric query and word replaced by what `change` makes of it."""
    if isinstance(node, Arithmetic):
        return replace(node, left=rewrite(node.left, change), right=rewrite(node.right, change))
    if isinstance(node, Negative):
        return Negative(rewrite(node.operand, change))
    if isinstance(node, Call) and node.arguments and not isinstance(node.arguments[0], Text | Option | Keys):
        return replace(node, arguments=(rewrite(node.arguments[0], change), *node.arguments[1:]))
    return change(node) if isinstance(node, MetricQuery | Word) else node
