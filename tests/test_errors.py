"""Mistakes are collected, so that a user sees all of them at once."""

from __future__ import annotations

import pytest

from firedrill.vendors.errors import FiredrillError, Mistakes, Several, Unsupported


def test_nothing_found_raises_nothing() -> None:
    Mistakes().raise_all()


def test_a_single_mistake_is_raised_as_it_is() -> None:
    mistakes = Mistakes()
    with mistakes.collect("filter"):
        raise Unsupported("a feature", "a place")
    with pytest.raises(Unsupported) as caught:
        mistakes.raise_all()
    assert (caught.value.rule, caught.value.parts) == ("filter", (caught.value,))


def test_several_mistakes_are_one_a_line_and_keep_the_rule_nearest_to_them() -> None:
    inner, outer = Mistakes(), Mistakes()
    with inner.collect("name"):
        raise FiredrillError("one")
    with inner.collect():
        raise FiredrillError("two")
    with outer.collect("pipeline"):
        inner.raise_all()
    with outer.collect("other"):
        raise FiredrillError("three")
    with pytest.raises(Several) as caught:
        outer.raise_all()
    assert str(caught.value) == "one\ntwo\nthree"
    assert [part.rule for part in caught.value.parts] == ["name", "pipeline", "other"]


def test_other_exceptions_are_not_collected() -> None:
    with pytest.raises(ZeroDivisionError), Mistakes().collect():
        raise ZeroDivisionError
