"""The monitors of each Worker and class: the stack's under the Worker's under the class's, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from firedrill.components.config.advice import Advice
from firedrill.components.monitor_settings import MonitorSettings, breaches
from firedrill.components.monitors import guards
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import BY_ID
from firedrill.components.problems import Problem
from firedrill.vendors.rules.models import faults, field_names

CONFIGURABLE_MONITORS = tuple(spec.id for spec in BY_ID.values() if spec.has_settings)
OF_WORKERS = tuple(name for name in CONFIGURABLE_MONITORS if BY_ID[name].scope == "worker")
OF_CLASSES = tuple(name for name in CONFIGURABLE_MONITORS if BY_ID[name].scope == "class")


@dataclass(frozen=True)
class Level:
    """What one place of the config says of monitors: by id the fields that differ, or False for "not declared"."""

    path: str
    monitors: Mapping[str, Any]


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
        given = [level.path for level in self.levels if _gives(level.monitors.get(name), key)]
        given = given or [level.path for level in self.levels if _gives(level.monitors.get(name), "")]
        path = f"{given[-1]}.{name}"
        return f"{path}.{key}" if key else path


def level(path: str, given: Any, known: Sequence[str], advice: Advice) -> tuple[Level, list[Problem]]:
    """What `given` at `path` says of the monitors that are `known` there, and what in it says nothing."""
    if not isinstance(given, dict):
        return Level(path, {}), [advice.wrong(path, given, "an object: monitor ids with fields each")]
    found = []
    for name, fields in given.items():
        if name not in known:
            found.append(advice.unknown(f"{path}.{name}", name, "a monitor with thresholds of its own here", known))
        elif not isinstance(fields, dict) and fields is not False:
            allowed = f"fields ({', '.join(field_names(MonitorSettings))}), or false: not declared"
            found.append(advice.wrong(f"{path}.{name}", fields, allowed))
    return Level(path, {k: v for k, v in given.items() if k in known and (isinstance(v, dict) or v is False)}), found


def resolve(names: Sequence[str], levels: Sequence[Level], advice: Advice) -> tuple[Resolved, list[Problem]]:
    """The monitors `names` as the last of `levels` leaves them, and what is wrong with them."""
    monitors: dict[str, MonitorSettings | Literal[False]] = {}
    resolved = Resolved(monitors, levels)
    found = []
    for name in names:
        fields = _layered([level.monitors[name] for level in levels if name in level.monitors])
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
            for breach in breaches(query.comparator, settings)
        ]
    return resolved, [*found, *_guarded(resolved, advice)]


def _guarded(resolved: Resolved, advice: Advice) -> list[Problem]:
    """What makes a traffic guard useless."""
    found = []
    for where, value, allowed in guards.problems(resolved.monitors):
        name, _, key = where.partition(".")
        found.append(advice.wrong(resolved.place(name, key), value, allowed))
    return found


def _layered(given: Sequence[Any]) -> dict[str, Any] | None:
    """The fields of each place over those of the one before; None when the last word is False."""
    fields: dict[str, Any] = {}
    for each in given:
        fields |= each or {}
    return None if given and given[-1] is False else fields


def _gives(fields: Any, key: str) -> bool:
    return fields is not None and (not key or (fields is not False and key in fields))
