"""Rendered resources: what `firedrill render` prints and everything else reads (contract 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from firedrill.documents import mistakes_told
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.documents import json_value

WORKERS_SCRIPT = "cloudflare:index/workersScript:WorkersScript"
WORKER = "cloudflare:index/worker:Worker"
WORKER_VERSION = "cloudflare:index/workerVersion:WorkerVersion"
WORKERS_CRON_TRIGGER = "cloudflare:index/workersCronTrigger:WorkersCronTrigger"
WORKERS_DEPLOYMENT = "cloudflare:index/workersDeployment:WorkersDeployment"
ACCOUNT_TOKEN = "cloudflare:index/accountToken:AccountToken"  # noqa: S105 - a type
R2_BUCKET = "cloudflare:index/r2Bucket:R2Bucket"
QUEUE = "cloudflare:index/queue:Queue"
QUEUE_CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
LOGPUSH_JOB = "cloudflare:index/logpushJob:LogpushJob"
LOGS_PIPELINE = "datadog:index/logsCustomPipeline:LogsCustomPipeline"
LOGS_PIPELINE_ORDER = "datadog:index/logsPipelineOrder:LogsPipelineOrder"
LOGS_METRIC = "datadog:index/logsMetric:LogsMetric"
LOGS_INDEX = "datadog:index/logsIndex:LogsIndex"
LOGS_INDEX_ORDER = "datadog:index/logsIndexOrder:LogsIndexOrder"
MONITOR = "datadog:index/monitor:Monitor"
MONITOR_JSON = "datadog:index/monitorJson:MonitorJson"
MONITOR_NOTIFICATION_RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
SERVICE_LEVEL_OBJECTIVE = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
DASHBOARD = "datadog:index/dashboard:Dashboard"
DASHBOARD_JSON = "datadog:index/dashboardJson:DashboardJson"
LOGS_ARCHIVE = "datadog:index/logsArchive:LogsArchive"
LOGS_ARCHIVE_ORDER = "datadog:index/logsArchiveOrder:LogsArchiveOrder"
LOGS_RESTRICTION_QUERY = "datadog:index/logsRestrictionQuery:LogsRestrictionQuery"
DOWNTIME_SCHEDULE = "datadog:index/downtimeSchedule:DowntimeSchedule"
DOWNTIME = "datadog:index/downtime:Downtime"
OBSERVED_SERVICE = "firedrill:components:ObservedService"
"""The component that holds all that is declared for one Worker; its inputs say what is observed."""

SECRET = "[secret]"  # noqa: S105 - shown instead of a secret


@dataclass(frozen=True)
class Resource:
    """One resource as declared: Pulumi `type` token, `name`, `urn`, `parent` urn ("" for none), provider `inputs`.

    `inputs` has the provider's camelCase keys; a secret input is replaced by `SECRET` and named in `secret_inputs`.
    `id` is made up but stable, numeric where the vendor's is: composite monitors refer to others by it. `protect` is
    Pulumi's option that refuses a deletion; `aliases` are the URNs that it may be live under.
    """

    type: str
    name: str
    urn: str
    id: str
    inputs: dict[str, Any]
    parent: str = ""
    depends_on: tuple[str, ...] = ()
    secret_inputs: tuple[str, ...] = ()
    protect: bool = False
    aliases: tuple[str, ...] = ()

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
            "protect": self.protect,
            "aliases": list(self.aliases),
        }


def dumps(resources: Iterable[Resource]) -> str:
    """Sorted, indented JSON: the same resources always give the same bytes."""
    ordered = sorted(resources, key=lambda resource: resource.urn)
    return json.dumps([resource.to_json() for resource in ordered], indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def loads(text: str | bytes, place: str) -> list[Resource]:
    """Read rendered resources (UTF-8); `place` names the text in errors. Raises FiredrillError when it is not."""
    try:
        return [_resource(number, entry) for number, entry in enumerate(_entries(text, place), start=1)]
    except _NotRendered as error:
        raise FiredrillError(
            f"{place} is not a list of rendered resources ({error}); create it with: firedrill render"
        ) from error


def of_type(resources: Iterable[Resource], token: str) -> list[Resource]:
    """The resources with that type token, in their order."""
    return [resource for resource in resources if resource.type == token]


class _NotRendered(Exception):
    """What is not as `dumps` writes it."""


_TYPES = {
    **dict.fromkeys(("type", "name", "urn", "id", "parent"), str),
    "inputs": dict,
    **dict.fromkeys(("dependsOn", "secretInputs"), list),
}
_LATER = {"protect": bool, "aliases": list}
"""Files from before these keys are read too."""


def _entries(text: str | bytes, place: str) -> list[Any]:
    with mistakes_told("Create rendered resources with: firedrill render"):
        entries = json_value(text, place)
    if not isinstance(entries, list):
        raise _NotRendered("it is not a list")
    return entries


def _resource(number: int, entry: Any) -> Resource:
    if not isinstance(entry, dict):
        raise _NotRendered(f"entry {number} is not an object")
    for key in _TYPES:
        if key not in entry:
            raise _NotRendered(f"entry {number} has no {key!r}")
    for key, kind in (_TYPES | _LATER).items():
        if key in entry and not isinstance(entry[key], kind):
            raise _NotRendered(f"entry {number}: {key!r} is {entry[key]!r}")
    return Resource(
        type=entry["type"],
        name=entry["name"],
        urn=entry["urn"],
        id=entry["id"],
        inputs=entry["inputs"],
        parent=entry["parent"],
        depends_on=tuple(entry["dependsOn"]),
        secret_inputs=tuple(entry["secretInputs"]),
        protect=entry.get("protect", False),
        aliases=tuple(entry.get("aliases", ())),
    )
