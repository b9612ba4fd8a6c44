"""Changes to the delivery of logs, to their pipeline and to the metrics that are made of them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, WORKERS_SCRIPT, Resource, of_type
from tests.drill.mutants.mutant import Change, Inputs, Mutant, added, changed, removed


def mutants_of_logs(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change, from the Worker's script to the metrics."""
    for script in of_type(resources, WORKERS_SCRIPT):
        yield from changed(resources, script, "script", "logpush off", _set("logpush", False))
        yield removed(resources, script, "script")
    for job in of_type(resources, LOGPUSH_JOB):
        yield from _job(resources, job)
    for pipeline in of_type(resources, LOGS_PIPELINE):
        yield from _pipeline(resources, pipeline)
    for metric in of_type(resources, LOGS_METRIC):
        yield from _metric(resources, metric)


def _job(resources: Sequence[Resource], job: Resource) -> Iterator[Mutant]:
    yield removed(resources, job, "Logpush job")
    yield from changed(resources, job, "Logpush job", "disabled", _set("enabled", False))
    for name in job.inputs["outputOptions"]["fieldNames"]:
        yield from changed(resources, job, "Logpush field", f"without {name}", _without_field(name))
    for key, value in (("sampleRate", 0.5), ("timestampFormat", "rfc3339"), ("outputType", "csv")):
        yield from changed(resources, job, "Logpush option", f"{key} {value}", _option(key, value))
    filters = {
        "another script": ("ScriptName", "eq", "another"),
        "only errors": ("Outcome", "eq", "exception"),
        "only fetches": ("EventType", "eq", "fetch"),
        "no alarms": ("EventType", "!eq", "alarm"),
    }
    for what, (key, operator, value) in filters.items():
        text = f'{{"where":{{"key":"{key}","operator":"{operator}","value":"{value}"}}}}'
        yield from changed(resources, job, "Logpush filter", what, _set("filter", text))
    other = job.inputs["destinationConf"].replace("service=", "service=x-")
    yield from changed(resources, job, "Logpush option", "another service", _set("destinationConf", other))


def _pipeline(resources: Sequence[Resource], pipeline: Resource) -> Iterator[Mutant]:
    yield removed(resources, pipeline, "pipeline")
    yield from changed(resources, pipeline, "pipeline", "disabled", _set("isEnabled", False))
    misspelt = [{"query": f"{each['query']}x"} for each in pipeline.inputs["filters"]]
    yield from changed(resources, pipeline, "pipeline", "filter misspelt", _set("filters", misspelt))
    for kind, processor in (
        ("operation rewritten", _category("telemetry.op", "store")),
        ("result rewritten", _category("telemetry.result", "ok")),
        ("status rewritten", _category("http.status_class", "2xx")),
        ("invocation rewritten", _category("invocation.outcome", "ok")),
    ):
        inputs = dict(pipeline.inputs, name="another pipeline", processors=[processor])
        other = replace(pipeline, name="other-pipeline", urn=f"{pipeline.urn}-other", id="99", parent="", inputs=inputs)
        yield added(resources, other, "another pipeline", kind)
    for number, entry in enumerate(pipeline.inputs["processors"]):
        ((form, processor),) = entry.items()
        name = processor["name"]
        yield from changed(resources, pipeline, "processor", f"{name!r} removed", _drop(number))
        yield from changed(
            resources, pipeline, "processor", f"{name!r} disabled", _at(number, form, "isEnabled", False)
        )
        yield from changed(resources, pipeline, "processor", f"{name!r} first", _first(number))
        yield from changed(resources, pipeline, "processor", f"{name!r} last", _last(number))
        for key in ("source", "target", "template"):
            if key in processor:
                value = f"{processor[key]}x"
                yield from changed(
                    resources, pipeline, "processor", f"{name!r}: {key} {value}", _at(number, form, key, value)
                )
        if "sources" in processor:
            yield from changed(
                resources, pipeline, "processor", f"{name!r}: sources", _at(number, form, "sources", ["none"])
            )
        for place, category in enumerate(processor.get("categories", ())):
            where = f"{name!r} {category['name']}"
            never = "the Worker answers no request so" if category["name"] in ("1xx", "3xx") else ""
            yield from changed(
                resources, pipeline, "category", f"{where} removed", _category_at(number, place, None), never
            )
            yield from changed(
                resources,
                pipeline,
                "category",
                f"{where} misspelt",
                _category_at(number, place, {"name": f"{category['name']}x"}),
                never,
            )
            query = re.sub(r"([a-zA-Z])(?=[^a-zA-Z]*$)", r"\1x", category["filter"]["query"])
            yield from changed(
                resources,
                pipeline,
                "category",
                f"{where}: filter {query}",
                _category_at(number, place, {"filter": {"query": query}}),
                never,
            )


