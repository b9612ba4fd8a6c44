"""`{{eval "..."}}`: arithmetic and functions on template variables.

Source: docs.datadoghq.com/monitors/guide/template-variable-evaluation
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.monitors.templates.values import Path, Value, Variables, number, path_of
from firedrill.vendors.datadog.syntax import SyntaxMistake, place, read_lark

MOST_DIGITS = 15
"""Digits that a double holds; whole numbers beyond it are calculated as floats."""


class EvalSyntaxError(SyntaxMistake):
    """An expression of `{{eval "..."}}` that cannot be read."""

    language = "eval expression"


class _Constant(NamedTuple):
    value: Value


class _Variable(NamedTuple):
    path: Path


class _Apply(NamedTuple):
    name: str
    arguments: int


_Step = _Constant | _Variable | _Apply
_Steps = tuple[_Step, ...]


@dataclass(frozen=True)
class Expression:
    """A compiled expression: `steps` in postfix order; `paths` are the variables it reads."""

    text: str
    steps: _Steps

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read, in order of appearance."""
        return tuple(step.path for step in self.steps if isinstance(step, _Variable))

    def evaluate(self, variables: Variables) -> Value:
        """The result; None (written as nothing) when a variable is missing or the arithmetic has no result."""
        stack: list[Any] = []
        try:
            for step in self.steps:
                if isinstance(step, _Constant):
                    stack.append(step.value)
                elif isinstance(step, _Variable):
                    stack.append(_operand(variables.get(step.path)))
                else:
                    arguments = stack[len(stack) - step.arguments :]
                    del stack[len(stack) - step.arguments :]
                    stack.append(_CALLS[step.name](*arguments))
        except (ArithmeticError, ValueError, TypeError):
            return None
        result: Value = stack[0]
        return float(f"{result:.10g}") if isinstance(result, float) and math.isfinite(result) else result


def _operand(value: Value) -> Value:
    """Numbers in texts count as numbers; a missing variable makes the whole expression empty."""
    if value is None:
        raise ValueError
    as_number = number(value) if isinstance(value, str) else None
    return value if as_number is None else as_number


def _round(value: float, digits: float = 0) -> float:
    if abs(digits) > MOST_DIGITS:
        raise ValueError
    return round(value, int(digits)) if digits else round(value)


def _substring(text: object, start: float, end: float | None = None) -> str:
    return str(text)[int(start) : None if end is None else int(end)]


def _strip(text: object, characters: object = None) -> str:
    return str(text).strip(None if characters is None else str(characters))


def _humanize(value: float, unit: str) -> str:
    """The vendor does not show the form; steps of 1,024 and two decimals are this emulator's model."""
    steps = max(0, min(int(math.log(abs(value), 1024)), 5)) if value else 0
    return f"{value / 1024**steps:.2f}".rstrip("0").rstrip(".") + f" {('', 'K', 'M', 'G', 'T', 'P')[steps]}{unit}"


def _numeric(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Arithmetic of numbers only, in floats once whole numbers grow beyond 64 bits."""

    def calculate(*operands: Any) -> Any:
        if not all(isinstance(operand, int | float) for operand in operands):
            raise TypeError
        result = operation(*operands)
        return float(result) if isinstance(result, int) and abs(result) >= 2**63 else result

    return calculate


def _to_bool(value: float) -> bool:
    if value not in (0, 1):
        raise ValueError
    return bool(value)


class _Function(NamedTuple):
    call: Callable[..., Any]
    least: int = 1
    most: int = 1


_TRIGONOMETRY = ("sin", "sinh", "asin", "asinh", "cos", "cosh", "acos", "acosh", "tan", "tanh", "atan", "atanh")

FUNCTIONS: Mapping[str, _Function] = {
    "humanize_bytes": _Function(lambda value: _humanize(value, "B")),
    "humanize_bits": _Function(lambda value: _humanize(value, "b")),
    "abs": _Function(abs),
    "int": _Function(math.trunc),
    "float": _Function(float),
    "trunc": _Function(math.trunc),
    "dec": _Function(lambda value: math.modf(value)[0]),
    "round": _Function(_round, 1, 2),
    "ceil": _Function(math.ceil),
    "floor": _Function(math.floor),
    "sgn": _Function(lambda value: (value > 0) - (value < 0)),
    "to_bool": _Function(_to_bool),
    "exp": _Function(math.exp),
    "log10": _Function(math.log10),
    **{name: _Function(getattr(math, name)) for name in _TRIGONOMETRY},
    "atan2": _Function(math.atan2, 2, 2),
    "upper": _Function(lambda text: str(text).upper()),
    "lower": _Function(lambda text: str(text).lower()),
    "substring": _Function(_substring, 2, 3),
    "strip": _Function(_strip, 1, 2),
}
"""The functions of an expression, with the least and most arguments they take."""

_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": math.pow,
    "negation": operator.neg,
}

_CALLS: Mapping[str, Callable[..., Any]] = {
    **{sign: _numeric(operation) for sign, operation in _OPERATIONS.items()},
    **{name: function.call for name, function in FUNCTIONS.items()},
}


@v_args(inline=True)
class _Postfix(Transformer[Token, _Steps]):
    """Operators are applied under their sign, functions under their name."""

    def number(self, token: Token) -> _Steps:
        return (_Constant(int(token) if token.isdecimal() and len(token) <= MOST_DIGITS else float(token)),)

    def string(self, token: Token) -> _Steps:
        return (_Constant(str(token[1:-1])),)

    def variable(self, token: Token) -> _Steps:
        return (_Variable(path_of(token)),)

    def function(self, token: Token, *arguments: _Steps) -> _Steps:
        return (*(step for argument in arguments for step in argument), _Apply(token, len(arguments)))

    def operation(self, left: _Steps, sign: Token, right: _Steps) -> _Steps:
        return (*left, *right, _Apply(sign, 2))

    def negation(self, inner: _Steps) -> _Steps:
        return (*inner, _Apply("negation", 1))


_TERMINALS = {
    "NUMBER": "a number",
    "STRING": "a 'text'",
    "WORD": "a variable or function",
    "SUM": "'+' or '-'",
    "PRODUCT": "'*', '/' or '%'",
    "POWER": "'^'",
    "_OPEN": "'('",
    "_CLOSE": "')'",
    "_COMMA": "','",
}


@cache
def _grammar() -> Lark:
    return Lark.open("eval.lark", rel_to=__file__, parser="lalr", transformer=_Postfix())


def compile_eval(text: str) -> Expression:
    """Compile an expression, raising EvalSyntaxError with line, column and what was expected."""
    try:
        steps: _Steps = _grammar().parse(text)  # type: ignore[assignment]  # the transformer's result
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, text, _TERMINALS)
        raise EvalSyntaxError(text, *place(text, at), found, expected) from error
    for step in steps:
        if isinstance(step, _Apply) and isinstance(step.name, Token) and step.name.type == "WORD":
            _check_call(text, step.name, step.arguments)
    return Expression(text, steps)


def _check_call(text: str, name: Token, arguments: int) -> None:
    where = place(text, name.start_pos or 0)
    if name not in FUNCTIONS:
        raise EvalSyntaxError(text, *where, f"function {str(name)!r}", f"one of {', '.join(FUNCTIONS)}")
    function = FUNCTIONS[name]
    if not function.least <= arguments <= function.most:
        wanted = str(function.least) if function.least == function.most else f"{function.least} or {function.most}"
        raise EvalSyntaxError(text, *where, f"{name} of {arguments} arguments", f"{wanted} arguments")
