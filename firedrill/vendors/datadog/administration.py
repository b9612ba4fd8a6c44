"""Notification rules, archives of logs and restriction queries: checked, and but for the rules not run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog import search
from firedrill.vendors.datadog.findings import Findings
from firedrill.vendors.datadog.rules.archives import archive_breaches, order_breaches
from firedrill.vendors.datadog.rules.notification_rules import rule_breaches, scopes
from firedrill.vendors.rules.shapes import TEXT, fitted


def check_notification_rule(raw: Mapping[str, Any]) -> Findings:
    """What is wrong with a monitor notification rule's attributes."""
    found, place = Findings(), f"notification rule {raw.get('name', '')!r}"
    found.refuse(place, rule_breaches(raw))
    for field, scope in scopes(raw):
        with found.collect(f"{place}: {field}", "filter"):
            search.compile_query(scope)
    return found


def check_archive(raw: Mapping[str, Any]) -> Findings:
    """What is wrong with an archive's attributes."""
    found, place = Findings(), f"archive {raw.get('name', '')!r}"
    found.refuse(place, archive_breaches(raw))
    _search(found, raw.get("query"), place, "archive")
    return found


def check_archive_order(raw: Mapping[str, Any]) -> Findings:
    """What is wrong with an order of archives."""
    found = Findings()
    found.refuse("archive order", order_breaches(raw))
    return found


def check_restriction_query(raw: Mapping[str, Any]) -> Findings:
    """What is wrong with a restriction query's attributes."""
    found = Findings()
    query = raw.get("restriction_query")
    if query is not None:
        found.refuse("restriction query", fitted({"restriction_query": query}, {"restriction_query": TEXT})[1])
    _search(found, query, "restriction query", "restriction")
    return found


def _search(found: Findings, query: Any, place: str, where: str) -> None:
    """Check a search that is text, or none; what else it is, its shape tells."""
    if query is None or isinstance(query, str):
        with found.collect(place, "filter"):
            search.compile_query(query or "", where=where)