def _metric(resources: Sequence[Resource], metric: Resource) -> Iterator[Mutant]:
    yield removed(resources, metric, "metric removed")
    query = metric.inputs["filter"]["query"]
    of_alarms = "do-alarms" in metric.name
    reason = "no alarm has the id of a canary" if of_alarms else ""
    yield from changed(
        resources, metric, "metric filter", "canaries misspelt", _set("filter", {"query": f"{query}x"}), reason
    )
    misspelt = query.replace("service:", "service:x-")
    yield from changed(resources, metric, "metric filter", "misspelt", _set("filter", {"query": misspelt}))
    for clause in re.findall(r"@[\w.]+:[\w*]+", query):
        without = re.sub(r"\(\s*\)", "", query.replace(clause, "", 1)).strip()
        reason = "what it asks for besides is only in lines of alarms" if of_alarms and clause.endswith("alarm") else ""
        yield from changed(
            resources, metric, "metric filter", f"without {clause}", _set("filter", {"query": without}), reason
        )
    for word in re.findall(r"\b(store|retrieve|delete|clear|alarm) OR ", query)[:4]:
        yield from changed(
            resources,
            metric,
            "metric filter",
            f"without {word}",
            _set("filter", {"query": query.replace(f"{word} OR ", "")}),
        )
    compute = metric.inputs["compute"]
    if compute["aggregationType"] == "count":
        other: dict[str, Any] = {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": False}
    else:
        other = {"aggregationType": "count"}
        for path in ("@CPUTimeMs", "@telemetry.none"):
            yield from changed(resources, metric, "metric value", path, _set("compute", {**compute, "path": path}))
        flipped = {**compute, "includePercentiles": not compute["includePercentiles"]}
        yield from changed(resources, metric, "metric value", "percentiles flipped", _set("compute", flipped))
    yield from changed(resources, metric, "metric value", str(other["aggregationType"]), _set("compute", other))
    for number, group in enumerate(metric.inputs.get("groupBies", ())):
        tag = group["tagName"]
        yield from changed(resources, metric, "metric group", f"without {tag}", _group(number, None))
        yield from changed(resources, metric, "metric group", f"{tag} renamed", _group(number, {"tagName": f"{tag}x"}))
        yield from changed(resources, metric, "metric group", f"{tag} of nothing", _group(number, {"path": "@none"}))
    yield from changed(resources, metric, "metric removed", "renamed", _set("name", f"{metric.inputs['name']}x"))


def _category(target: str, name: str) -> Inputs:
    every = {"name": name, "filter": {"query": "*"}}
    return {"categoryProcessor": {"name": "all", "isEnabled": True, "target": target, "categories": [every]}}


def _set(key: str, value: Any) -> Change:
    return lambda inputs: inputs.update({key: value})


def _option(key: str, value: Any) -> Change:
    return lambda inputs: inputs["outputOptions"].update({key: value})


def _without_field(name: str) -> Change:
    return lambda inputs: inputs["outputOptions"]["fieldNames"].remove(name)


def _drop(number: int) -> Change:
    return lambda inputs: inputs["processors"].pop(number)


def _first(number: int) -> Change:
    return lambda inputs: inputs["processors"].insert(0, inputs["processors"].pop(number))


def _last(number: int) -> Change:
    return lambda inputs: inputs["processors"].append(inputs["processors"].pop(number))


def _at(number: int, form: str, key: str, value: Any) -> Change:
    return lambda inputs: inputs["processors"][number][form].update({key: value})


def _category_at(number: int, place: int, change: Inputs | None) -> Change:
    def edit(inputs: Inputs) -> None:
        categories = inputs["processors"][number]["categoryProcessor"]["categories"]
        if change is None:
            categories.pop(place)
        else:
            categories[place] = copy.deepcopy(categories[place]) | change

    return edit


def _group(number: int, change: Inputs | None) -> Change:
    def edit(inputs: Inputs) -> None:
        groups = inputs["groupBies"]
        if change is None:
            groups.pop(number)
        else:
            groups[number] = groups[number] | change

    return edit
