"""Mistakes are collected, so that a user sees all of them at once."""

from __future__ import annotations

import errno

import pytest

from firedrill.errors import unwritable
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


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_file_that_cannot_be_written_is_named(number: int) -> None:
    told = unwritable(OSError(number, "Refused", ".firedrill/x"))
    assert str(told) == (
        "'.firedrill/x' cannot be written: Refused; make its folder writable, or work in a copy of the project that is"
    )


def test_without_a_folder_for_temporary_files_the_variable_is_named() -> None:
    told = unwritable(FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"))
    assert str(told) == (
        "No usable temporary directory found in ['/tmp']; point TMPDIR to a folder that can be written to"
    )


def test_a_file_that_is_not_there_is_another_mistake() -> None:
    assert unwritable(FileNotFoundError(errno.ENOENT, "No such file or directory", "x")) is None


def test_a_working_directory_that_is_gone_is_told() -> None:
    told = unwritable(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    assert str(told) == "the folder that this was started in is gone; change to one that exists"
