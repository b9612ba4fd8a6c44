"""The formula's grammar against Python's own arithmetic, and against any text at all."""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.processors.arithmetic import FormulaSyntaxError, MissingError, compile_formula

Tree: TypeAlias = "int | tuple[Tree, str, Tree]"

OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.integers(0, 1000),
    lambda inner: st.tuples(inner, st.sampled_from(sorted(OPERATORS)), inner),
    max_leaves=12,
)


def show(tree: Tree, *, as_attributes: bool) -> str:
    if isinstance(tree, int):
        return f"some-name.{tree}" if as_attributes else str(tree)
    left, sign, right = tree
    return f"({show(left, as_attributes=as_attributes)} {sign} {show(right, as_attributes=as_attributes)})"


def value(tree: Tree) -> float:
    if isinstance(tree, int):
        return float(tree)
    left, sign, right = tree
    return OPERATORS[sign](value(left), value(right))


@given(TREES, st.booleans())
def test_a_formula_of_numbers_or_attributes_has_the_value_of_its_tree(tree: Tree, as_attributes: bool) -> None:
    formula = compile_formula(show(tree, as_attributes=as_attributes))
    attributes = {"some-name": {str(number): number for number in range(1001)}}
    try:
        expected = value(tree)
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            formula(attributes)
    else:
        assert formula(attributes) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("2 * 3 + 4", 10),
        ("10 - 4 - 3", 3),
        ("16 / 4 / 2", 2),
        ("(2 + 3) * 4", 20),
        ("1.5*2", 3),
        ("-2 + 5", 3),
    ],
)
def test_operators_bind_as_in_arithmetic(expression: str, expected: float) -> None:
    assert compile_formula(expression)({}) == expected


@given(st.text(alphabet="ab.1 ()+-*/%\n", max_size=20))
def test_any_text_is_a_formula_or_a_mistake_with_its_place(expression: str) -> None:
    try:
        formula = compile_formula(expression)
    except FormulaSyntaxError as mistake:
        lines = expression.split("\n")
        assert 1 <= mistake.line <= len(lines)  # noqa: PT017 - either outcome is fine, each with its own property
        assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1  # noqa: PT017
    else:
        with suppress(MissingError, ZeroDivisionError, OverflowError):
            assert isinstance(formula({"a": 2, "b": {"b": 3}}), float)
