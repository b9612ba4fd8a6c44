"""Whether the marked logs are in Datadog, with every attribute that the declared job and pipelines give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from firedrill.organisation import Logging
from firedrill.vendors.datadog.log import Log
from firedrill.verify.canaries import Sent
from firedrill.verify.check import Check, Patience, failed, ok
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import Deployment

MARK = "@telemetry.request"
_SHOWN = 8


def check_logs(
    deployment: Deployment, logging: Logging, sent: Sent, datadog: Datadog, since: datetime, patience: Patience
) -> Iterator[Check]:
    """Wait for the log of each canary, then compare their attributes with what the declared pipelines make of them."""
    subject = f"logs of {sent.service.key!r}"
    found: list[Mapping[str, Any]] = []

    def missing() -> str | None:
        found[:] = datadog.logs(f"{MARK}:{sent.prefix}*", since)
        arrived = _ids(found)
        return None if arrived >= set(sent.ids) else f"{len(arrived)} of {len(sent.ids)} canaries in Datadog"

    if not patience.until(subject, missing):
        yield failed("logs", subject, _where_it_ends(sent, found, datadog, since))
    else:
        yield ok("logs", subject, f"tell of all {len(sent.ids)} canaries, in {len(found)} logs")
    if found:
        yield _attributes(subject, deployment, logging, found)


def _ids(logs: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(each["attributes"].get("telemetry", {}).get("request")) for each in logs}


def _where_it_ends(sent: Sent, found: Sequence[Mapping[str, Any]], datadog: Datadog, since: datetime) -> str:
    if found:
        return f"lack {len(sent.ids) - len(_ids(found))} of {len(sent.ids)} canaries"
    unread = datadog.logs(f"service:{sent.service.key}", since)
    if unread:
        return (
            f"are in Datadog ({len(unread)} since), but none has {MARK} of a canary: the pipeline does not run, the "
            "job lacks a field that it reads, or the Worker does not take over x-request-id"
        )
    return (
        "are not in Datadog: see the job above; then whether its API key is in force, its filter lets the Worker pass, "
        "and an index of Datadog keeps them"
    )


def _attributes(subject: str, deployment: Deployment, logging: Logging, found: Sequence[Mapping[str, Any]]) -> Check:
    sending = {name for _, spec in deployment.of("Logpush job") for name in _fields(spec)}
    missing: dict[str, None] = {}
    for each in found:
        has = dict(_flat(each["attributes"]))
        expected = _processed(each, sending, logging)
        missing |= {name: None for name in expected if name not in has}
    never = [name for name in sorted(sending - _SOMETIMES) if not any(name in each["attributes"] for each in found)]
    lacking = [*never, *missing]
    if lacking:
        named = ", ".join(lacking[:_SHOWN]) + (f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else "")
        return failed("log-attributes", subject, f"lack {named}, which the declared job and pipelines give them")
    return ok("log-attributes", subject, "have every attribute that the declared job and pipelines give them")


_SOMETIMES = frozenset({"Entrypoint", "Exceptions", "ScriptVersion"})
"""Fields of a trace event that a record may have empty, which Datadog then does not keep."""


def _fields(job: Mapping[str, Any]) -> list[str]:
    return list((job.get("output_options") or {}).get("field_names") or ())


def _processed(found: Mapping[str, Any], sending: set[str], logging: Logging) -> dict[str, Any]:
    """The attributes that the declared pipelines make of what the job has sent of a log."""
    sent = {name: value for name, value in found["attributes"].items() if name in sending}
    tags = [str(each) for each in found.get("tags") or ()]
    source = next((each.partition(":")[2] for each in tags if each.startswith("source:")), "")
    stamp = round(datetime.fromisoformat(str(found["timestamp"])).timestamp() * 1000)
    log = Log(deepcopy(sent), stamp, service=str(found.get("service") or ""), source=source, tags=tags)
    logging.pipelines.process(log)
    return dict(_flat(log.attributes))


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        if isinstance(each, Mapping) and each:
            yield from _flat(each, f"{before}{key}.")
        else:
            yield f"{before}{key}", each
