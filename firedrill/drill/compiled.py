"""What is declared for each Worker, compiled once: every vendor rule that can refuse it does so here, all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from firedrill.declared.collectors import Collector, collectors_in
from firedrill.declared.declaration import Declared, declared_in
from firedrill.declared.hand_written import hand_written
from firedrill.declared.ownership import owners
from firedrill.declared.worker_versions import with_scripts
from firedrill.drill.calm import outside
from firedrill.organisation import Organisation, compile_organisation
from firedrill.resources import MONITOR, OBSERVED_SERVICE, Resource, of_type
from firedrill.runtime.collecting import Collecting
from firedrill.scenarios.promises import Promises, promises_in
from firedrill.scenarios.watched import Watch, WatchedClass
from firedrill.vendors.cloudflare import from_pulumi as cloudflare
from firedrill.vendors.cloudflare.job import Job, compile_jobs, obstacles
from firedrill.vendors.cloudflare.rules.destinations.check import kind_of
from firedrill.vendors.cloudflare.rules.jobs import carries_workers
from firedrill.vendors.cloudflare.rules.migrations import bound_classes, live_before
from firedrill.vendors.cloudflare.script import check_script
from firedrill.vendors.datadog.monitors import Composite, Monitor
from firedrill.vendors.datadog.queries import MonitorQuery
from firedrill.vendors.errors import FiredrillError, Mistakes

T = TypeVar("T")
JOB = "LogpushJob that delivers to Datadog"

DELIVERY_MINUTES = 3
"""For a batch to fill, to be uploaded and to be evaluated at the next full minute."""


@dataclass(frozen=True)
class CompiledWorker:
    """What a stack declares for one Worker, ready to run.

    `watches` has each monitor by its Datadog id. `drill` is the path of the drill file, "" for none. `alone` are the
    names under which one is looked for, of a Worker that no ObservedService describes.
    """

    name: str
    script: Mapping[str, Any]
    organisation: Organisation
    watches: Mapping[str, Watch]
    drill: str = ""
    alone: tuple[str, ...] = ()
    classes: Mapping[str, WatchedClass] = field(default_factory=dict)
    promises: Promises | None = None
    heartbeat: bool = False
    """Whether it is sent one."""
    collector: Collector | None = None
    """What brings Cloudflare's own metrics of it to Datadog."""
    collecting: Collecting | None = None
    """That, while it runs."""

    @property
    def job(self) -> Job:
        """The one job that delivers to Datadog."""
        return self.organisation.jobs[0]

    @property
    def names(self) -> dict[str, str]:
        """The name by which the drill calls each monitor, by its Datadog id."""
        return {id_: watch.name for id_, watch in self.watches.items()}


def compile_workers(resources: Sequence[Resource]) -> list[CompiledWorker]:
    """Compile rendered resources, by Worker: an ObservedService's, or without one among them each WorkersScript's.

    Raises FiredrillError with every problem found, one a line.
    """
    resources = with_scripts(resources)
    declared, mistakes = declared_in(resources), Mistakes()
    workers = []
    components, owned = of_type(resources, OBSERVED_SERVICE), owners(resources)
    collectors = collectors_in(resources)
    for component in components:
        with mistakes.collect():
            urns = {urn for urn, owner in owned.items() if owner is component}
            worker = _compile(component, declared.part(urns))
            workers.append(replace(worker, collector=collectors.get(worker.script["script_name"])))
    if components:
        with mistakes.collect():
            compile_jobs(_outside(declared, owned).of("Logpush job"))
    else:
        names = Counter(script["script_name"] for script in declared.of("WorkersScript"))
        mistakes.found += [_same_name(name, number) for name, number in names.items() if number > 1]
        for part in () if mistakes.found else hand_written(declared):
            with mistakes.collect():
                workers.append(_compile(None, part))
    mistakes.raise_all()
    return workers


def strangers(resources: Sequence[Resource]) -> list[str]:
    """One problem per monitor that belongs to no ObservedService of those there are, so that no drill evaluates it."""
    if not of_type(resources, OBSERVED_SERVICE):
        return []
    owned = owners(resources)
    return [
        f"the monitor {each.name!r} belongs to no Worker, so the drill cannot prove it; declare it with the "
        "ObservedService of its Worker as parent"
        for each in of_type(resources, MONITOR)
        if each.urn not in owned
    ]


def idle_jobs(resources: Sequence[Resource]) -> list[str]:
    """One problem per job that delivers elsewhere than to Datadog and is disabled, which no monitor would tell."""
    jobs = filter(carries_workers, declared_in(resources).of("Logpush job"))
    others = [job for job in jobs if kind_of(job["destination_conf"]) != "datadog"]
    return [problem for job in others for problem in obstacles(job.get("name") or "", bool(job.get("enabled")))]


