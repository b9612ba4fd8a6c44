"""Names that fit and stay distinct."""

from __future__ import annotations

import pytest

from firedrill.fitting import fitted, in_the_middle


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [("abcdef", 6, "abcdef"), ("abcdefg", 6, "ab…efg"), ("abcdefg", 5, "ab…fg"), ("abcdefg", 1, "…")],
)
def test_what_is_too_long_is_cut_in_the_middle(text: str, width: int, found: str) -> None:
    assert in_the_middle(text, width) == found


@pytest.mark.parametrize(
    "names",
    [
        ["do-error-rate-of-reads", "do-error-rate-of-writes"],
        ["first-do-error-rate-of-reads", "other-do-error-rate-of-reads"],
        ["ConversationStateDO/storage-failing", "ConversationStateDO/storage-failing (other reading)"],
    ],
)
def test_names_that_fit_are_not_the_same(names: list[str]) -> None:
    found = fitted(names, 12)
    assert all(len(each) <= 12 for each in found.values())
    assert len(set(found.values())) == len(names)
