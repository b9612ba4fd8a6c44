"""Two resources of the same kind compared, in the words of whoever reads monitors rather than JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.resources import LOGS_PIPELINE, LOGS_PIPELINE_ORDER, MONITOR, WORKERS_SCRIPT, Resource
from firedrill.review.flattened import flat, label, reordered
from firedrill.review.messages import message_changes
from firedrill.review.texts import phrase
from firedrill.vendors.datadog.queries import compile_query
from firedrill.vendors.errors import FiredrillError

_THRESHOLDS = {
    "monitorThresholds.critical": "alerts at",
    "monitorThresholds.criticalRecovery": "recovers at",
    "monitorThresholds.warning": "warns at",
    "monitorThresholds.warningRecovery": "warning ends at",
}
_UNIT = re.compile(r"\{\{value\}\}\s?(ms|%)")
_SILENT = {
    WORKERS_SCRIPT: ("contentFile",),
    MONITOR: ("name",),  # but for the title in it, it follows from the stack
}
_ORDERED = (LOGS_PIPELINE, LOGS_PIPELINE_ORDER)
"""What works its lists off from the first element to the last; elsewhere, order is no difference."""


def differences(before: Resource, after: Resource) -> list[str]:
    """What changed between two versions of a resource, one phrase each; nothing when they mean the same."""
    old, new = flat(before.inputs), flat(after.inputs)
    changed = {path: (old.get(path), new.get(path)) for path in sorted(old.keys() | new.keys())}
    changed = {path: pair for path, pair in changed.items() if pair[0] != pair[1]}
    phrases = [*_options(before, after)]
    if after.type == MONITOR:
        phrases += _monitor(changed)
    for silent in _SILENT.get(after.type, ()):
        changed.pop(silent, None)
    if "contentSha256" in changed:
        del changed["contentSha256"]
        phrases.append("new code")
    whole = {path: _newcomer(path, old, new) for path in changed}
    phrases += list(dict.fromkeys(each for each in whole.values() if each))
    unit = _UNIT.search(str(after.inputs.get("message", "")))
    for path, words in _THRESHOLDS.items():
        if path in changed:
            pair = changed.pop(path)
            phrases.append(phrase(words, *pair) + (f" {unit[1]}" if unit and None not in pair else ""))
    phrases += [phrase(label(path), *pair) for path, pair in changed.items() if not whole[path]]
    return phrases + (list(reordered(before.inputs, after.inputs)) if after.type in _ORDERED else [])


def _options(before: Resource, after: Resource) -> Iterator[str]:
    """What changed in Pulumi's own options; an element of a list has no place of its own to tell its secret by."""
    if before.protect != after.protect:
        yield "is now protected from deletion" if after.protect else "is no longer protected from deletion"
    for path in sorted({*before.secret_inputs} ^ {*after.secret_inputs}):
        if path in before.inputs and path in after.inputs:
            yield f"{path} is {'now' if path in after.secret_inputs else 'no longer'} secret"


def _newcomer(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What to say of a path below an element of a list that one side does not have at all, "" for any other."""
    for end in re.finditer(r"\]", path):
        element = path[: end.end()]
        had, has = (any(each.startswith(element) for each in side) for side in (old, new))
        if had != has:
            return f"{label(element)} {'is new' if has else 'is gone'}"
    return ""


def _monitor(changed: dict[str, tuple[Any, Any]]) -> list[str]:
    """What is said of a monitor's title, query and message, which are taken out of `changed`."""
    phrases = []
    titles = [str(name).rpartition(": ")[2] for name in changed.get("name", ("", ""))]
    if titles[0] != titles[1]:
        phrases.append(phrase("title", *titles))
    if "query" in changed:
        phrases += _query(*changed.pop("query"), thresholds="monitorThresholds.critical" in changed)
    if "message" in changed:
        phrases += message_changes(*(str(each or "") for each in changed.pop("message")))
    return phrases


def _query(old: Any, new: Any, *, thresholds: bool) -> list[str]:
    """How a query changed: its window, its number if no threshold says so already, and whatever else is left."""
    try:
        before, after = compile_query(str(old)), compile_query(str(new))
    except FiredrillError:
        return [phrase("query", old, new)]
    phrases = []
    if before.window.text != after.window.text:
        phrases.append(f"window {before.window.text} -> {after.window.text}")
    if before.threshold != after.threshold and not thresholds:
        phrases.append(f"query's threshold {before.threshold:g} -> {after.threshold:g}")
    if _rest(str(before), before.window.text) != _rest(str(after), after.window.text):
        phrases.append(phrase("query", old, new))
    return phrases


def _rest(query: str, window: str) -> str:
    """A query without its window and its number."""
    return re.sub(r"[-+.\w]+$", "", query.replace(window, "", 1))
