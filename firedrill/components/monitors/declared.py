"""Which monitors of the table a Worker gets: its own, then those of each class, composites only with all parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import BY_ID, MONITORS, MonitorSpec


@dataclass(frozen=True)
class DeclaredMonitor:
    """One monitor to declare; `settings` of a composite are those of its first part."""

    spec: MonitorSpec
    settings: MonitorSettings
    observed: ObservedClass | None = None
    """The class that it watches; None for the Worker."""

    @property
    def key(self) -> str:
        """Its id, after the class's tag if it watches one: `do-latency` of ChatRoom is `chatroom-do-latency`."""
        return _key(self.spec, self.observed)

    @property
    def parts(self) -> dict[str, str]:
        """Of a composite, the key of each part by its id."""
        if not isinstance(self.spec.query, Composite):
            return {}
        return {part: _key(BY_ID[part], self.observed) for part in self.spec.query.parts}


def declared(service: DeclaredWorker, *, reporter: bool, collector: bool = False) -> list[DeclaredMonitor]:
    """The monitors with settings, a composite after its parts; a part whose composites are off would tell nobody."""
    found = [
        DeclaredMonitor(spec, settings, observed)
        for observed in (None, *service.classes)
        for spec in MONITORS
        if (spec.scope == "class") == (observed is not None)
        and (reporter or not spec.needs_reporter)
        and (service.heartbeat or not spec.needs_heartbeat)
        and (collector or not spec.needs_collector)
        and (settings := _settings(spec, service, observed)) is not None
    ]
    parts = {key for monitor in found for key in monitor.parts.values()}
    return [monitor for monitor in found if monitor.spec.notify is not None or monitor.key in parts]


def former_keys(monitor: DeclaredMonitor, formerly_unnamed: str) -> list[str]:
    """Keys that the live monitor may have: with one of these it is kept, and its history and downtimes with it.

    The monitors of a class had its former name in their keys, those of class `formerly_unnamed` no name at all.
    """
    observed = monitor.observed
    if observed is None:
        return []
    renamed = [_key(monitor.spec, replace(observed, name=observed.renamed_from))] if observed.renamed_from else []
    return [*renamed, monitor.spec.id] if observed.name == formerly_unnamed else renamed


def _settings(spec: MonitorSpec, service: DeclaredWorker, observed: ObservedClass | None) -> MonitorSettings | None:
    if isinstance(spec.query, Composite):
        of_parts = [_settings(BY_ID[part], service, observed) for part in spec.query.parts]
        return None if None in of_parts else of_parts[0]
    own = observed.monitors if observed is not None and spec.scope == "class" else service.monitors
    return own.get(spec.id)


def _key(spec: MonitorSpec, observed: ObservedClass | None) -> str:
    return f"{observed.tag}-{spec.id}" if observed is not None and spec.scope == "class" else spec.id
