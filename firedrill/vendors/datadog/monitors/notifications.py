"""Notifications: an event's title, message and recipients.

Sources: docs.datadoghq.com/monitors/notify, docs.datadoghq.com/monitors/guide/monitor_api_options (include_tags),
docs.datadoghq.com/integrations/webhooks (the words of a title).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from firedrill.vendors.datadog.monitors.modelled import of_messages
from firedrill.vendors.datadog.monitors.moments import Event, Kind
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.states import Group, GroupTimeline, State
from firedrill.vendors.datadog.monitors.templates import Context, Variables, handles, without_handles
from firedrill.vendors.datadog.monitors.variables import variables_at
from firedrill.vendors.datadog.rules.options import HIDES_HANDLES


class Bundle(NamedTuple):
    """Whom a notification rule tells only once in so many seconds."""

    rule: str
    seconds: int
    recipients: tuple[str, ...]


class Notification(NamedTuple):
    """What a monitor sends. Without `handles` it is only an event in Datadog's event stream.

    `state` is the group's state, `step` the place in the run's times, `priority` P1 to P5 or None. `handles` are all
    whom it reaches, by its message and by notification rules; `bundles` say who of them gets it together with others.
    """

    time_s: int
    step: int
    monitor_id: str
    monitor: str
    group: Group
    kind: Kind
    state: State
    title: str
    message: str
    handles: tuple[str, ...]
    priority: str | None
    modelled: tuple[str, ...] = ()
    bundles: tuple[Bundle, ...] = ()


_WORDS: Mapping[State, str] = {
    State.ALERT: "Triggered",
    State.WARN: "Warn",
    State.NO_DATA: "No Data",
    State.UNKNOWN: "Unknown",
    State.OK: "Recovered",
}

_CONDITIONS: Mapping[State, str] = {
    State.ALERT: "is_alert",
    State.WARN: "is_warning",
    State.NO_DATA: "is_no_data",
    State.UNKNOWN: "is_unknown",
    State.OK: "is_recovery",
}

_RECOVERIES: Mapping[State, str] = {
    State.ALERT: "is_alert_recovery",
    State.WARN: "is_warning_recovery",
    State.NO_DATA: "is_no_data_recovery",
}


def conditions_at(event: Event) -> set[str]:
    """The conditional variables that hold: the state's own, and those of the transition."""
    conditions = {_CONDITIONS[event.state]}
    if event.kind == "renotify":
        conditions.add("is_renotify")
    if event.kind == "recovery" and event.previous in _RECOVERIES:
        conditions.add(_RECOVERIES[event.previous])
    if event.previous is State.ALERT and event.state is State.WARN:
        conditions.add("is_alert_to_warning")
    return conditions


def notification(
    monitor: Monitor, timeline: GroupTimeline, event: Event, time_s: int, matching: Variables
) -> Notification:
    """Render what the monitor sends for an event.

    From Alert to Warn the recipients named under `is_alert_recovery` are notified too, though their text is not shown.
    """
    declared = None if monitor.priority is None else f"P{monitor.priority}"
    context = Context(variables_at(monitor, timeline, event, time_s, matching), conditions_at(event), declared)
    message, overridden = monitor.message.render(context)
    recipients = handles(message)
    if "is_alert_to_warning" in context.states:
        also = replace(context, states={*context.states, "is_alert_recovery"})
        recipients = tuple(dict.fromkeys((*recipients, *handles(monitor.message.render(also).text))))
    if event.kind == "renotify" and monitor.escalation is not None:
        escalation = monitor.escalation.render(context).text
        message = f"{message}\n\n{escalation}".strip()
        recipients = tuple(dict.fromkeys((*recipients, *handles(escalation))))
    if monitor.options.notification_preset_name in HIDES_HANDLES:
        message = without_handles(message)
    priority = overridden or declared
    return Notification(
        time_s,
        event.step,
        monitor.id,
        monitor.name,
        timeline.group,
        event.kind,
        event.state,
        _title(monitor, timeline.group, event, context, priority),
        message,
        recipients,
        priority,
        (*timeline.modelled, *of_messages(monitor)),
    )


def _title(monitor: Monitor, group: Group, event: Event, context: Context, priority: str | None) -> str:
    word = f"Re-{_WORDS[event.state]}" if event.kind == "renotify" else _WORDS[event.state]
    scope = f" on {{{','.join(sorted(group))}}}" if group and monitor.options.include_tags else ""
    prefix = f"[{priority}] " if priority else ""
    return f"{prefix}[{word}{scope}] {monitor.title.render(context).text}"
