from __future__ import annotations

from firedrill.policies.rules import RULES
from tools.pages.policies_page import markdown


def test_the_page_lists_every_policy() -> None:
    assert markdown().count("\n| `") == len(RULES)
