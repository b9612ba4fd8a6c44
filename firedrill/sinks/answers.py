"""How the vendors behind POST answer, each as it documents: what they accept, and what they refuse with which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from firedrill.sinks.post import target
from firedrill.sinks.receiver import Answer, Request, Rule
from firedrill.vendors.cloudflare.rules.destinations.address import SPLUNK_PATH, Address

_DATADOG_BYTES, _DATADOG_RECORDS = 5_000_000, 1_000
_NEW_RELIC_PATH = "/log/v1"
_IBM_BYTES = 2_000_000


def https(address: Address) -> Rule:
    """Any server that wants the headers of the address."""
    wanted = target(address)

    def answer(request: Request) -> Answer:
        lacking = [name for name, value in wanted.headers.items() if request.headers.get(name.lower()) != value]
        return Answer(401, f"wrong {', '.join(lacking)}") if lacking else Answer(200)

    return answer


def splunk(address: Address) -> Rule:
    """The raw endpoint of an HTTP event collector. Source: help.splunk.com, Troubleshoot HTTP Event Collector."""
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
    """The log intake. Source: docs.datadoghq.com/api/latest/logs (Send logs)."""
    key = target(address).headers.get("DD-API-KEY")

    def answer(request: Request) -> Answer:
        lines = request.lines.splitlines()
        if request.headers.get("dd-api-key") != key:
            return _errors(403, "Forbidden")
        if len(request.lines) > _DATADOG_BYTES or len(lines) > _DATADOG_RECORDS:
            return _errors(413, "Payload too large")
        return Answer(202, "{}") if all(_is_object(line) for line in lines) else _errors(400, "Bad Request")

    return answer


def _errors(status: int, title: str) -> Answer:
    return Answer(status, json.dumps({"errors": [title]}))


def _is_object(line: bytes) -> bool:
    return isinstance(_json(line), dict)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


KINDS: Mapping[str, Callable[[Address], Rule]] = {"datadog": datadog, "splunk": splunk, "https": https}
"""By how the addresses begin: the rule of a receiver that knows the credentials of an address."""
