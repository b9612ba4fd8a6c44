"""Log pipelines: every log is tested against every pipeline's filter in order, and runs through those that match.

A filter sees the log as it comes to the pipeline, not what its own processors will add. A pipeline may hold nested
pipelines, which hold processors only. Pipelines and processors without `is_enabled` are disabled.
Source: docs.datadoghq.com/logs/log_configuration/pipelines
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from firedrill.vendors.datadog.geoip import GeoIp
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors import Applied, Context, Options, Run, compile_processor, read_options
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.datadog.spec import Filter, Model, at, read
from firedrill.vendors.datadog.undocumented import CAUTIOUS, Undocumented
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported


class Step(NamedTuple):
    """What one pipeline (`processor` "") or processor did with a log: whether it changed or matched, and a note why."""

    pipeline: str
    processor: str
    changed: bool
    note: str


class Writer(NamedTuple):
    """The processor that wrote something of a log, by its pipeline, its name and its type."""

    pipeline: str
    processor: str
    type: str


class LogsPipeline(Model):
    """A pipeline as the API writes it; `type`, `id` and `is_read_only` are what the API adds when it answers."""

    id: str = ""
    type: str = "pipeline"
    name: str = ""
    is_enabled: bool = False
    is_read_only: bool = False
    description: str = ""
    tags: Sequence[str] = ()
    filter: Filter = Filter()
    processors: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class _Processor:
    name: str
    run: Run | None
    """None when disabled."""
    type: str = ""


@dataclass(frozen=True)
class _Pipeline:
    name: str
    query: str
    is_enabled: bool
    matches: Callable[[Log], bool]
    parts: Sequence[_Processor | _Pipeline]

    @property
    def run(self) -> Run | None:
        """Filter and enabled parts as one function, so that running it tests nothing that was known before."""
        if not self.is_enabled:
            return None
        matches, runs = self.matches, [run for part in self.parts if (run := part.run) is not None]

        def run_all(log: Log, applied: Applied) -> str:
            if matches(log):
                for run in runs:
                    run(log, applied)
            return ""

        return run_all


class Pipelines:
    """Pipelines compiled once; they hold no state between logs."""

    def __init__(self, pipelines: Sequence[_Pipeline]) -> None:
        self._pipelines = pipelines
        self._runs = [run for pipeline in pipelines if (run := pipeline.run) is not None]

    def process(self, log: Log) -> Log:
        """Change `log` in place as its pipelines say, and return it."""
        applied: Applied = set()
        for run in self._runs:
            run(log, applied)
        return log

    def explain(self, log: Log) -> list[Step]:
        """As `process`, with the same compiled processors, and what each pipeline and processor did, in order."""
        applied: Applied = set()
        return [step for pipeline in self._pipelines for step in _explain(pipeline, pipeline.name, log, applied, {})]

    def writers(self, log: Log) -> dict[str, Writer]:
        """As `process`; by each field and each @attribute that was written or removed, the last that did it."""
        applied: Applied = set()
        writers: dict[str, Writer] = {}
        for pipeline in self._pipelines:
            for _ in _explain(pipeline, pipeline.name, log, applied, writers):
                pass
        return writers


def compile_pipelines(
    pipelines: Sequence[Mapping[str, Any]], undocumented: Undocumented = CAUTIOUS, geoip: GeoIp | None = None
) -> Pipelines:
    """Compile pipelines in API JSON, in the order in which Datadog runs them; `geoip` is what is known of addresses.

    Raises FiredrillError for what Datadog would refuse, Unsupported for what the emulator does not know, Several for
    more than one of these. The `rule` of each is "pipeline", "filter" or the type of a processor.
    """
    mistakes = Mistakes()
    context = Context("", undocumented, geoip)
    compiled = [_compile(spec, context, mistakes) for spec in pipelines]
    mistakes.raise_all()
    return Pipelines([pipeline for pipeline in compiled if pipeline])


def in_order(
    specs: Sequence[Mapping[str, Any]], order: Sequence[str], *, what: str = "pipelines", key: str = "id"
) -> list[Mapping[str, Any]]:
    """Pipelines in the order of a pipeline order resource, which has to name each of them once by its `key`.

    The same for indexes, whose `key` is their name.
    Source: docs.datadoghq.com/api/latest/logs-pipelines (Update pipeline order),
    docs.datadoghq.com/api/latest/logs-indexes (Update indexes order)
    """
    by_key = {str(spec.get(key)): spec for spec in specs}
    if sorted(order) != sorted(by_key):
        raise FiredrillError(
            f"order of {what}: it lists {sorted(order)}, the {what} are {sorted(by_key)}; it should list each once."
        )
    return [by_key[name] for name in order]


def _compile(spec: Mapping[str, Any], context: Context, mistakes: Mistakes, parent: str = "") -> _Pipeline | None:
    """Compile what can be compiled, and note every mistake; None when its own fields or its filter are wrong."""
    place = f"{parent}pipeline {spec.get('name', '')!r}"
    pipeline, matches = None, None
    with mistakes.collect("pipeline"):
        pipeline = read(LogsPipeline, spec, place)
    if pipeline is None:
        return None
    with mistakes.collect("filter"), at(place):
        matches = compile_query(pipeline.filter.query, where="pipeline")
    parts = [
        _compile_part(part, index, replace(context, place=place), mistakes, nested=bool(parent))
        for index, part in enumerate(pipeline.processors, start=1)
    ]
    if matches is None:
        return None
    return _Pipeline(
        name=pipeline.name,
        query=pipeline.filter.query,
        is_enabled=pipeline.is_enabled,
        matches=matches,
        parts=[part for part in parts if part],
    )


def _compile_part(
    spec: Mapping[str, Any], index: int, context: Context, mistakes: Mistakes, *, nested: bool
) -> _Processor | _Pipeline | None:
    kind = spec.get("type")
    if kind == "pipeline" and not nested:
        return _compile(spec, context, mistakes, parent=f"{context.place} / ")
    with mistakes.collect(str(kind)):
        if kind == "pipeline":
            raise FiredrillError(
                f"{context.place} / {index}: a nested pipeline cannot hold a pipeline; move it one level up."
            )
        name = str(spec.get("name") or kind)
        context = replace(context, place=f"{context.place} / processor {index} {name!r}")
        options: Options = read_options(spec, context.place)
        return _Processor(name, _compiled(options, context), options.type)
    return None


def _compiled(options: Options, context: Context) -> Run | None:
    """None for a disabled one. Datadog reads it all the same; what the emulator does not know does not matter then."""
    if options.is_enabled:
        return compile_processor(options, context)
    with suppress(Unsupported):
        compile_processor(options, context)
    return None


def _explain(pipeline: _Pipeline, name: str, log: Log, applied: Applied, writers: dict[str, Writer]) -> Iterator[Step]:
    if not pipeline.is_enabled:
        yield Step(name, "", False, "disabled")
        return
    if not pipeline.matches(log):
        yield Step(name, "", False, f"its filter does not match: {pipeline.query}")
        return
    yield Step(name, "", True, f"its filter matches: {pipeline.query}")
    for part in pipeline.parts:
        if isinstance(part, _Pipeline):
            yield from _explain(part, f"{name} / {part.name}", log, applied, writers)
        elif part.run is None:
            yield Step(name, part.name, False, "disabled")
        else:
            before = _snapshot(log)
            reason, after = part.run(log, applied), _snapshot(log)
            changed = [path for path in {**before, **after} if before.get(path, _ABSENT) != after.get(path, _ABSENT)]
            if not reason and part.type in _OFFICIAL:
                changed.append(_OFFICIAL[part.type])
            writers.update(dict.fromkeys(changed, Writer(name, part.name, part.type)))
            yield Step(name, part.name, not reason, reason or _changes(before, after))


_ABSENT = object()
_OFFICIAL = {
    "date-remapper": "timestamp",
    "message-remapper": "message",
    "service-remapper": "service",
    "status-remapper": "status",
}
"""The field that each of these decides, even where it writes what was there already."""


def _snapshot(log: Log) -> dict[str, Any]:
    fields = {name: getattr(log, name) for name in ("timestamp", "message", "status", "service", "tags")}
    return {**fields, **dict(_flat(log.attributes, "@"))}


def _flat(attributes: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in attributes.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    written = [f"{path} = {value!r}" for path, value in after.items() if path not in before or before[path] != value]
    removed = [f"{path} removed" for path in before if path not in after]
    return ", ".join(written + removed) or "wrote what was there already"
