"""Notification rules: whom a notification reaches besides the handles of its message, and what is bundled.

Rules match the tags of the monitor and of its group; those of several rules add up, each recipient once.
Sources: docs.datadoghq.com/monitors/notify/notification_rules, docs.datadoghq.com/api/latest/monitors
(MonitorNotificationRuleCondition, MonitorNotificationRuleConditionalRecipients)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.notifications import Bundle, Notification
from firedrill.vendors.datadog.rules.notification_rules import rule_breaches
from firedrill.vendors.datadog.search import parse
from firedrill.vendors.datadog.search.nodes import And, Everything, Exists, Node, Not, Or, Phrase, Term, Wild, Word
from firedrill.vendors.datadog.search.values import literal, pattern
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported, refuse

Matches = Callable[[Collection[str]], bool]
TRANSITIONS = ("is_alert", "is_warning", "is_no_data", "is_recovery", "is_renotify")
"""What `transition_type` can be here: the conditions of a message that say what has happened."""
MODELLED = "bundle_config: one message for all that comes within its duration of the first"
"""How bundles are cut is in preview and not documented."""


@dataclass(frozen=True)
class NotificationRule:
    """A notification rule: all of its `conditions` that hold, and `others` for what none of them does.

    Recipients have their @. `bundle_s` is 0 where nothing is bundled.
    """

    name: str
    matches: Matches
    conditions: tuple[tuple[Matches, tuple[str, ...]], ...]
    others: tuple[str, ...]
    bundle_s: int = 0

    def recipients(self, tags: Collection[str]) -> tuple[str, ...]:
        """Whom it notifies of what has these tags, `priority:` and `transition_type:` among them."""
        if not self.matches(tags):
            return ()
        held = [recipients for holds, recipients in self.conditions if holds(tags)]
        return tuple(dict.fromkeys(each for one in held or [self.others] for each in one))


@dataclass(frozen=True)
class Delivered:
    """What reaches one recipient: a notification, or several in a bundle; `time_s` is that of the first."""

    time_s: int
    recipient: str
    notifications: tuple[Notification, ...]


def parse_rules(raw: Iterable[Mapping[str, Any]]) -> list[NotificationRule]:
    """Compile rules (API attributes). Raises FiredrillError with every mistake, Unsupported for what is not known."""
    mistakes = Mistakes()
    rules = []
    for each in raw:
        with mistakes.collect():
            rules.append(_parsed(each))
    mistakes.raise_all()
    return rules


def routed(
    sent: Notification, monitor_tags: Iterable[str], conditions: Collection[str], rules: Sequence[NotificationRule]
) -> Notification:
    """The notification with all whom it reaches: the handles of its message, then those of rules, each once.

    Whom only rules with bundles name is in its `bundles` too. `conditions` are those of its message.
    """
    if not rules:
        return sent
    tags = _tags((*monitor_tags, *sent.group), sent.priority, conditions)
    found = [(rule, rule.recipients(tags)) for rule in rules]
    at_once = (*sent.handles, *(who for rule, names in found if not rule.bundle_s for who in names))
    bundles = [
        Bundle(rule.name, rule.bundle_s, tuple(who for who in names if who not in at_once))
        for rule, names in found
        if rule.bundle_s
    ]
    kept = tuple(each for each in bundles if each.recipients)
    handles = dict.fromkeys((*at_once, *(who for each in kept for who in each.recipients)))
    return sent._replace(handles=tuple(handles), bundles=kept, modelled=(*sent.modelled, *([MODELLED] if kept else [])))


def added(monitor: Monitor, rules: Sequence[NotificationRule], conditions: Collection[str]) -> tuple[str, ...]:
    """Whom rules tell of a monitor, whatever its group, while these conditions of its message hold."""
    priority = f"P{monitor.priority}" if monitor.priority else None
    tags = _tags(monitor.tags, priority, conditions)
    return tuple(dict.fromkeys(who for rule in rules for who in rule.recipients(tags)))


def _tags(tags: Iterable[str], priority: str | None, conditions: Collection[str]) -> frozenset[str]:
    """What rules match of a notification."""
    transitions = [f"transition_type:{each}" for each in conditions if each in TRANSITIONS]
    return frozenset((*tags, *transitions, *([f"priority:{priority.lower()}"] if priority else [])))


def deliveries(sent: Iterable[Notification]) -> list[Delivered]:
    """What reaches whom of notifications in time order, one entry a message; what is bundled counts once."""
    told: list[Delivered] = []
    open_at: dict[tuple[str, str], int] = {}
    for each in sent:
        bundled = {who for bundle in each.bundles for who in bundle.recipients}
        told += [Delivered(each.time_s, who, (each,)) for who in each.handles if who not in bundled]
        for bundle in each.bundles:
            for who in bundle.recipients:
                number = open_at.get((bundle.rule, who))
                if number is not None and each.time_s < told[number].time_s + bundle.seconds:
                    first = told[number]
                    told[number] = Delivered(first.time_s, who, (*first.notifications, each))
                else:
                    open_at[bundle.rule, who] = len(told)
                    told.append(Delivered(each.time_s, who, (each,)))
    return told


def _parsed(raw: Mapping[str, Any]) -> NotificationRule:
    place = f"notification rule {raw.get('name', '')!r}"
    refuse(place, rule_breaches(raw))
    given = raw["filter"]
    tags = frozenset(given.get("tags") or ())
    matches = _scope(given["scope"], f"{place}: filter.scope") if given.get("scope") else _having(tags)
    conditional = raw.get("conditional_recipients") or {}
    conditions = tuple(
        (
            _scope(each["scope"], f"{place}: conditional_recipients.conditions[{number}].scope"),
            _handles(each["recipients"]),
        )
        for number, each in enumerate(conditional.get("conditions") or ())
    )
    others = _handles(raw.get("recipients") or conditional.get("fallback_recipients") or ())
    bundle = (raw.get("bundle_config") or {}).get("duration") or 0
    return NotificationRule(str(raw["name"]), matches, conditions, others, int(bundle))


def _handles(recipients: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"@{each}" for each in recipients)


def _having(tags: frozenset[str]) -> Matches:
    return lambda of: tags <= {*of}


def _scope(text: str, place: str) -> Matches:
    try:
        return _matcher(parse(text), place)
    except Unsupported:
        raise
    except FiredrillError as error:
        raise FiredrillError(f"{place}: {error}") from error


def _matcher(node: Node, place: str) -> Matches:
    """A search over tags. Raises Unsupported for what a log search can ask besides, and for unknown transitions."""
    if isinstance(node, Everything):
        return lambda tags: True
    if isinstance(node, Not):
        inner = _matcher(node.node, place)
        return lambda tags: not inner(tags)
    if isinstance(node, And | Or):
        parts = [_matcher(each, place) for each in node.nodes]
        join = all if isinstance(node, And) else any
        return lambda tags: join(part(tags) for part in parts)
    if isinstance(node, Term | Exists) and node.field.kind in ("reserved", "tag"):
        value = node.value if isinstance(node, Term) else Word((Wild.MANY,))
        if isinstance(value, Word | Phrase):
            return _tag(node.field.name, value, place)
    raise Unsupported("a scope that searches anything but tags by their values", place)


def _tag(key: str, value: Word | Phrase, place: str) -> Matches:
    if key == "transition_type" and literal(value) not in TRANSITIONS:
        raise Unsupported(f"a transition_type besides {', '.join(TRANSITIONS)}", place)
    tag = re.compile(f"{re.escape(key)}:{pattern(value)}", re.IGNORECASE)
    return lambda tags: any(tag.fullmatch(each) for each in tags)
