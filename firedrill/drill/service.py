"""What is declared for each Worker, compiled once: every vendor rule that can refuse it does so here, all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource, of_type
from firedrill.scenarios.watched import Watch, WatchedClass
from firedrill.vendors.cloudflare import from_pulumi as cloudflare
from firedrill.vendors.cloudflare.job import Job, compile_jobs, obstacles
from firedrill.vendors.cloudflare.rules.destinations.check import kind_of
from firedrill.vendors.cloudflare.script import bound_classes, check_script, live_before
from firedrill.vendors.datadog import from_pulumi as datadog
from firedrill.vendors.datadog.log_metrics import LogMetrics, compile_metrics
from firedrill.vendors.datadog.monitors import COMPILERS, Composite, Monitor, parse_monitors
from firedrill.vendors.datadog.pipelines import Pipelines, compile_pipelines
from firedrill.vendors.datadog.queries import MonitorQuery
from firedrill.vendors.datadog.rules.monitors import METRIC_TYPES
from firedrill.vendors.errors import FiredrillError, Mistakes

T = TypeVar("T")
DRILL_FILE = "worker/drill.yaml"
"""The drill file of resources that do not name one: those from before there were several Workers."""
OBSERVED_SERVICE = "firedrill:components:ObservedService"
"""The component that holds all that is declared for one Worker; its inputs say what is observed."""
_FED = {kind: COMPILERS[kind] for kind in METRIC_TYPES}
"""The drill feeds metrics: a monitor of indexed logs, events or check runs would never fire, so its type is refused."""

DELIVERY_MINUTES = 3
"""For a batch to fill, to be uploaded and to be evaluated at the next full minute."""


@dataclass(frozen=True)
class Service:
    """What a stack declares for one Worker, ready to run.

    `watches` has each monitor by its Datadog id. `drill` is the path of the drill file, "" for none.
    """

    name: str
    script: Mapping[str, Any]
    job: Job
    pipelines: Pipelines
    metrics: LogMetrics
    monitors: Sequence[Monitor]
    watches: Mapping[str, Watch]
    drill: str = ""
    classes: Mapping[str, WatchedClass] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The name by which the drill calls each monitor, by its Datadog id."""
        return {id_: watch.name for id_, watch in self.watches.items()}


def compile_services(resources: Sequence[Resource]) -> list[Service]:
    """Compile rendered resources, by Worker; without an ObservedService among them, all are taken to be of one Worker.

    Raises FiredrillError with every problem found, one a line.
    """
    mistakes = Mistakes()
    services = []
    partition = _partition(resources)
    for component, parts in partition:
        with mistakes.collect():
            services.append(_compile(component, parts))
    of_workers = {part.urn for _, parts in partition for part in parts}
    with mistakes.collect():
        compile_jobs(_jobs([each for each in resources if each.urn not in of_workers]))
    mistakes.raise_all()
    return services


def idle_jobs(resources: Sequence[Resource]) -> list[str]:
    """One problem per job that delivers elsewhere than to Datadog and is disabled, which no monitor would tell."""
    others = [job for job in _jobs(resources) if kind_of(job["destination_conf"]) != "datadog"]
    return [problem for job in others for problem in obstacles(job.get("name") or "", bool(job.get("enabled")))]


def _jobs(resources: Sequence[Resource]) -> list[dict[str, Any]]:
    return [cloudflare.logpush_job(each.inputs) for each in of_type(resources, LOGPUSH_JOB)]


def _partition(resources: Sequence[Resource]) -> list[tuple[Resource | None, list[Resource]]]:
    """Each ObservedService with the resources below it."""
    components = of_type(resources, OBSERVED_SERVICE)
    if not components:
        return [(None, list(resources))]
    parents = {resource.urn: resource.parent for resource in resources}

    def is_below(urn: str, component: Resource) -> bool:
        while urn and urn != component.urn:
            urn = parents.get(urn, "")
        return bool(urn)

    return [(each, [part for part in resources if is_below(part.urn, each)]) for each in components]


