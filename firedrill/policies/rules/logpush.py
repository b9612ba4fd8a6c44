"""Rules about Logpush jobs: what they do not send stays lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from firedrill.declared.declaration import declared_in
from firedrill.declared.fields import READING, lacks, withheld
from firedrill.policies.jobs import delivers_here, destination, output, selected
from firedrill.policies.rule import Check, Declared, Item, Rule, number, today
from firedrill.resources import LOGPUSH_JOB, LOGS_PIPELINE, MONITOR, OBSERVED_SERVICE, WORKERS_SCRIPT, Resource
from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.probes import others_than, records
from firedrill.vendors.cloudflare.rules.destinations.address import INTAKE_HOST, address
from firedrill.vendors.cloudflare.rules.fields import DATASET
from firedrill.vendors.cloudflare.rules.filters import filter_breaches
from firedrill.vendors.cloudflare.rules.jobs import (
    carries_workers,
    dataset_breaches,
    name_breaches,
    owner_breaches,
    proof_breaches,
)
from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.sites import OWN_SOURCE, source_breaches

SIGNATURE_DAYS = 90
"""How long a signature has to last from now on."""

FOR_PEOPLE = {"ScriptName": "which Worker wrote it", "ScriptVersion": "which deployment wrote it"}
"""Fields that no metric needs, and whoever looks for the cause does."""


def _enabled(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("enabled") is not True:
        yield f"enabled is {item.inputs.get('enabled')!r} (the provider's default is false)"


def _dataset(item: Item, _: Declared) -> Iterator[str]:
    yield from map(str, dataset_breaches(item.inputs.get("dataset") or "http_requests"))


def _fields(item: Item, declared: Declared) -> Iterator[str]:
    jobs = declared.siblings(item, LOGPUSH_JOB)
    if item.type == LOGS_PIPELINE:
        if declared.service(item) and not any(map(delivers_here, jobs)):
            yield "no Logpush job delivers to Datadog what it reads"
        return
    beside = [each for each in declared.siblings(item, *READING) if each.type != LOGPUSH_JOB]
    resources = [Resource(each.type, each.name, each.urn, "", dict(each.inputs)) for each in (item, *beside)]
    for lack in lacks(declared_in(resources)):
        yield f"outputOptions.fieldNames lacks {lack.field}, which {lack.who}"
    for field, why in FOR_PEOPLE.items() if declared.service(item) and delivers_here(item) else ():
        if field not in selected(item):
            yield f"outputOptions.fieldNames lacks {field}, which tells whoever reads a log {why}"
    for kept in withheld(declared_in(resources)):
        yield f"filter keeps records back by {kept.field}, which {kept.who}"


def _sampling(item: Item, declared: Declared) -> Iterator[str]:
    older = parse_qs(str(item.inputs.get("logpullOptions") or "")).get("sample", [None])
    rates = {"outputOptions.sampleRate": output(item).get("sampleRate"), "sample in logpullOptions": older[-1]}
    sampled = {place: rate for place, rate in rates.items() if rate is not None and number(rate) != 1}
    if not sampled or not delivers_here(item):
        return
    counting = [each.name for each in declared.siblings(item, MONITOR) if not _tolerates_a_sample(each)]
    for place, rate in sampled.items() if counting else ():
        yield (
            f"{place} is {rate}: every count in Datadog would be {rate} of the truth, also for the monitor "
            f"{counting[0]!r}{f' and {len(counting) - 1} more' if counting[1:] else ''}"
        )


def _tolerates_a_sample(monitor: Item) -> bool:
    """Whether a sample leaves a monitor's value as it is, or its tag `sampling:` says why that does not matter.

    A ratio of counts stays what it is; a composite is as good as its parts, which are looked at themselves.
    """
    if monitor.inputs.get("type") == "composite":  # whose query is not known during a preview
        return True
    query, tags = str(monitor.inputs.get("query") or ""), monitor.inputs.get("tags") or ()
    reasons = [str(tag).partition(":")[2] for tag in tags if str(tag).startswith("sampling:")]
    return any(reasons) or bool(_RATIO.fullmatch(query))


_RATIO = re.compile(r"sum\([^)]*\):(100 \* )?sum:[^/ ]*\.as_count\(\) / sum:[^/ ]*\.as_count\(\) [<>]=? [\d.]+")
"""One count divided by another, as the monitors of this package write it."""


def _filter(item: Item, declared: Declared) -> Iterator[str]:
    text = item.inputs.get("filter") or ""
    service = declared.service(item)
    script = service.inputs.get("scriptName") if service else None
    if not text:
        yield "it has no filter: it sends, and bills, the records of every Worker of the account"
    elif script and f'"{script}"' not in text:
        yield f"its filter does not name the Worker {script!r} whose records it is there for"
    else:
        own = [script] if script else [each.inputs.get("scriptName") for each in declared.of(OBSERVED_SERVICE)]
        yield from _passing(item, text, [str(each) for each in own], service)


def _passing(item: Item, text: str, own: Sequence[str], service: Item | None) -> Iterator[str]:
    """What is wrong with the records that a filter lets through, as far as probes of `own` and other Workers tell."""
    refused = [str(breach) for breach in filter_breaches(text)]
    if refused:
        yield from refused
        return
    accepts = compile_filter(text, "")
    if any(accepts(record) for record in records(others_than(own))):
        yield "its filter lets the records of other Workers through: it sends, and bills, them too"
    if service and delivers_here(item) and not all(accepts(record) for record in records(own)):
        yield f"its filter keeps back records of the Worker {own[0]!r} that alerts count"


def _name(item: Item, _: Declared) -> Iterable[str]:
    name = str(item.inputs.get("name") or "")
    if not name:
        yield "name is missing: nobody can tell the jobs of the account apart"
    yield from map(str, name_breaches(name))


def _source(item: Item, _: Declared) -> Iterator[str]:
    parts = address(destination(item))
    if not parts.host or not delivers_here(item):
        return
    for source in parts.every("ddsource") or [""]:
        missing = [] if source else [Breach("ddsource", "", OWN_SOURCE)]
        yield from map(str, missing or source_breaches("ddsource", source))


def _site(item: Item, declared: Declared) -> Iterator[str]:
    host, service = address(destination(item)).host, declared.service(item)
    own = service.inputs.get("site") if service else None
    if own and host.startswith(INTAKE_HOST) and host != f"{INTAKE_HOST}{own}":
        yield f"it delivers to {host.removeprefix(INTAKE_HOST)}, and the monitors are on {own}, which sees none of it"


def _signature(item: Item, _: Declared) -> Iterator[str]:
    """A shared access signature that is readable here, as it is in Pulumi's engine, and ends soon."""
    parts = address(destination(item))
    try:
        ends = date.fromisoformat(parts.get("se")[:10])
    except ValueError:  # masked, or no date, which Azure refuses
        return
    days = (ends - today()).days
    if parts.kind == "azure" and days < 0:
        yield f"its shared access signature has expired on {ends}: Azure refuses every upload"
    elif parts.kind == "azure" and days < SIGNATURE_DAYS:
        yield f"its shared access signature expires on {ends}, in {days} days: then every upload is refused"


