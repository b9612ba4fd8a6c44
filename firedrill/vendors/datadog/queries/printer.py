"""A tree back to text: one spelling for each meaning, which parses to the same tree."""

from __future__ import annotations

from firedrill.vendors.datadog.queries import nodes

_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2}


def print_monitor(query: nodes.ThresholdQuery | nodes.ChainQuery) -> str:
    """The whole monitor query."""
    end = f" {query.comparator} {print_number(query.threshold)}"
    if isinstance(query, nodes.ThresholdQuery):
        return f"{print_aggregation(query.aggregation)}:{print_expression(query.expression)}{end}"
    chain = "".join(f".{method.name}({_arguments(method.arguments)})" for method in query.methods)
    return f"{query.head}({_quote(query.text)}){chain}{end}"


def print_aggregation(aggregation: nodes.TimeAggregation) -> str:
    """`avg(last_5m)` or `change(avg(last_5m),1h_ago)`."""
    inner = f"{aggregation.aggregator}({aggregation.window.text})"
    if aggregation.change is None or aggregation.shift is None:
        return inner
    return f"{aggregation.change}({inner},{aggregation.shift.text})"


def print_expression(node: nodes.Argument) -> str:
    """An expression, or an argument of a function."""
    if isinstance(node, nodes.MetricQuery):
        return _metric(node)
    if isinstance(node, nodes.Number):
        return print_number(node.value)
    if isinstance(node, nodes.Text):
        return _quote(node.value)
    if isinstance(node, nodes.Word):
        return node.name
    if isinstance(node, nodes.Keys):
        return f"{{{','.join(node.names) or '*'}}}"
    if isinstance(node, nodes.Option):
        return f"{node.name}={print_expression(node.value)}"
    if isinstance(node, nodes.Call):
        return f"{node.name}({_arguments(node.arguments)})"
    if isinstance(node, nodes.Negative):
        return f"-{_within(node.operand, 3)}"
    binds = _BINDS[node.operator]
    return f"{_within(node.left, binds)} {node.operator} {_within(node.right, binds + 1)}"


def print_scope(scope: nodes.Scope) -> str:
    """The inside of `{…}`, with the symbols `,` and `!` where they suffice, otherwise with words."""
    return _symbols(scope) or _words(scope, 0)


def print_number(number: float) -> str:
    """The shortest text that reads as this number; whole numbers without a fraction."""
    text = repr(number)
    return text.removesuffix(".0")


def _within(node: nodes.Expression, binds: int) -> str:
    text = print_expression(node)
    weak = isinstance(node, nodes.Arithmetic) and _BINDS[node.operator] < binds
    return f"({text})" if weak else text


def _arguments(arguments: tuple[nodes.Argument, ...]) -> str:
    return ", ".join(print_expression(argument) for argument in arguments)


def _metric(query: nodes.MetricQuery) -> str:
    space = query.aggregator
    if query.threshold:
        space += f"(v: v{query.threshold.comparator}{print_number(query.threshold.number)})"
    text = f"{space}:{query.metric}{{{print_scope(query.scope)}}}"
    if query.by:
        text += f" by {{{','.join(query.by)}}}"
    if query.modifier:
        text += f".{query.modifier}()"
    if query.rollup:
        parts = (query.rollup.aggregator, query.rollup.interval_s)
        text += f".rollup({', '.join(str(part) for part in parts if part is not None)})"
    if query.fill:
        text += f".fill({query.fill.method}, {query.fill.limit_s})"
    return text


def _symbols(scope: nodes.Scope) -> str | None:
    if isinstance(scope, nodes.Everything):
        return "*"
    if isinstance(scope, nodes.Tag):
        return scope.text
    if isinstance(scope, nodes.Not) and isinstance(scope.operand, nodes.Tag):
        return f"!{scope.operand.text}"
    if isinstance(scope, nodes.Both):
        parts = [None if isinstance(operand, nodes.Both) else _symbols(operand) for operand in scope.operands]
        return None if None in parts else ",".join(part for part in parts if part)
    return None


def _words(scope: nodes.Scope, binds: int) -> str:
    if isinstance(scope, nodes.Within):
        return f"{scope.key} {'NOT IN' if scope.excluded else 'IN'} ({','.join(scope.values)})"
    if isinstance(scope, nodes.Not):
        return f"NOT {_words(scope.operand, 3)}"
    if isinstance(scope, nodes.Both | nodes.Either):
        word, own = (" AND ", 2) if isinstance(scope, nodes.Both) else (" OR ", 1)
        text = word.join(_words(operand, own + 1) for operand in scope.operands)
        return f"({text})" if own < binds else text
    return _symbols(scope) or ""


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
