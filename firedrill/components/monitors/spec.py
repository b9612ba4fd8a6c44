"""What a monitor of the table is: data, from which its inputs are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from firedrill.components.danger_settings import Tell
from firedrill.components.monitors.queries import Composite, Query

# Source: docs.datadoghq.com/monitors/configuration (no data)
OnMissingData = Literal["default", "show_no_data", "show_and_notify_no_data", "resolve"]


@dataclass(frozen=True)
class MonitorSpec:
    """One monitor of a Worker, or of each of its classes (`scope`).

    `finding` and `recovered` are its sentences: `{value}`, `{threshold}`, `{window}`, the keys that the query groups by
    and the `{class}` of a class's monitor are filled in. `notify` is who hears of it: nobody of a composite's part.
    `danger` is the one that it is there to tell, "" for a part.
    `on_missing_data` decides what a window without points means; by default a count is 0 then and anything else keeps
    its state. `needs_reporter`, `needs_heartbeat`, `needs_collector`: declared only where a reporter is configured, a
    heartbeat is sent, or a collector brings Cloudflare's own metrics. `late` is how many seconds at least it waits for
    points that come later than those of logs.
    """

    id: str
    title: str
    query: Query
    finding: str
    recovered: str
    danger: str = ""
    scope: Literal["worker", "class"] = "worker"
    notify: Tell | None = "chat"
    priority: Literal[1, 2, 3, 4, 5] = 3
    on_missing_data: OnMissingData = "default"
    needs_reporter: bool = False
    needs_heartbeat: bool = False
    needs_collector: bool = False
    late: int = 0

    @property
    def has_settings(self) -> bool:
        """Whether the config gives it a window and thresholds: a composite has those of its parts."""
        return not isinstance(self.query, Composite)
