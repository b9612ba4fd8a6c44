"""The entries of `workers` as services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.components import names
from firedrill.components.config.advice import Advice
from firedrill.components.config.monitors import Resolved
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.model import ByWrangler, DeclaredWorker, Managed, Observability, ObservedClass, Routing
from firedrill.components.monitors.table import CONFIGURABLE_MONITORS
from firedrill.components.problems import Problem
from firedrill.components.routing_settings import Route
from firedrill.components.settings import Settings
from firedrill.components.worker.further import api_binding
from firedrill.components.worker_settings import WorkerSettings
from firedrill.vendors.cloudflare.rules.scripts import SCRIPT_NAME

JURISDICTION = "JURISDICTION"
"""The text binding that names the jurisdiction of a Worker's objects: no upload can set it, only code that finds them.

Source: developers.cloudflare.com/durable-objects/reference/data-location
"""


def name_problems(stack: Settings, workers: Mapping[str, WorkerSettings], advice: Advice) -> list[Problem]:
    """What is wrong with the Workers' names at Cloudflare, default ones included."""
    found = []
    first: dict[str, str] = {}
    for key, worker in workers.items():
        name = _script_name(stack, key, worker)
        if len(name) > (SCRIPT_NAME.most or len(name)):
            allowed = f"{SCRIPT_NAME.allowed}; the default, {name!r}, is longer"
            found.append(advice.missing(f"workers.{key}.name", allowed))
        elif first.setdefault(name, key) != key:
            allowed = f"another name than that of workers.{first[name]}: there is one Worker of a name in an account"
            found.append(advice.wrong(f"workers.{key}.name", name, allowed))
    return found


def heartbeat_problems(stack: Settings, workers: Mapping[str, WorkerSettings], advice: Advice) -> list[Problem]:
    """What is wrong with the Workers that are to be sent a heartbeat."""
    named = {} if isinstance(stack.heartbeat, bool) else stack.heartbeat
    found = [advice.unknown(f"heartbeat.{key}", key, "a Worker", list(workers)) for key in named if key not in workers]
    for key, worker in workers.items():
        beats = stack.heartbeat is True or key in named
        if beats and named.get(key, True) is True and not (worker.managed and worker.workers_dev):
            why = "workersDev is false" if worker.managed else "Wrangler deploys it"
            found.append(advice.missing(f"heartbeat.{key}", f"the https address where callers reach it, since {why}"))
        if beats and not worker.drill:
            allowed = f"{WorkerSettings.model_fields['drill'].description}, with the canary requests that are sent"
            found.append(advice.missing(f"workers.{key}.drill", allowed))
    return found


def routing_problems(stack: Settings, advice: Advice) -> list[Problem]:
    """What is wrong with who is told by rules, and with when a deployment mutes."""
    found = []
    routes: Mapping[str, Route] = {str(level): route for level, route in stack.routes.items()}
    for level, handle in (("page", stack.notify_page), ("chat", stack.notify_chat)):
        route = routes.get(level)
        if route and handle not in route.to:
            key = f"notify{level.capitalize()}"
            allowed = f"a list with {handle!r} in it, since {key} is promised to hear of it"
            found.append(advice.wrong(f"routes.{level}.to", list(route.to), allowed))
    window = stack.deploy_window
    if bool(window.start) != bool(window.end):
        missing = "end" if window.start else "start"
        found.append(advice.missing(f"deployWindow.{missing}", "a time such as 2027-01-02T03:04:05Z"))
    elif window.start and window.end <= window.start:
        found.append(advice.wrong("deployWindow.end", window.end, f"a time after deployWindow.start, {window.start}"))
    elif window.rrule and window.start and window.minutes < 1:
        allowed = f"a time at least a minute after deployWindow.start, {window.start}"
        found.append(advice.wrong("deployWindow.end", window.end, allowed))
    elif window.rrule and not window.start:
        found.append(advice.missing("deployWindow.start", "when the first window begins, as 2027-01-02T03:04:05Z"))
    found += [
        advice.unknown(f"deployWindow.mutes[{index}]", each, f"a monitor but {each!r}", CONFIGURABLE_MONITORS)
        for index, each in enumerate(window.mutes)
        if each not in CONFIGURABLE_MONITORS
    ]
    return found


