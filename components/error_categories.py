"""The error categories: what a failure is called, whose fault it is, and how it is told."""

from __future__ import annotations

ERROR_CATEGORIES = (
    "not_found",
    "validation",
    "storage",
    "code",
    "unreachable",
    "overloaded",
    "timeout",
    "reset",
    "limits",
    "disconnected",
)
