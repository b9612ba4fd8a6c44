"""Arithmetic processor: writes the result of a formula over attributes.

An attribute that is absent or no number skips the operation, or counts as 0 with `is_replace_missing`; a text that
holds a number is one. The result is a double rounded to 9 decimals: the page says "rounded up", its example cuts, and
rounding to the nearest agrees with the example. A division by zero writes nothing (undocumented; proves less).
Source: docs.datadoghq.com/logs/log_configuration/processors/arithmetic_processor
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import cache
from typing import Any

from lark import Lark, Token, UnexpectedInput, v_args
from lark.visitors import Transformer

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.numeric import number, number_in
from firedrill.vendors.datadog.paths import Getter, getter, setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.spec import at
from firedrill.vendors.datadog.syntax import SyntaxMistake, place, read_lark
from firedrill.vendors.features import Feature

DECIMALS = 9

Formula = Callable[[dict[str, Any]], float]

_WORDS = {
    "ATTRIBUTE": "an attribute",
    "NUMBER": "a number",
    "LPAR": "'('",
    "RPAR": "')'",
    "PLUS": "'+'",
    "_MINUS": "' - ' between spaces",
    "STAR": "'*'",
    "SLASH": "'/'",
    "$END": "the end",
}


class ArithmeticProcessor(Options):
    """`expression` with + - * / and parentheses; `target` is overwritten."""

    expression: str
    target: str
    is_replace_missing: bool = False


class FormulaSyntaxError(SyntaxMistake):
    """A formula that cannot be read."""

    language = "formula"


class MissingError(Exception):
    """An attribute of the formula is absent or no number."""


def _compile(options: ArithmeticProcessor, context: Context) -> Run:
    with at(context.place):
        formula = compile_formula(options.expression, replace_missing=options.is_replace_missing)
    put = setter(options.target)

    def run(log: Log, applied: Applied) -> str:
        try:
            result = formula(log.attributes)
        except MissingError as missing:
            return f"{missing} is absent or no number"
        except ZeroDivisionError:
            return "division by zero"
        if not math.isfinite(result):
            return "the result is out of range"
        put(log.attributes, round(result, DECIMALS))
        return DONE

    return run


@cache
def _grammar() -> Lark:
    return Lark.open("arithmetic.lark", rel_to=__file__, parser="lalr")


def compile_formula(expression: str, *, replace_missing: bool = False) -> Formula:
    """The formula as a function of a log's attributes, raising MissingError or ZeroDivisionError.

    Raises FormulaSyntaxError when the expression cannot be read.
    """
    try:
        tree = _grammar().parse(expression)
    except UnexpectedInput as error:
        offset, found, expected = read_lark(error, expression, _WORDS)
        raise FormulaSyntaxError(expression, *place(expression, offset), found, expected) from error
    formula: Formula = _Compiler(replace_missing).transform(tree)
    return formula


@v_args(inline=True)
class _Compiler(Transformer[Token, Formula]):
    """From the innermost part outwards, each part becomes a function."""

    def __init__(self, replace_missing: bool) -> None:
        super().__init__()
        self._replace_missing = replace_missing

    def number(self, token: Token) -> Formula:
        value = float(token)
        return lambda attributes: value

    def attribute(self, token: Token) -> Formula:
        return _operand(str(token), getter(str(token)), self._replace_missing)

    def add(self, left: Formula, right: Formula) -> Formula:
        return lambda attributes: left(attributes) + right(attributes)

    def subtract(self, left: Formula, right: Formula) -> Formula:
        return lambda attributes: left(attributes) - right(attributes)

    def multiply(self, left: Formula, right: Formula) -> Formula:
        return lambda attributes: left(attributes) * right(attributes)

    def divide(self, left: Formula, right: Formula) -> Formula:
        return lambda attributes: operator.truediv(left(attributes), right(attributes))


def _operand(path: str, get: Getter, replace_missing: bool) -> Formula:
    def operand(attributes: dict[str, Any]) -> float:
        value = get(attributes)
        found = number_in(value) if isinstance(value, str) else number(value)
        if found is None:
            if replace_missing:
                return 0.0
            raise MissingError(path)
        return found

    return operand


def _flow(options: ArithmeticProcessor) -> Flow:
    tree = _grammar().parse(options.expression)
    names = [str(each) for each in tree.scan_values(lambda each: isinstance(each, Token) and each.type == "ATTRIBUTE")]
    return flow(names, options.target)


KINDS = (
    Kind(ArithmeticProcessor, _compile, _flow, Feature("arithmetic-processor", "done", PAGES + "arithmetic_processor")),
)