def destination_problems(stack: Settings, workers: Mapping[str, WorkerSettings], advice: Advice) -> list[Problem]:
    """What is wrong with the Workers and with the values by which destinations choose their records."""
    found = []
    for name, each in stack.destinations.items():
        path = f"destinations.{name}"
        found += [
            advice.unknown(f"{path}.workers", key, "a Worker", list(workers))
            for key in each.workers
            if key not in workers
        ]
        for chosen, left_out, field in (
            (each.outcomes, each.without_outcomes, "withoutOutcomes"),
            (each.event_types, each.without_event_types, "withoutEventTypes"),
        ):
            if chosen and left_out:
                reason = "what it gets is listed already: all others are left out"
                found.append(advice.unwanted(f"{path}.{field}", list(left_out), reason))
    return found


def service(
    stack: Settings,
    key: str,
    worker: WorkerSettings,
    monitors: Resolved,
    of_classes: Mapping[str, Resolved],
    dangers: Mapping[str, DangerSettings],
) -> DeclaredWorker:
    """One Worker of the stack; `of_classes` are the monitors of its classes by name."""
    return DeclaredWorker(
        key=key,
        script_name=_script_name(stack, key, worker),
        script=_managed(stack, worker) if worker.managed else ByWrangler(worker.wrangler, worker.wrangler_environment),
        classes=tuple(
            ObservedClass(
                name=name,
                binding=of.binding or "",
                operations=of.operations,
                errors=of.errors,
                counted_by=of.counted_by,
                monitors=of_classes[name].declared,
                renamed_from=of.renamed_from,
            )
            for name, of in worker.classes.items()
        ),
        drill=worker.drill,
        title=f"{key} {stack.environment}",
        prefix=names.metric_prefix(key, stack.environment),
        scope=names.log_scope(stack.log_source, key, stack.environment),
        tags=tuple(names.tags(stack.environment, stack.team, key)),
        monitors=monitors.declared,
        dangers=dangers,
        renamed_from=worker.renamed_from,
        heartbeat=_heartbeat(stack, key, worker),
    )


def _heartbeat(stack: Settings, key: str, worker: WorkerSettings) -> str:
    """The address that the heartbeat of a Worker is sent to; "" for none."""
    given = stack.heartbeat if isinstance(stack.heartbeat, bool) else stack.heartbeat.get(key, False)
    if isinstance(given, str):
        return given
    return names.worker_url(_script_name(stack, key, worker), stack.workers_subdomain) if given else ""


def _managed(stack: Settings, worker: WorkerSettings) -> Managed:
    return Managed(
        entry=worker.entry,
        compatibility_date=worker.compatibility_date or stack.compatibility_date,
        variables={**({JURISDICTION: stack.region} if stack.region != "any" else {}), **worker.variables},
        known_tags=worker.migrations,
        deleted_classes=worker.deleted_classes,
        observability=Observability(worker.export_logs, worker.export_traces, worker.store_logs),
        bindings=tuple(api_binding(name, fields) for name, fields in worker.bindings.items()),
        upload=_upload(worker),
        routing=Routing(
            crons=worker.crons,
            routes=tuple(each.upload for each in worker.routes),
            domains=tuple(each.upload for each in worker.domains),
            queues={name: each.upload for name, each in worker.queue_consumers.items()},
            workers_dev=worker.workers_dev,
            preview_urls=worker.preview_urls,
        ),
    )


def _upload(worker: WorkerSettings) -> dict[str, Any]:
    """What the config gives of the upload besides code, bindings and migrations (API JSON)."""
    blocks = ("assets", "placement", "limits", "cache_options", "observability")
    given = {name: block.upload for name in blocks if (block := getattr(worker, name)) is not None}
    if worker.compatibility_flags:
        given["compatibility_flags"] = list(worker.compatibility_flags)
    if worker.tail_consumers:
        given["tail_consumers"] = [each.upload for each in worker.tail_consumers]
    return given


def _script_name(stack: Settings, key: str, worker: WorkerSettings) -> str:
    return worker.name or f"{key}-{stack.environment}"
