"""Rendered resources: what `firedrill render` prints and everything else reads (contract 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from firedrill.errors import FiredrillError

WORKERS_SCRIPT = "cloudflare:index/workersScript:WorkersScript"
LOGPUSH_JOB = "cloudflare:index/logpushJob:LogpushJob"
LOGS_PIPELINE = "datadog:index/logsCustomPipeline:LogsCustomPipeline"
LOGS_METRIC = "datadog:index/logsMetric:LogsMetric"
MONITOR = "datadog:index/monitor:Monitor"

SECRET = "[secret]"  # noqa: S105 - what stands in the place of a secret


@dataclass(frozen=True)
class Resource:
    """One resource as declared: Pulumi `type` token, `name`, `urn`, `parent` urn ("" for none), provider `inputs`.

    `inputs` has the provider's camelCase keys; a secret input is replaced by `SECRET` and named in `secret_inputs`.
    `id` is made up but stable, numeric where the vendor's is: composite monitors refer to others by it.
    """

    type: str
    name: str
    urn: str
    id: str
    inputs: dict[str, Any]
    parent: str = ""
    depends_on: tuple[str, ...] = ()
    secret_inputs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object of contract 2."""
        return {
            "type": self.type,
            "name": self.name,
            "urn": self.urn,
            "id": self.id,
            "parent": self.parent,
            "inputs": self.inputs,
            "dependsOn": list(self.depends_on),
            "secretInputs": list(self.secret_inputs),
        }


def dumps(resources: Iterable[Resource]) -> str:
    """Sorted, indented JSON: the same resources always give the same bytes."""
    ordered = sorted(resources, key=lambda resource: resource.urn)
    return json.dumps([resource.to_json() for resource in ordered], indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def loads(text: str, place: str) -> list[Resource]:
    """Read rendered resources; `place` names the text in errors. Raises FiredrillError when it is something else."""
    try:
        return [_resource(entry) for entry in json.loads(text)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FiredrillError(
            f"{place} is not a list of rendered resources ({error!r}); make it with: firedrill render"
        ) from error


def of_type(resources: Iterable[Resource], token: str) -> list[Resource]:
    """The resources with that type token, in their order."""
    return [resource for resource in resources if resource.type == token]


def _resource(entry: dict[str, Any]) -> Resource:
    return Resource(
        type=entry["type"],
        name=entry["name"],
        urn=entry["urn"],
        id=entry["id"],
        inputs=dict(entry["inputs"]),
        parent=entry["parent"],
        depends_on=tuple(entry["dependsOn"]),
        secret_inputs=tuple(entry["secretInputs"]),
    )
