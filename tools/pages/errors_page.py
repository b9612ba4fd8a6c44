"""docs/errors.md: every error category, and the table that decides which one an error has."""

from __future__ import annotations

from firedrill.components.error_categories import CATEGORIES, REJECTED, RULES, ErrorRule
from tools.pages.markdown import page, table


def markdown() -> str:
    """The whole page."""
    categories = (
        (
            f"`{category.name}`",
            category.description,
            category.fault,
            f"`{category.result}`",
            "yes" if category.retryable else "no",
        )
        for category in CATEGORIES
    )
    first = (f"has the name `{REJECTED}`, or one of the wrapper's option `rejects`", "`validation`")
    return page(
        "<!-- Generated from firedrill/components/error_categories.py, do not edit: make gen -->",
        "# Errors",
        "Every failed operation is logged once, with one of these categories (`@telemetry.error`), the class name of "
        "what was raised (`@telemetry.name`), the number of attempts and how they ended.",
        table(("category", "what it is", "fault", "result", "may be retried"), categories),
        "A call is retried only when the platform marked its error `.retryable` and the category may be retried.",
        "## Decision table",
        "The first condition that holds decides, wherever the error was raised.",
        table(("the error", "category"), [first, *((_condition(rule), f"`{rule.category}`") for rule in RULES)]),
    )


def _condition(rule: ErrorRule) -> str:
    if rule.property:
        return f"has `.{rule.property}`"
    if rule.name:
        return f"has the name `{rule.name}`"
    if rule.message:
        return f"has a message with `{rule.message}`"
    if rule.way:
        return "came from a call of the object, without `.remote`"
    return "is any other"
