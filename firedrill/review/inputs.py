"""Two resources of the same kind compared, in the words of whoever reads monitors rather than JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.datadog.metrics import compile_query
from firedrill.errors import FiredrillError
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource

_KEYS = ("name", "tagName", "service")
"""What tells the elements of a list apart, in the order of trying."""
_THRESHOLDS = {
    "monitorThresholds.critical": "alerts at",
    "monitorThresholds.criticalRecovery": "recovers at",
    "monitorThresholds.warning": "warns at",
    "monitorThresholds.warningRecovery": "warning ends at",
}
_UNIT = re.compile(r"\{\{value\}\}\s?(ms|%)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HANDLE = re.compile(r"(?<!\S)@\S+")
_LINK = re.compile(r"https?://\S+")
_SILENT = {
    WORKERS_SCRIPT: ("contentFile",),
    MONITOR: ("name",),  # follows from the stack
    LOGS_METRIC: (),
    LOGS_PIPELINE: (),
    LOGPUSH_JOB: (),
}


def differences(before: Resource, after: Resource) -> list[str]:
    """What changed between two versions of a resource, one phrase each; nothing when they mean the same."""
    old, new = _flat(before.inputs), _flat(after.inputs)
    changed = {path: (old.get(path), new.get(path)) for path in sorted(old.keys() | new.keys())}
    changed = {path: pair for path, pair in changed.items() if pair[0] != pair[1]}
    for silent in _SILENT.get(after.type, ()):
        changed.pop(silent, None)
    phrases = []
    if before.protect != after.protect:
        phrases.append("is now protected from deletion" if after.protect else "is no longer protected from deletion")
    if after.type == MONITOR and "query" in changed:
        phrases += _query(*changed.pop("query"), thresholds="monitorThresholds.critical" in changed)
    if after.type == MONITOR and "message" in changed:
        phrases += _message(*changed.pop("message"))
    if "contentSha256" in changed:
        del changed["contentSha256"]
        phrases.append("new code")
    whole = {path: _newcomer(path, old, new) for path in changed}
    phrases += list(dict.fromkeys(phrase for phrase in whole.values() if phrase))
    unit = _UNIT.search(str(after.inputs.get("message", "")))
    for path in _THRESHOLDS:
        if path in changed:
            pair = changed.pop(path)
            phrases.append(_phrase(path, *pair) + (f" {unit[1]}" if unit and None not in pair else ""))
    return phrases + [_phrase(path, *pair) for path, pair in changed.items() if not whole[path]]


def _newcomer(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What to say of a path below an element of a list that one side does not have at all, "" for any other."""
    for end in re.finditer(r"\]", path):
        element = path[: end.end()]
        had, has = (any(each.startswith(element) for each in side) for side in (old, new))
        if had != has:
            return f"{_label(element)} {'is new' if has else 'is gone'}"
    return ""


def _label(path: str) -> str:
    return _THRESHOLDS.get(path, path.replace(".[", "["))


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Leaves by path; elements of lists by their name, and lists of plain values as sets: order is no difference."""
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for key, inner in value.items():
            found |= _flat(inner, f"{path}.{key}" if path else key)
        return found
    if isinstance(value, list):
        named = _named(value)
        if named is not None:
            return _flat({f"[{name}]": inner for name, inner in named.items()}, path)
        if all(not isinstance(each, dict | list) for each in value):
            return {path: frozenset(value)} if value else {}
        return _flat({f"[{index}]": inner for index, inner in enumerate(value)}, path)
    return {path: value}


def _named(values: Sequence[Any]) -> dict[str, Any] | None:
    """The elements by what names each, if something names them all differently."""
    for key in _KEYS:
        names = [_name(each, key) for each in values]
        if values and None not in names and len(set(names)) == len(names):
            return dict(zip(map(str, names), values, strict=True))
    return None


def _name(value: Any, key: str) -> Any:
    """The name of an element, which a processor has one level below its kind."""
    if not isinstance(value, dict):
        return None
    if key in value:
        return value[key]
    inner = next(iter(value.values()), None)
    return inner.get(key) if len(value) == 1 and isinstance(inner, dict) else None


def _phrase(path: str, old: Any, new: Any) -> str:
    label = _label(path)
    if isinstance(old, frozenset) or isinstance(new, frozenset):
        gone, added = (sorted(map(str, a - b)) for a, b in _sides(old, new))
        said = [f"without {', '.join(gone)}"] * bool(gone) + [f"with {', '.join(added)}"] * bool(added)
        return f"{label} {' and '.join(said)}"
    if old is None:
        return f"{label} is now {_shown(new)}"
    if new is None:
        return f"{label} {_shown(old)} is gone"
    return f"{label} {_shown(old)} -> {_shown(new)}"


def _sides(old: Any, new: Any) -> Iterator[tuple[frozenset[Any], frozenset[Any]]]:
    before, after = (each if isinstance(each, frozenset) else frozenset() for each in (old, new))
    yield before, after
    yield after, before


def _shown(value: Any) -> str:
    """As people write it: numbers bare, also those that the provider takes as text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number or _NUMBER.fullmatch(str(value)) else repr(value)


def _query(old: Any, new: Any, *, thresholds: bool) -> list[str]:
    """How a query changed: its window, its number if no threshold says so already, and whatever else is left."""
    try:
        before, after = compile_query(str(old)), compile_query(str(new))
    except FiredrillError:
        return [f"query {old!r} -> {new!r}"]
    phrases = []
    if before.window.text != after.window.text:
        phrases.append(f"window {before.window.text} -> {after.window.text}")
    if before.threshold != after.threshold and not thresholds:
        phrases.append(f"query's threshold {before.threshold:g} -> {after.threshold:g}")
    if _rest(str(before), before.window.text) != _rest(str(after), after.window.text):
        phrases.append(f"query {old!r} -> {new!r}")
    return phrases


def _rest(query: str, window: str) -> str:
    """A query without its window and its number."""
    return re.sub(r"[-+.\w]+$", "", query.replace(window, "", 1))


def _message(old: Any, new: Any) -> list[str]:
    """How a message changed: who is told, and whether its words did."""
    before, after = (frozenset(_HANDLE.findall(str(each))) for each in (old, new))
    phrases = [f"no longer notifies {handle}" for handle in sorted(before - after)]
    phrases += [f"now notifies {handle}" for handle in sorted(after - before)]
    links = [frozenset(_LINK.findall(str(each))) for each in (old, new)]
    phrases += [f"no longer links to {link}" for link in sorted(links[0] - links[1])]
    phrases += [f"now links to {link}" for link in sorted(links[1] - links[0])]
    if _words(old) != _words(new):
        phrases.append("message reworded")
    return phrases


def _words(message: Any) -> list[str]:
    """What a message says, without whom it tells and where it links to."""
    return _LINK.sub("", _HANDLE.sub("", str(message))).split()
