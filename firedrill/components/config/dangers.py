"""The dangers of each Worker: the stack's under the Worker's, field by field."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from firedrill.components.config.advice import Advice
from firedrill.components.config.keys import declared_keys
from firedrill.components.config.levels import Level, Sort, layered
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.problems import Problem
from firedrill.vendors.rules.models import faults

SORT = Sort("danger", DangerSettings, "a danger", "nobody has to hear of it")


def known() -> tuple[str, ...]:
    """The ids of all dangers."""
    return tuple(declared_keys()["dangers"].default)


def resolve(levels: Sequence[Level], advice: Advice) -> tuple[dict[str, DangerSettings], list[Problem]]:
    """The dangers as the last of `levels` leaves them, without those that are false, and what is wrong with them."""
    dangers, found = {}, []
    for name in known():
        giving = [level for level in levels if name in level.fields]
        fields = layered([level.fields[name] for level in giving])
        if fields is None:
            continue
        path = f"{giving[-1].path}.{name}"
        try:
            settings = DangerSettings.model_validate(fields)
        except ValidationError as error:
            found += [advice.invalid(fault, path) for fault in faults(DangerSettings, error)]
            continue
        if settings.quiet >= settings.size:
            found.append(advice.wrong(f"{path}.quiet", settings.quiet, f"less than its size, {settings.size:g}"))
        dangers[name] = settings
    return dangers, found
