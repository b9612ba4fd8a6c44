"""firedrill/worker/contract.mjs: what the Worker has to know of the telemetry line and of the error categories."""

from __future__ import annotations

import json
from collections.abc import Mapping

from firedrill.components.error_categories import CATEGORIES, DEFAULT_CATEGORIES, REJECTED, RULES, ErrorRule
from firedrill.components.telemetry import (
    BACKGROUND_ERROR,
    CANARY,
    FIELDS,
    MAX_LINE,
    PULSE_WINDOW_S,
    SCHEMA_VERSION,
    Field,
)


def javascript() -> str:
    """The text of `firedrill/worker/contract.mjs`: the Worker's half of the contract; `v` is a constant there."""
    fields = "".join(f"  {_javascript_field(field)},\n" for field in FIELDS if field.wire != "v")
    return (
        "// Generated from firedrill/components (telemetry.py, error_categories.py), do not edit: make gen\n\n"
        f"export const SCHEMA_VERSION = {SCHEMA_VERSION};\n"
        f"export const MAX_LINE = {MAX_LINE};\n"
        f"export const PULSE_WINDOW_MS = {PULSE_WINDOW_S * 1000};\n"
        f'export const BACKGROUND_ERROR = "{BACKGROUND_ERROR}";\n'
        f'export const CANARY = "{CANARY}";\n\n'
        "/** One of `values`, a word or hexadecimal digits of this size, a flag, or else an integer.\n"
        " * @typedef {{ wire: string, values?: string[], word?: number, hex?: number, flag?: true, default?: string }}"
        " Field */\n\n"
        f"/** @type {{Field[]}} */\nexport const FIELDS = [\n{fields}];\n\n"
        f"{_errors()}"
    )


def _javascript_field(field: Field) -> str:
    entry: dict[str, object] = {"wire": field.wire}
    match field.type:
        case "enum":
            entry["values"] = field.values
        case "word" | "hex":
            entry[field.type] = field.size
        case "flag":
            entry["flag"] = True
    if field.default:
        entry["default"] = field.default
    return _object(entry)


def _errors() -> str:
    categories = "".join(
        f"  {category.name}: {_object({'result': category.result, 'retryable': category.retryable})},\n"
        for category in CATEGORIES
    )
    return (
        f"export const REJECTED = {json.dumps(REJECTED)};\n\n"
        "/** @type {Record<string, string>} */\n"
        f"export const DEFAULT_CATEGORIES = {_object(DEFAULT_CATEGORIES)};\n\n"
        '/** @type {Record<string, { result: "miss" | "rejected" | "error", retryable: boolean }>} */\n'
        f"export const CATEGORIES = {{\n{categories}}};\n\n"
        "/** @typedef {{ category: string, property?: string, name?: string, message?: RegExp, way?: boolean }} Rule */"
        "\n\n/** @type {Rule[]} */\n"
        f"export const RULES = [\n{''.join(map(_rule, RULES))}];\n"
    )


def _rule(rule: ErrorRule) -> str:
    conditions = {"property": rule.property, "name": rule.name, "way": rule.way}
    entry = {"category": rule.category, **{key: value for key, value in conditions.items() if value}}
    text = _object(entry)
    return f"  {text[:-2]}, message: /{rule.message}/i }},\n" if rule.message else f"  {text},\n"


def _object(entries: Mapping[str, object]) -> str:
    """An object literal, on one line."""
    return "{ " + ", ".join(f"{key}: {json.dumps(value)}" for key, value in entries.items()) + " }"