def _outside(declared: Declared, owned: Mapping[str, Resource]) -> Declared:
    return replace(declared, declarations=tuple(each for each in declared.declarations if each.urn not in owned))


def _compile(component: Resource | None, declared: Declared) -> CompiledWorker:
    mistakes = Mistakes()

    def attempt(build: Callable[[], T]) -> T:
        with mistakes.collect():
            return build()
        return None  # a mistake ends the compilation below

    props = component.inputs if component else {}
    names = () if component else _names(declared)
    place = f"Worker {component.name if component else names[0]!r}" if component or names else "the stack"
    script = attempt(lambda: _script(props, declared, place))
    organisation = attempt(lambda: compile_organisation(declared))
    if organisation:
        organisation = replace(organisation, downtimes=outside(organisation.downtimes))
        attempt(lambda: _require_one(len(organisation.jobs), JOB, place))
    if script:
        attempt(lambda: check_script(script, live_before(script)))
    mistakes.raise_all()
    declared_classes = {name: _watched(each) for name, each in props.get("classes", {}).items()}
    classes = declared_classes or dict.fromkeys(bound_classes(script), WatchedClass())
    return CompiledWorker(
        name=component.name if component else script["script_name"],
        script=script,
        organisation=organisation,
        watches=_watches(organisation, classes),
        drill=props.get("drill", ""),
        alone=names,
        classes=classes,
        promises=promises_in(props),
        heartbeat=bool(props.get("heartbeat")),
    )


def _script(props: Mapping[str, Any], declared: Declared, place: str) -> dict[str, Any]:
    """The WorkersScript as API JSON: the one that a component describes, or the only one that is declared."""
    if props.get("script"):
        return cloudflare.workers_script(props["script"])
    found = declared.of("WorkersScript")
    _require_one(len(found), "WorkersScript", place)
    return found[0]


def _names(declared: Declared) -> tuple[str, ...]:
    """What its only WorkersScript is called, by Cloudflare and in the program; nothing without one."""
    scripts = (each for each in declared.declarations if each.kind == "WorkersScript")
    return next(((each.name, each.resource) for each in scripts), ())


def _same_name(name: str, number: int) -> FiredrillError:
    return FiredrillError(f"{number} Workers are called {name!r}, so each would replace the other; rename all but one.")


def _require_one(number: int, kind: str, place: str) -> None:
    if number != 1:
        more = ": with several, every record would be counted several times" if kind == JOB and number else ""
        raise FiredrillError(f"The drill needs exactly one {kind}; {place} declares {number}{more}.")


def _watched(declared: Mapping[str, Any]) -> WatchedClass:
    errors = tuple(declared.get("errors", ("error",)))
    return WatchedClass(tuple(declared["operations"]), declared["countedBy"] == "caller", errors=errors)


def _watches(organisation: Organisation, classes: Iterable[str]) -> dict[str, Watch]:
    """Each monitor by its id: named by its tag `monitor:`, with the class before it where several share that.

    Where even so several have one name, each gets its own after it: a verdict is of one monitor.
    """
    shared = Counter(name for name, _ in {(tags.name, tags.class_name) for tags in organisation.tags.values()})
    found = {}
    for monitor in organisation.monitors:
        tags = organisation.tags[monitor.id]
        class_name = tags.spelled(classes)
        name = f"{class_name}/{tags.name}" if class_name and shared[tags.name] > 1 else tags.name
        query = None if isinstance(monitor.condition, Composite) else monitor.condition.query
        threshold = query.threshold if isinstance(query, MonitorQuery) else None
        found[monitor.id] = Watch(name, tags.name, class_name, threshold)
    same = Counter(watch.name for watch in found.values())
    titles = {monitor.id: monitor.name for monitor in organisation.monitors}
    return {
        id_: replace(watch, name=f"{watch.name} ({titles[id_]}, {id_})") if same[watch.name] > 1 else watch
        for id_, watch in found.items()
    }


def allowed_minutes(worker: CompiledWorker) -> dict[str, int]:
    """Minutes that each monitor, by its name, may take to alert or to recover: its window, its delay, delivery.

    A composite may take as long as the slowest of its parts.
    """
    monitors = worker.organisation.monitors
    own = {each.id: _minutes(each) for each in monitors}
    slowest = {
        each.id: max(own[part] for part in each.condition.ids)
        for each in monitors
        if isinstance(each.condition, Composite)
    }
    return dict(sorted((worker.names[monitor], minutes) for monitor, minutes in {**own, **slowest}.items()))


def _minutes(monitor: Monitor) -> int:
    window_s = 0 if isinstance(monitor.condition, Composite) else monitor.condition.query.window_s
    return -(-(window_s + monitor.options.evaluation_delay) // 60) + DELIVERY_MINUTES
