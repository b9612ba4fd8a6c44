from __future__ import annotations

from firedrill.components.error_categories import ERROR_CATEGORIES, RULES
from tools.pages.errors_page import markdown


def test_the_page_tells_every_category_and_every_rule() -> None:
    page = markdown()
    assert all(f"| `{name}` |" in page for name in ERROR_CATEGORIES)
    assert page.count("\n| has ") == len(RULES) - 1  # one more for the caller's mistakes, but not the last two
