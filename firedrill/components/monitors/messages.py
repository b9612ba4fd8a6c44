"""What a monitor says when it notifies: what happened, the value, the threshold, where to read on, who is told.

Source: docs.datadoghq.com/monitors/notify/variables
"""

from __future__ import annotations

from dataclasses import dataclass

from firedrill.components.monitors.declared import DeclaredMonitor
from firedrill.components.monitors.queries import number
from firedrill.vendors.datadog.rules.windows import parse_window


@dataclass(frozen=True)
class Handles:
    """Who is told: `page` wakes somebody up, `chat` informs. Warnings only inform.

    Messages name nobody of those that are `routed`: notification rules do.
    """

    page: str
    chat: str
    routed: frozenset[str] = frozenset()

    def of(self, notify: str | None) -> str:
        """Whom a message names."""
        return "" if notify is None or notify in self.routed else {"page": self.page, "chat": self.chat}[notify]


def message(monitor: DeclaredMonitor, runbook: str, handles: Handles) -> str:
    """The message template of a monitor: one block per thing that can happen, then the link to its `runbook`.

    A composite shows the value and the threshold of its first part.
    """
    spec, settings = monitor.spec, monitor.settings
    told = handles.of(spec.notify)
    filled = {key: f"{{{{{key}.name}}}}" for key in spec.query.by}
    if monitor.observed:
        filled["class"] = monitor.observed.name
    threshold = "{{threshold}}" if spec.has_settings else number(settings.critical)
    value = "{{value}}" if spec.has_settings else "{{a.value}}"

    window = parse_window(settings.window)
    assert window is not None, settings.window

    def say(sentence: str, threshold: str) -> str:
        return sentence.format(value=value, threshold=threshold, window=window.in_words, **filled)

    blocks = [block("is_alert", say(spec.finding, threshold), told)]
    if spec.has_settings and settings.warning is not None:
        blocks.append(block("is_warning", say(spec.finding, "{{warn_threshold}}"), told and handles.chat))
    if spec.on_missing_data == "show_and_notify_no_data":
        of = "".join(f" of {filled[key]}" for key in spec.query.by)
        blocks.append(block("is_no_data", f"Nothing{of} was received in {window.in_words}.", told))
    blocks.append(block("is_recovery", say(spec.recovered, threshold), told))
    return "\n".join([*blocks, f"Runbook: {runbook}"])


def block(condition: str, sentence: str, handle: str) -> str:
    """A conditional block; a handle ends its line, since Datadog takes everything up to white space for its name."""
    return f"{{{{#{condition}}}}}\n{f'{sentence} {handle}' if handle else sentence}\n{{{{/{condition}}}}}"
