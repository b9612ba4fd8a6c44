"""Changes to the delivery of logs, to their pipeline and to the metrics that are made of them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, WORKERS_SCRIPT, Resource, of_type
from tests.drill.mutants.mutant import Change, Inputs, Mutant, added, changed, put, removed


def mutants_of_logs(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change, from the Worker's script to the metrics."""
    for script in of_type(resources, WORKERS_SCRIPT):
        yield from changed(resources, script, "script", "logpush off", put("logpush", False))
        yield removed(resources, script, "script")
    for job in of_type(resources, LOGPUSH_JOB):
        yield from _job(resources, job)
    for pipeline in of_type(resources, LOGS_PIPELINE):
        yield from _pipeline(resources, pipeline)
    for metric in of_type(resources, LOGS_METRIC):
        yield from _metric(resources, metric)


def _job(resources: Sequence[Resource], job: Resource) -> Iterator[Mutant]:
    yield removed(resources, job, "Logpush job")
    yield from changed(resources, job, "Logpush job", "disabled", put("enabled", False))
    for name in job.inputs["outputOptions"]["fieldNames"]:
        yield from changed(resources, job, "Logpush field", f"without {name}", _without_field(name))
    for name in ("Event", "Exceptions", "DispatchNamespace"):
        reason = "it is empty for Workers that nobody dispatches to" if name == "DispatchNamespace" else ""
        yield from changed(resources, job, "Logpush field", f"with {name}", _with_field(name), reason)
    name = job.inputs["outputOptions"]["fieldNames"][0]
    yield from changed(resources, job, "Logpush field", f"{name} misspelt", _renamed_field(0, f"{name}x"))
    for key, value in (
        ("sampleRate", 0.5),
        ("sampleRate", 0.01),
        ("timestampFormat", "rfc3339"),
        ("outputType", "csv"),
        ("batchPrefix", "["),
        ("recordDelimiter", ","),
    ):
        reason = "no field of these records is a timestamp" if key == "timestampFormat" else ""
        yield from changed(resources, job, "Logpush option", f"{key} {value}", _option(key, value), reason)
    for key, value in (("dataset", "http_requests"), ("maxUploadIntervalSeconds", 300), ("accountId", "1" * 32)):
        yield from changed(resources, job, "Logpush option", f"{key} {value}", put(key, value))
    for old, new in (
        ("env%3A", "env%3Ax-"),
        ("%2Cteam%3A", "%2Cteem%3A"),
        ("ddsource=", "ddsource=x-"),
        ("ddsource=workers-trace-events", "ddsource=cloudflare"),
        ("datadoghq.com", "datadoghq.eu"),
        ("service%3A", "service%3Ax-"),
    ):
        conf = job.inputs["destinationConf"].replace(old, new)
        yield from changed(resources, job, "Logpush option", f"{old} becomes {new}", put("destinationConf", conf))
    filters = {
        "another script": ("ScriptName", "eq", "another"),
        "only errors": ("Outcome", "eq", "exception"),
        "only fetches": ("EventType", "eq", "fetch"),
        "no alarms": ("EventType", "!eq", "alarm"),
    }
    for what, (key, operator, value) in filters.items():
        text = f'{{"where":{{"key":"{key}","operator":"{operator}","value":"{value}"}}}}'
        yield from changed(resources, job, "Logpush filter", what, put("filter", text))
    other = job.inputs["destinationConf"].replace("service=", "service=x-")
    yield from changed(resources, job, "Logpush option", "another service", put("destinationConf", other))


