"""Datadog monitors.

Sources: docs.datadoghq.com/api/latest/monitors (create, validate, delete),
pulumi.com/registry/packages/datadog/api-docs/monitor
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import MONITOR, SERVICE_LEVEL_OBJECTIVE
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.from_pulumi.monitors import MONITOR_DEFAULTS
from firedrill.vendors.datadog.monitors import (
    CompositeSyntaxError,
    Problem,
    check_monitors,
    compile_composite,
)
from firedrill.vendors.datadog.monitors.problems import UNSUPPORTED
from firedrill.vendors.datadog.objectives import compilers_with
from firedrill.vendors.datadog.rules.monitors import METRIC_TYPES, SLO_ALERT
from firedrill.vendors.errors import FiredrillError, Unsupported, as_one

_FIRST_ID = 10_000_000
_NOT_SENT = ("forceDelete", "validate")
"""Inputs that are for the provider alone."""


class Monitor(ResourceType):
    """`datadog.Monitor`, validated at each preview as the provider does."""

    token = MONITOR
    noun = "monitor"
    required = ("name", "type", "query", "message")
    defaults: ClassVar[Mapping[str, Any]] = {"draftStatus": "published"} | {
        re.sub(r"_(.)", lambda match: match[1].upper(), name): value for name, value in MONITOR_DEFAULTS.items()
    }
    immutable = ("type",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """Everything but whether the monitors of a composite exist, or the SLO of an alert."""
        api = {**from_pulumi.monitor(inputs), "id": "new"}
        problems = check_monitors([api], other_ids=_parts(inputs))[1]
        later = "evaluation" if inputs["type"] == SLO_ALERT else ""
        _raise(inputs["name"], [each for each in problems if each.rule != later])

    def comparable(self, inputs: Json) -> Json:
        """Tags have no order, thresholds are numbers, and Datadog calls a metric alert a query alert."""
        result = super().comparable(inputs)
        if result.get("type") in METRIC_TYPES:
            result["type"] = METRIC_TYPES[-1]
        if isinstance(result.get("tags"), list):
            result["tags"] = sorted(map(str, result["tags"]))
        thresholds = result.get("monitorThresholds")
        if isinstance(thresholds, dict):
            result["monitorThresholds"] = {key: _number(value) for key, value in thresholds.items()}
        return result

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A number."""
        id_ = str(_FIRST_ID + state.number())
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """It must not be the same as another one, and what a composite names has to exist and to fit."""
        inputs = revealed(entry.inputs)
        place = self.place(inputs)
        for other, existing in state.of(self.token).items():
            same_name = other != key and revealed(existing.inputs["name"]) == inputs["name"]
            if same_name and self._sent(existing.inputs) == self._sent(inputs):
                raise FiredrillError(f"{place}: Duplicate of an existing monitor_id:{other}; import it, or change one.")
        if inputs["type"] == SLO_ALERT:
            slos = {
                id_: from_pulumi.service_level_objective(revealed(slo.inputs))
                for id_, slo in state.of(SERVICE_LEVEL_OBJECTIVE).items()
            }
            own = {**from_pulumi.monitor(inputs), "id": key}
            _raise(inputs["name"], check_monitors([own], compilers_with(slos))[1])
        parts = _parts(inputs)
        if not parts:
            return
        missing = [part for part in parts if part not in state.of(self.token)]
        if missing:
            raise FiredrillError(
                f"{place}: Some monitor IDs are invalid: there is no monitor {', '.join(missing)}; change the query."
            )
        composed = [{**from_pulumi.monitor(revealed(state.of(self.token)[part].inputs)), "id": part} for part in parts]
        problems = check_monitors([{**from_pulumi.monitor(inputs), "id": key}, *composed])[1]
        _raise(inputs["name"], [problem for problem in problems if problem.monitor == inputs["name"]])

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Not while a composite names it, unless it is forced."""
        users = [id_ for id_, other in state.of(self.token).items() if key in _parts(revealed(other.inputs))]
        if users and not entry.inputs.get("forceDelete"):
            raise FiredrillError(
                f"{self.place(entry.inputs)}: monitor [{key}] is referenced in composite monitors:"
                f" [{', '.join(users)}]; delete those first, or set forceDelete."
            )

    def _sent(self, inputs: Json) -> Json:
        return {key: value for key, value in self.comparable(revealed(inputs)).items() if key not in _NOT_SENT}


def _parts(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that a composite names; none for another monitor, or for a query that is no such expression."""
    if inputs["type"] != "composite":
        return ()
    try:
        return compile_composite(inputs["query"]).ids
    except CompositeSyntaxError:
        return ()


def _raise(name: str, problems: Sequence[Problem]) -> None:
    place = f"monitor {name!r}"
    mistakes: list[FiredrillError] = [
        Unsupported(problem.text, place) if problem.rule in UNSUPPORTED else FiredrillError(f"{place}: {problem.text}.")
        for problem in problems
        if problem.rule != "warning"
    ]
    if mistakes:
        raise as_one(mistakes)


def _number(value: Any) -> Any:
    """A threshold, which the provider also takes as text."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
