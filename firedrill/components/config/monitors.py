"""The monitors of each Worker and class: the stack's under the Worker's under the class's, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import ValidationError

from firedrill.components.config.advice import Advice
from firedrill.components.config.levels import Level, Sort, layered
from firedrill.components.monitor_settings import MonitorSettings, breaches
from firedrill.components.monitors import guards
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import BY_ID, CONFIGURABLE_MONITORS, MONITORS
from firedrill.components.problems import Problem
from firedrill.vendors.rules.models import faults

SORT = Sort("monitor", MonitorSettings, "a monitor with thresholds of its own here", "not declared")
OF_WORKERS = tuple(name for name in CONFIGURABLE_MONITORS if BY_ID[name].scope == "worker")
OF_CLASSES = tuple(name for name in CONFIGURABLE_MONITORS if BY_ID[name].scope == "class")


@dataclass(frozen=True)
class Resolved:
    """Monitors by id, False for "not declared", and what tells where the config has each of their fields from."""

    monitors: Mapping[str, MonitorSettings | Literal[False]]
    levels: Sequence[Level]

    @property
    def declared(self) -> dict[str, MonitorSettings]:
        """Those that are."""
        return {name: settings for name, settings in self.monitors.items() if settings is not False}

    def place(self, name: str, key: str = "") -> str:
        """The path where the field `key` of the monitor was given last; where the monitor was, if nobody gave that."""
        given = self.given(name, key)
        path = f"{self.levels[given if given >= 0 else self.given(name, '')].path}.{name}"
        return f"{path}.{key}" if key else path

    def given(self, name: str, key: str) -> int:
        """At which of the levels the field `key` of the monitor was given last, or the monitor for ""; -1 for none."""
        return max((at for at, each in enumerate(self.levels) if _gives(each.fields.get(name), key)), default=-1)


def switched_off(given: Any, advice: Advice) -> tuple[Level, list[Problem]]:
    """False for each monitor that is switched off, for a composite's first part; and ids that tell nobody anything."""
    if not isinstance(given, dict):
        return Level("switchedOff", {}), []  # told as a wrong value of its key
    known = [spec.id for spec in MONITORS if spec.notify]
    strangers = [id_ for id_ in given if id_ not in known]
    found = [advice.unknown(f"switchedOff.{id_}", id_, "a monitor that tells somebody", known) for id_ in strangers]
    queries = {id_: BY_ID[id_].query for id_ in given if id_ in known}
    off = {query.parts[0] if isinstance(query, Composite) else id_: False for id_, query in queries.items()}
    return Level("switchedOff", off), found


def resolve(names: Sequence[str], levels: Sequence[Level], advice: Advice) -> tuple[Resolved, list[Problem]]:
    """The monitors `names` as the last of `levels` leaves them, and what is wrong with them."""
    monitors: dict[str, MonitorSettings | Literal[False]] = {}
    resolved = Resolved(monitors, levels)
    found = []
    for name in names:
        fields = layered([level.fields[name] for level in levels if name in level.fields])
        if fields is None:
            monitors[name] = False
            continue
        try:
            settings = MonitorSettings.model_validate(fields)
        except ValidationError as error:
            for fault in faults(MonitorSettings, error):
                found.append(advice.invalid(fault, resolved.place(name, str(fault.path[0])).rpartition(".")[0]))
            continue
        monitors[name] = settings
        query = BY_ID[name].query
        assert not isinstance(query, Composite)  # it has no settings
        found += [
            advice.told(resolved.place(name, breach.field), breach.value, breach.allowed)
            for breach in breaches(query.comparator, query.reach, settings, partial(resolved.given, name))
        ]
    return resolved, [*found, *_guarded(resolved, advice)]


def _guarded(resolved: Resolved, advice: Advice) -> list[Problem]:
    """What makes a traffic guard useless."""
    found = []
    for where, value, allowed in guards.problems(resolved.monitors):
        name, _, key = where.partition(".")
        found.append(advice.wrong(resolved.place(name, key), value, allowed))
    return found


def _gives(fields: Any, key: str) -> bool:
    return fields is not None and (not key or (fields is not False and key in fields))
