"""A cloudflare.Worker with its versions, as the WorkersScript that it comes to: the one that is deployed.

Source: pulumi.com/registry/packages/cloudflare/api-docs (worker, workerversion, workersdeployment)
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from firedrill.declared.queue_consumers import consumed
from firedrill.resources import WORKER, WORKER_VERSION, WORKERS_DEPLOYMENT, WORKERS_SCRIPT, Resource, of_type

_OF_WORKER = ("accountId", "logpush", "observability")
_OF_VERSION = ("bindings", "compatibilityDate", "compatibilityFlags", "mainModule", "migrations")


def with_scripts(resources: Sequence[Resource]) -> list[Resource]:
    """The resources, each Worker as a WorkersScript with the code of the version that most requests reach.

    A Worker of which no version is deployed has no content, and one with several modules has `modules`. One that is
    the consumer of queues has their names in `queueConsumers`.
    """
    deployments = of_type(resources, WORKERS_DEPLOYMENT)
    versions = of_type(resources, WORKER_VERSION)
    scripts = [
        replace(each, type=WORKERS_SCRIPT, inputs=_inputs(each, _deployed(each, versions, deployments)))
        if each.type == WORKER
        else each
        for each in resources
    ]
    queues = consumed(resources)
    return [
        replace(each, inputs={**each.inputs, "queueConsumers": queues[each.inputs["scriptName"]]})
        if each.type == WORKERS_SCRIPT and each.inputs.get("scriptName") in queues
        else each
        for each in scripts
    ]


def _deployed(worker: Resource, versions: Sequence[Resource], deployments: Sequence[Resource]) -> Resource | None:
    own = [each for each in versions if each.inputs.get("workerId") in (worker.id, worker.inputs.get("name"))]
    shares = {
        str(each.get("versionId")): float(each.get("percentage") or 0)
        for deployment in deployments
        if deployment.inputs.get("scriptName") in (worker.id, worker.inputs.get("name"))
        for each in deployment.inputs.get("versions") or ()
    }
    reached = [each for each in own if each.id in shares or each.inputs.get("deploy")]
    return max(reached, key=lambda each: shares.get(each.id, 0), default=None)


def script_inputs(worker: Mapping[str, Any], version: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the WorkersScript that a Worker comes to with a version of it, given the inputs of both."""
    inputs: dict[str, Any] = {"scriptName": worker.get("name")}
    inputs |= {key: worker[key] for key in _OF_WORKER if key in worker}
    inputs |= {key: version[key] for key in _OF_VERSION if key in version}
    modules = version.get("modules") or []
    return {**inputs, **(_content(modules[0]) if len(modules) == 1 else {"modules": modules} if version else {})}


def _inputs(worker: Resource, version: Resource | None) -> dict[str, Any]:
    return script_inputs(worker.inputs, version.inputs if version else {})


def _content(module: Mapping[str, Any]) -> dict[str, Any]:
    if module.get("contentFile") is not None:
        return {"contentFile": module["contentFile"]}
    return {"content": base64.b64decode(module.get("contentBase64") or "").decode(errors="replace")}
