"""How the vendors behind POST answer, each as it documents: what they accept, and what they refuse with which words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from firedrill.sinks.post import target
from firedrill.sinks.receiver import Answer, Request, Rule
from firedrill.vendors.cloudflare.rules.destinations.address import (
    IBM_KEY,
    IBM_PATH,
    NEW_RELIC_KEY,
    NEW_RELIC_PATH,
    SPLUNK_PATH,
    Address,
)
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS as KINDS_OF_LOGPUSH
from firedrill.vendors.cloudflare.uploads import TEST, records_in

_NEW_RELIC = re.compile(r"log-api(\.eu)?\.newrelic\.com")


def any_server(address: Address) -> Rule:
    """A server that wants the headers of the address."""
    wanted = target(address)

    def answer(request: Request) -> Answer:
        lacking = [name for name, value in wanted.headers.items() if request.headers.get(name.lower()) != value]
        return Answer(401, f"wrong {', '.join(lacking)}") if lacking else Answer(200)

    return answer


def splunk(address: Address) -> Rule:
    """The raw endpoint of an HTTP event collector.

    Source: help.splunk.com, Troubleshoot HTTP Event Collector.
    """
    wanted = target(address).headers.get("Authorization", "")

    def answer(request: Request) -> Answer:
        given = request.headers.get("authorization", "")
        if request.path != SPLUNK_PATH:
            return Answer(404, json.dumps({"text": "The requested URL was not found on this server.", "code": 404}))
        if not given:
            return _hec(401, "Token is required", 2)
        if not given.startswith("Splunk "):
            return _hec(401, "Invalid authorization", 3)
        if given != wanted:
            return _hec(403, "Invalid token", 4)
        if not request.query.get("channel"):
            return _hec(400, "Data channel is missing", 10)
        if not request.lines.strip():
            return _hec(400, "No data", 5)
        return _hec(200, "Success", 0)

    return answer


def _hec(status: int, text: str, code: int) -> Answer:
    return Answer(status, json.dumps({"text": text, "code": code}))


def datadog(address: Address) -> Rule:
    """The log intake.

    Source: docs.datadoghq.com/api/latest/logs (Send logs).
    """
    key, limits = target(address).headers.get("DD-API-KEY"), KINDS_OF_LOGPUSH["datadog"]

    def answer(request: Request) -> Answer:
        if request.headers.get("dd-api-key") != key:
            return _errors(403, "Forbidden")
        logs = _records(request)
        if len(request.lines) > limits.max_bytes or len(logs) > limits.max_records:
            return _errors(413, "Payload too large")
        return Answer(202, "{}") if all(isinstance(each, dict) for each in logs) else _errors(400, "Bad Request")

    return answer


def https(address: Address) -> Rule:
    """Any server that wants the headers of the address; New Relic's log API answers as its own page says."""
    return new_relic(address) if _NEW_RELIC.fullmatch(address.host) else any_server(address)


def new_relic(address: Address) -> Rule:
    """New Relic's log API.

    Source: docs.newrelic.com/docs/logs/log-api/introduction-log-api
    """
    key = address.get(NEW_RELIC_KEY)

    def answer(request: Request) -> Answer:
        if request.query.get(NEW_RELIC_KEY) != key:
            return Answer(403, "{}")
        whole = request.path == NEW_RELIC_PATH and all(isinstance(each, dict) for each in _records(request))
        return Answer(202, json.dumps({"requestId": "local"})) if whole else Answer(400, "{}")

    return answer


def sumo(address: Address) -> Rule:
    """A hosted HTTP collector.

    Source: help.sumologic.com/docs/send-data/hosted-collectors/http-source
    """
    wanted = target(address).path.partition("?")[0]
    return lambda request: Answer(200) if request.path == wanted else Answer(401)


def sentinelone(address: Address) -> Rule:
    """SentinelOne's collector, which speaks as Splunk's does: its own answers are undocumented."""
    wanted = target(address).headers.get("Authorization", "")

    def answer(request: Request) -> Answer:
        if request.path != SPLUNK_PATH:
            return _hec(404, "The requested URL was not found on this server.", 404)
        return (
            _hec(200, "Success", 0) if request.headers.get("authorization") == wanted else _hec(403, "Invalid token", 4)
        )

    return answer


def ibm(address: Address) -> Rule:
    """IBM Cloud Logs, which takes arrays.

    Source: cloud.ibm.com/apidocs/logs-service-api (Ingestion).
    """
    key = address.get(IBM_KEY)

    def answer(request: Request) -> Answer:
        if request.query.get(IBM_KEY) != key:
            return _errors(401, "Unauthorized")
        if len(request.lines) > KINDS_OF_LOGPUSH["ibmcl"].max_bytes:
            return _errors(413, "Payload too large")
        good = request.path == IBM_PATH and (request.lines == TEST or isinstance(_json(request.lines), list))
        return Answer(200) if good else _errors(400, "Bad Request")

    return answer


def _errors(status: int, title: str) -> Answer:
    return Answer(status, json.dumps({"errors": [title]}))


def _records(request: Request) -> list[Any]:
    """The records that were posted; one that is no object for what cannot be read."""
    try:
        return [*records_in(request.lines)]
    except ValueError:
        return [None]


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def either(*rules: Rule) -> Rule:
    """What one of several rules accepts is accepted: a vendor with several secrets in force. Else the last one answers.

    Source: docs.datadoghq.com/account_management/api-app-keys (every key of an organization is valid until revoked)
    """

    def answer(request: Request) -> Answer:
        answers = [rule(request) for rule in rules]
        return next((each for each in answers if each.status < 300), answers[-1])

    return answer


KINDS: Mapping[str, Callable[[Address], Rule]] = {
    "datadog": datadog,
    "splunk": splunk,
    "https": https,
    "sumo": sumo,
    "sentinelone": sentinelone,
    "ibmcl": ibm,
}
"""By how the addresses begin: the rule of a receiver that knows the credentials of an address."""