def _pipeline(resources: Sequence[Resource], pipeline: Resource) -> Iterator[Mutant]:
    yield removed(resources, pipeline, "pipeline")
    yield from changed(resources, pipeline, "pipeline", "disabled", put("isEnabled", False))
    for part in ("env:", "source:", "service:"):
        without = [{"query": re.sub(rf" ?{part}\S+", "", each["query"])} for each in pipeline.inputs["filters"]]
        yield from changed(resources, pipeline, "pipeline", f"filter without {part}", put("filters", without))
    misspelt = [{"query": f"{each['query']}x"} for each in pipeline.inputs["filters"]]
    yield from changed(resources, pipeline, "pipeline", "filter misspelt", put("filters", misspelt))
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
        for where, move, passed in (
            ("first", _first(number), pipeline.inputs["processors"][:number]),
            ("last", _last(number), pipeline.inputs["processors"][number + 1 :]),
        ):
            reason = _INDEPENDENT if all(_independent(entry, each) for each in passed) else ""
            yield from changed(resources, pipeline, "processor", f"{name!r} {where}", move, reason)
        rest = [each for each in pipeline.inputs["processors"][number + 1 :] if each is not entry]
        reason = _INDEPENDENT if all(_independent(entry, each) for each in rest[:1]) else ""
        yield from changed(resources, pipeline, "processor", f"{name!r} and the next swapped", _swap(number), reason)
        for key in ("preserveSource", "overrideOnConflict", "isReplaceMissing"):
            if key in processor:
                flip = _at(number, form, key, not processor[key])
                yield from changed(resources, pipeline, "processor", f"{name!r}: {key} flipped", flip)
        for key, old, new in (
            ("grok", "%{data:telemetry:json}", "%{data:event:json}"),
            ("grok", "telemetry %{", "telemetry x%{"),
            ("operation", "Level:debug", "Level:log"),
            ("operation", "Logs", "Log"),
            ("operation", '"Message"', '"Level"'),
        ):
            if key in processor and old in json.dumps(processor[key]):
                other = json.loads(json.dumps(processor[key]).replace(old, new))
                yield from changed(resources, pipeline, "processor", f"{name!r}: {new}", _at(number, form, key, other))
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
            if place:
                before = processor["categories"][place - 1]
                reason = "no log is in both" if _apart(before, category) else ""
                up = _category_up(number, place)
                yield from changed(resources, pipeline, "category", f"{where} before the one before", up, reason)
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
        resources, metric, "metric filter", "canaries misspelt", put("filter", {"query": f"{query}x"}), reason
    )
    for part in ("env:", "source:", "service:"):
        without = re.sub(rf"{part}\S+ ?", "", query)
        yield from changed(resources, metric, "metric filter", f"without {part}", put("filter", {"query": without}))
    misspelt = query.replace("service:", "service:x-")
    yield from changed(resources, metric, "metric filter", "misspelt", put("filter", {"query": misspelt}))
    for clause in re.findall(r"@[\w.]+:[\w*]+", query):
        without = re.sub(r"\(\s*\)", "", query.replace(clause, "", 1)).strip()
        reason = "what it asks for besides is only in lines of alarms" if of_alarms and clause.endswith("alarm") else ""
        yield from changed(
            resources, metric, "metric filter", f"without {clause}", put("filter", {"query": without}), reason
        )
    for word in re.findall(r"\b(store|retrieve|delete|clear|alarm) OR ", query)[:4]:
        yield from changed(
            resources,
            metric,
            "metric filter",
            f"without {word}",
            put("filter", {"query": query.replace(f"{word} OR ", "")}),
        )
    compute = metric.inputs["compute"]
    if compute["aggregationType"] == "count":
        other: dict[str, Any] = {"aggregationType": "distribution", "path": "@WallTimeMs", "includePercentiles": False}
    else:
        other = {"aggregationType": "count"}
        for path in ("@CPUTimeMs", "@telemetry.none"):
            yield from changed(resources, metric, "metric value", path, put("compute", {**compute, "path": path}))
        reason = "nobody asks for them: an advisory policy says what they cost"
        reason = "" if compute["includePercentiles"] else reason
        flipped = {**compute, "includePercentiles": not compute["includePercentiles"]}
        yield from changed(resources, metric, "metric value", "percentiles flipped", put("compute", flipped), reason)
    yield from changed(resources, metric, "metric value", str(other["aggregationType"]), put("compute", other))
    for number, group in enumerate(metric.inputs.get("groupBies", ())):
        tag = group["tagName"]
        yield from changed(resources, metric, "metric group", f"without {tag}", _group(number, None))
        yield from changed(resources, metric, "metric group", f"{tag} renamed", _group(number, {"tagName": f"{tag}x"}))
        yield from changed(resources, metric, "metric group", f"{tag} of nothing", _group(number, {"path": "@none"}))
    yield from changed(resources, metric, "metric removed", "renamed", put("name", f"{metric.inputs['name']}x"))


_INDEPENDENT = "neither reads or writes what the other writes"
_CLAUSE = re.compile(r"@([\w.]+):(\S+)")


def _independent(one: Inputs, other: Inputs) -> bool:
    """Whether two processors come to the same in either order."""
    written = [_written(each) for each in (one, other)]
    texts = [json.dumps([*each.values()]) for each in (one, other)]
    return written[0] not in texts[1] and written[1] not in texts[0]


def _written(entry: Inputs) -> str:
    """The attribute, or what else of the log, that a processor writes."""
    ((form, processor),) = entry.items()
    operation = json.dumps(processor.get("operation", {}))
    target = re.search(r'"target": "([^"]+)"', operation)
    return str(processor.get("target") or (target and target[1]) or {"grokParser": "telemetry"}.get(form, form))


def _apart(one: Inputs, other: Inputs) -> bool:
    """Whether two categories ask for different values of one attribute, before anything else."""
    first, second = (_CLAUSE.match(each["filter"]["query"]) for each in (one, other))
    return bool(
        first and second and first[1] == second[1] and first[2] != second[2] and "*" not in first[2] + second[2]
    )


def _category(target: str, name: str) -> Inputs:
    every = {"name": name, "filter": {"query": "*"}}
    return {"categoryProcessor": {"name": "all", "isEnabled": True, "target": target, "categories": [every]}}


def _option(key: str, value: Any) -> Change:
    return lambda inputs: inputs["outputOptions"].update({key: value})


def _without_field(name: str) -> Change:
    return lambda inputs: inputs["outputOptions"]["fieldNames"].remove(name)


def _with_field(name: str) -> Change:
    return lambda inputs: inputs["outputOptions"]["fieldNames"].append(name)


def _renamed_field(number: int, name: str) -> Change:
    return lambda inputs: inputs["outputOptions"]["fieldNames"].__setitem__(number, name)


def _swap(number: int) -> Change:
    return lambda inputs: inputs["processors"].insert(number + 1, inputs["processors"].pop(number))


def _category_up(number: int, place: int) -> Change:
    def edit(inputs: Inputs) -> None:
        categories = inputs["processors"][number]["categoryProcessor"]["categories"]
        categories.insert(place - 1, categories.pop(place))

    return edit


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
