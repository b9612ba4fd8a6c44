"""What Datadog accepts of monitor notification rules.

Source: docs.datadoghq.com/monitors/notify/notification_rules
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import NUMBER, STRINGS, TEXT, Shape, besides, fitted

MAX_RECIPIENTS = 50
_RULE: Shape = {
    "name": TEXT,
    "filter": {"tags": STRINGS, "scope": TEXT},
    "recipients": STRINGS,
    "conditional_recipients": {
        "conditions": [{"scope": TEXT, "recipients": STRINGS}],
        "fallback_recipients": STRINGS,
    },
    "bundle_config": {"duration": NUMBER},
}


def rule_breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a rule as the API has it."""
    sound, wrong = fitted(raw, _RULE)
    yield from besides(wrong, _breaches(sound))


def scopes(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The scopes of a rule, each with its field: searches over the tags, the priority and the transition."""
    sound = fitted(raw, _RULE)[0] or {}
    if scope := (sound.get("filter") or {}).get("scope"):
        yield "filter.scope", scope
    for number, each in enumerate((sound.get("conditional_recipients") or {}).get("conditions") or ()):
        if scope := each.get("scope"):
            yield f"conditional_recipients.conditions[{number}].scope", scope


def _breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    if not raw.get("name"):
        yield Breach("name", "", "text")
    given = raw.get("filter") or {}
    named = [name for name in ("tags", "scope") if given.get(name)]
    if len(named) != 1:
        yield Breach("filter", "one of both" if named else "", "either tags or scope")
    recipients, conditional = raw.get("recipients"), raw.get("conditional_recipients")
    if bool(recipients) == bool(conditional):
        yield Breach("recipients", "given twice" if recipients else "", "either recipients or conditional_recipients")
    yield from _recipients("recipients", recipients or ())
    bundle = (raw.get("bundle_config") or {}).get("duration")
    if bundle is not None and bundle <= 0:
        yield Breach("bundle_config.duration", shown(bundle), "seconds above 0")
    if not conditional:
        return
    if not conditional.get("conditions"):
        yield Breach("conditional_recipients.conditions", "", "at least one condition")
    for number, each in enumerate(conditional.get("conditions") or ()):
        place = f"conditional_recipients.conditions[{number}]"
        if not each.get("scope"):
            yield Breach(f"{place}.scope", "", "a scope such as transition_type:is_alert")
        if not each.get("recipients"):
            yield Breach(f"{place}.recipients", "", "at least one recipient")
        yield from _recipients(f"{place}.recipients", each.get("recipients") or ())
    yield from _recipients("conditional_recipients.fallback_recipients", conditional.get("fallback_recipients") or ())


def _recipients(field: str, recipients: Any) -> Iterator[Breach]:
    if len(recipients) > MAX_RECIPIENTS:
        yield Breach(field, f"{len(recipients)} recipients", f"at most {MAX_RECIPIENTS}")
    for each in recipients:
        if each.startswith("@"):
            yield Breach(field, shown(each), "recipients without the @", f"write {each.removeprefix('@')!r}")