def _compile(component: Resource | None, parts: Sequence[Resource]) -> Service:
    mistakes = Mistakes()

    def attempt(build: Callable[[], T]) -> T:
        with mistakes.collect():
            return build()
        return None  # a mistake ends the compilation below

    props = component.inputs if component else {}
    place = f"Worker {component.name!r}" if component else "the stack"
    script_inputs = attempt(lambda: props.get("script") or _only(parts, WORKERS_SCRIPT, place).inputs)
    script = cloudflare.workers_script(script_inputs) if script_inputs else None
    job = attempt(lambda: _feeding(parts, place))
    pipeline_specs = attempt(lambda: [datadog.pipeline(each.inputs) for each in of_type(parts, LOGS_PIPELINE)])
    metric_specs = attempt(lambda: [datadog.logs_metric(each.inputs) for each in of_type(parts, LOGS_METRIC)])
    pipelines = attempt(lambda: compile_pipelines(pipeline_specs or ()))
    metrics = attempt(lambda: compile_metrics(metric_specs or ()))
    specs = [{**datadog.monitor(each.inputs), "id": each.id} for each in of_type(parts, MONITOR)]
    monitors = attempt(lambda: parse_monitors(specs, _FED))
    if script:
        attempt(lambda: check_script(script, live_before(script)))
    mistakes.raise_all()
    assert script is not None
    declared_classes = {name: _watched(declared) for name, declared in props.get("classes", {}).items()}
    classes = declared_classes or dict.fromkeys(bound_classes(script), WatchedClass())
    return Service(
        name=component.name if component else script["script_name"],
        script=script,
        job=job,
        pipelines=pipelines,
        metrics=metrics,
        monitors=monitors,
        watches=_watches(of_type(parts, MONITOR), monitors, list(classes)),
        drill=props.get("drill", DRILL_FILE),
        classes=classes,
    )


def _feeding(parts: Sequence[Resource], place: str) -> Job:
    """The job that delivers to Datadog; those that deliver the same elsewhere, to an archive, are only checked."""
    feeding = compile_jobs(_jobs(parts))
    if len(feeding) != 1:
        raise FiredrillError(
            f"The drill needs exactly one LogpushJob that delivers to Datadog; {place} declares {len(feeding)}."
        )
    return feeding[0]


def _watched(declared: Mapping[str, Any]) -> WatchedClass:
    return WatchedClass(tuple(declared["operations"]), declared["countedBy"] == "caller")


def _watches(declared: Sequence[Resource], monitors: Sequence[Monitor], classes: Sequence[str]) -> dict[str, Watch]:
    """Each monitor by its id: named by its tag `monitor:`, with the class before it where several share that."""
    spelled = {name.lower(): name for name in classes}  # Datadog's tags are in lower case
    queries = {monitor.id: monitor.condition for monitor in monitors}
    tags = {each.id: _tags(each) for each in declared}
    shared = Counter(each.get("monitor") for each in tags.values())
    found = {}
    for resource in declared:
        id_ = tags[resource.id].get("monitor", resource.name)
        class_name = tags[resource.id].get("class", "")
        class_name = spelled.get(class_name, class_name)
        name = f"{class_name}/{id_}" if class_name and shared[id_] > 1 else id_
        condition = queries[resource.id]
        query = None if isinstance(condition, Composite) else condition.query
        threshold = query.threshold if isinstance(query, MonitorQuery) else None
        found[resource.id] = Watch(name, id_, class_name, threshold)
    return found


def _tags(monitor: Resource) -> dict[str, str]:
    """The monitor's tags by key."""
    pairs = (tag.partition(":") for tag in monitor.inputs.get("tags") or ())
    return {key: value for key, _, value in pairs}


def allowed_minutes(service: Service) -> dict[str, int]:
    """Minutes that each monitor, by its name, may take to alert or to recover: its window, its delay, delivery.

    A composite may take as long as the slowest of its parts.
    """
    own = {
        monitor.id: -(-(monitor.condition.query.window_s + monitor.options.evaluation_delay) // 60) + DELIVERY_MINUTES
        for monitor in service.monitors
        if not isinstance(monitor.condition, Composite)
    }
    composed = {
        monitor.id: max(own[part] for part in monitor.condition.ids)
        for monitor in service.monitors
        if isinstance(monitor.condition, Composite)
    }
    names = service.names
    return dict(sorted((names[monitor], minutes) for monitor, minutes in {**own, **composed}.items()))


def _only(resources: Sequence[Resource], token: str, place: str) -> Resource:
    found = of_type(resources, token)
    if len(found) != 1:
        kind = token.rpartition(":")[2]
        raise FiredrillError(f"The drill needs exactly one {kind}; {place} declares {len(found)}.")
    return found[0]