def _owner(item: Item, declared: Declared) -> Iterator[str]:
    yield from _worded(owner_breaches(_api(item)))
    scripts = declared.siblings(item, WORKERS_SCRIPT) if declared.service(item) else ()
    accounts = {str(each.inputs["accountId"]) for each in scripts if each.inputs.get("accountId")}
    if item.inputs.get("accountId") and accounts and item.inputs["accountId"] not in accounts:
        yield f"it is of the account {item.inputs['accountId']}, its Worker of {', '.join(sorted(accounts))}"


def _proof(item: Item, _: Declared) -> Iterator[str]:
    yield from _worded(proof_breaches(_api(item)))


_NAMES = {
    "account_id": "accountId",
    "zone_id": "zoneId",
    "dataset": "dataset",
    "destination_conf": "destinationConf",
    "ownership_challenge": "ownershipChallenge",
}
"""What jobs of the API and of the provider call the same."""


def _api(item: Item) -> dict[str, Any]:
    return {name: item.inputs.get(key) for name, key in _NAMES.items()}


def _worded(breaches: Iterable[Breach]) -> Iterator[str]:
    yield from (str(each._replace(field=_NAMES[each.field])) for each in breaches)


def _of_workers(check: Check) -> Check:
    """The check, without the jobs that are about something else than Workers."""

    def checked(item: Item, declared: Declared) -> Iterable[str]:
        return check(item, declared) if item.type != LOGPUSH_JOB or carries_workers(_api(item)) else ()

    return checked


_RULES = (
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
        "declare a job to Datadog that selects the fields in outputOptions.fieldNames",
        (LOGPUSH_JOB, LOGS_PIPELINE),
        _fields,
        whole=True,
    ),
    Rule(
        "logpush-no-sampling",
        "Monitors count records: with a sample they alert late or never.",
        "remove sampleRate, or give the archive a job of its own, or say why a monitor bears it in its tag `sampling:`",
        (LOGPUSH_JOB,),
        _sampling,
        whole=True,
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
        "logpush-own-site",
        "Each of Datadog's sites is an installation of its own: monitors see the logs of theirs alone.",
        "deliver to the site of firedrill:datadogSite",
        (LOGPUSH_JOB,),
        _site,
        whole=True,
    ),
    Rule(
        "logpush-signature-lasts",
        "A job stops when the shared access signature of its container expires.",
        f"make one that lasts longer than {SIGNATURE_DAYS} days (Cloudflare asks for five years), and set it",
        (LOGPUSH_JOB,),
        _signature,
    ),
    Rule(
        "logpush-name-within-limits",
        "Cloudflare refuses longer names.",
        "choose a shorter name",
        (LOGPUSH_JOB,),
        _name,
    ),
    Rule(
        "logpush-owner-stated",
        "A job belongs to an account, or to a zone, and sends only what happens there.",
        "set accountId to that of the Worker",
        (LOGPUSH_JOB,),
        _owner,
        whole=True,
    ),
    Rule(
        "logpush-destination-proven",
        "Cloudflare creates no job to a bucket, container or collector of which nobody has shown that it is theirs.",
        "set ownershipChallenge (docs/how-to/send-logs-elsewhere.md)",
        (LOGPUSH_JOB,),
        _proof,
    ),
)

RULES = tuple(replace(rule, check=_of_workers(rule.check)) for rule in _RULES)
