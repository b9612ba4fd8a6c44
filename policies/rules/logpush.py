"""Rules about Logpush jobs: what they do not send stays lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from firedrill.cloudflare.fields import FIELDS
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE
from policies.model import Declared, Item, Rule

DATASET = "workers_trace_events"
MAX_NAME = 512  # Source: developers.cloudflare.com/api/resources/logpush (job name)


def _output(item: Item) -> dict[str, Any]:
    return dict(item.inputs.get("outputOptions") or {})


def _enabled(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("enabled") is not True:
        yield f"enabled is {item.inputs.get('enabled')!r} (the provider's default is false)"


def _dataset(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("dataset") != DATASET:
        yield f"dataset is {item.inputs.get('dataset')!r} (the provider's default is http_requests)"


def read_fields(declared: Declared, item: Item) -> set[str]:
    """The fields of the dataset that pipelines and metrics of the job's service read."""
    readers = declared.siblings(item, LOGS_PIPELINE, LOGS_METRIC)
    text = json.dumps([dict(reader.inputs) for reader in readers], default=list)
    return {name for name in FIELDS if re.search(rf"\b{name}\b", text)}


def _delivers_elsewhere(item: Item) -> bool:
    """Whether the job is beside the one to Datadog, to an archive: nothing here reads what it sends."""
    conf = str(item.inputs.get("destinationConf") or "")
    return "://" in conf and not conf.startswith("datadog://")


def _fields(item: Item, declared: Declared) -> Iterator[str]:
    if _delivers_elsewhere(item):
        return
    missing = read_fields(declared, item) - set(_output(item).get("fieldNames") or ())
    if missing:
        yield f"outputOptions.fieldNames lacks {', '.join(sorted(missing))}, which a pipeline or a metric reads"


def _sampling(item: Item, _: Declared) -> Iterator[str]:
    rate = _output(item).get("sampleRate")
    if rate not in (None, 1) and not _delivers_elsewhere(item):
        yield f"outputOptions.sampleRate is {rate:g}: every count in Datadog would be {rate:g} of the truth"


def _filter(item: Item, declared: Declared) -> Iterator[str]:
    text = item.inputs.get("filter") or ""
    service = declared.service(item)
    script = service.inputs.get("scriptName") if service else None
    if not text:
        yield "it has no filter: it sends, and bills, the records of every Worker of the account"
    elif script and f'"{script}"' not in text:
        yield f"its filter does not name the Worker {script!r} whose records it is there for"


def _name(item: Item, _: Declared) -> Iterable[str]:
    name = str(item.inputs.get("name") or "")
    if not 0 < len(name) <= MAX_NAME:
        yield f"its name has {len(name)} characters, Cloudflare takes 1 to {MAX_NAME}"


def _source(item: Item, _: Declared) -> Iterator[str]:
    conf = str(item.inputs.get("destinationConf") or "")
    if not conf.startswith("datadog://"):
        return
    source = re.search(r"[?&]ddsource=([^&]*)", conf)
    if source is None or source[1] in ("", "cloudflare"):
        yield f"ddsource is {source[1] if source else None!r}: Datadog's own Cloudflare pipeline would run first"


RULES = (
    Rule(
        "logpush-job-enabled",
        "A job that is off sends nothing, and what it has not sent is never sent later.",
        "set enabled=True",
        (LOGPUSH_JOB,),
        _enabled,
    ),
    Rule(
        "logpush-right-dataset",
        "Only this dataset holds what Workers log.",
        f"set dataset to {DATASET!r}",
        (LOGPUSH_JOB,),
        _dataset,
    ),
    Rule(
        "logpush-fields-cover-readers",
        "An attribute that is not sent makes the metrics and monitors behind it silent, without any error.",
        "select the fields in outputOptions.fieldNames",
        (LOGPUSH_JOB,),
        _fields,
        whole=True,
    ),
    Rule(
        "logpush-no-sampling",
        "Monitors count records: with a sample they alert late or never.",
        "remove sampleRate, or give the archive a job of its own",
        (LOGPUSH_JOB,),
        _sampling,
    ),
    Rule(
        "logpush-filter-present",
        "A job covers the whole account unless its filter names Workers.",
        "filter on ScriptName",
        (LOGPUSH_JOB,),
        _filter,
        whole=True,
    ),
    Rule(
        "logpush-own-source",
        "Logs with the source `cloudflare` run through a pipeline of Datadog's that nobody here can see.",
        "give the destination a ddsource of its own",
        (LOGPUSH_JOB,),
        _source,
    ),
    Rule(
        "logpush-name-within-limits",
        "Cloudflare refuses longer names.",
        "choose a shorter name",
        (LOGPUSH_JOB,),
        _name,
    ),
)
