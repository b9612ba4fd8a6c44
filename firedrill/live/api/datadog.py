"""Datadog's API: keys, log search, metric queries, log-based metrics, monitors and the events that they leave.

Only what the newest logs, points and notifications of the running stack tell. What else could be asked is refused.
Source: docs.datadoghq.com/api/latest (authentication, logs, metrics, logs-metrics, monitors, events)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from firedrill.declared.declaration import declared_in
from firedrill.live.api.http import Answer, Handler, Request, Route
from firedrill.live.api.points import points
from firedrill.live.stack import LiveStack
from firedrill.resources import LOGS_METRIC, MONITOR, Resource, of_type
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import Notification, State, parse_monitors
from firedrill.vendors.datadog.rules.permissions import (
    QUERY_METRICS,
    READ_EVENTS,
    READ_LOG_METRICS,
    READ_LOGS,
    READ_MONITORS,
    WRITE_MONITORS,
)
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.errors import FiredrillError

_NOW = re.compile(r"now(?:-(\d+)([smhd]))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MOST = 1_000
"""Logs and events on a page. Source: docs.datadoghq.com/api/latest/logs (page.limit)"""
_FIRST_CREATED = 90_000_000
FORBIDDEN = Answer(403, {"errors": ["Forbidden"]})
"""To keys that are wrong, or lack the permission."""


def routes(resources: Sequence[Resource], live: LiveStack, key: str) -> list[Route]:
    """What is answered to whoever has the key, as API key and as application key."""
    api = _Api(resources, live)

    def known(answer: Callable[..., Answer], *, application: bool = True) -> Handler:
        names = ("dd-api-key", "dd-application-key") if application else ("dd-api-key",)

        def guarded(request: Request, *places: str) -> Answer:
            if any(request.headers.get(name) != key for name in names):
                return FORBIDDEN
            try:
                with live.reading:
                    return answer(request, *places)
            except FiredrillError as error:
                return Answer(400, {"errors": [str(error)]})

        return guarded

    return [
        Route("GET", "/api/v1/validate", known(lambda _: Answer(200, {"valid": True}), application=False)),
        Route("GET", "/api/v2/validate_keys", known(lambda _: Answer(200, {"status": "ok"}))),
        Route("POST", "/api/v2/logs/events/search", known(api.logs), READ_LOGS),
        Route("GET", "/api/v1/query", known(api.query), QUERY_METRICS),
        Route("GET", "/api/v2/logs/config/metrics/{}", known(api.metric), READ_LOG_METRICS),
        Route("GET", "/api/v1/monitor/{}", known(api.monitor), READ_MONITORS),
        Route("POST", "/api/v1/monitor", known(api.create), WRITE_MONITORS),
        Route("DELETE", "/api/v1/monitor/{}", known(api.delete), WRITE_MONITORS),
        Route("POST", "/api/v2/events/search", known(api.events), READ_EVENTS),
    ]


class _Api:
    """The answers; the caller sees to it that nothing changes meanwhile."""

    def __init__(self, resources: Sequence[Resource], live: LiveStack) -> None:
        self._live = live
        self._monitors = {str(spec["id"]): spec for spec in declared_in(of_type(resources, MONITOR)).of("monitor")}
        self._metrics = {spec["id"]: spec for spec in declared_in(of_type(resources, LOGS_METRIC)).of("log metric")}
        self._created, self._began_ms = 0, live.now_ms()

    def logs(self, request: Request) -> Answer:
        """The logs of a time that a search finds, the oldest first, on one page."""
        asked = request.body["filter"]
        matches = compile_query(asked.get("query") or "*")
        from_ms, to_ms = self._span(asked)
        found = [log for log in self._live.logs if from_ms <= log.timestamp <= to_ms and matches(log)]
        page = sorted(found, key=lambda log: log.timestamp)[: _limit(request.body)]
        return Answer(200, {"data": [_log(log) for log in page], "meta": {"status": "done"}})

    def query(self, request: Request) -> Answer:
        """The points of one metric, by group."""
        from_s, to_s, text = int(request.query["from"]), int(request.query["to"]), request.query["query"]
        series = points(self._live.store, text, from_s, to_s)
        return Answer(200, {"status": "ok", "res_type": "time_series", "query": text, "series": series})

    def metric(self, _: Request, name: str) -> Answer:
        """The definition of a log-based metric."""
        spec = self._metrics.get(name)
        if spec is None:
            return Answer(404, {"errors": ["Not Found"]})
        attributes = {key: spec[key] for key in ("compute", "filter", "group_by")}
        return Answer(200, {"data": {"type": "logs_metrics", "id": name, "attributes": attributes}})

    def monitor(self, request: Request, id_: str) -> Answer:
        """A monitor and, if asked for, the states of its groups."""
        spec = self._monitors.get(id_)
        if spec is None:
            return Answer(404, {"errors": ["Monitor not found"]})
        states = self._live.evaluation.states.get(id_, {})
        overall = max(states.values(), default=State.NO_DATA).label
        shown = {**spec, "id": int(id_), "created": _iso(self._began_ms), "overall_state": overall}
        if request.query.get("group_states"):
            shown["state"] = {"groups": {_group(group): _state(group, state) for group, state in states.items()}}
        return Answer(200, shown)

    def create(self, request: Request) -> Answer:
        """A new monitor, evaluated from now on."""
        self._created += 1
        id_ = str(_FIRST_CREATED + self._created)
        (monitor,) = parse_monitors([{**request.body, "id": id_}], strict=True)
        self._live.evaluation.create(monitor)
        self._monitors[id_] = {**request.body, "id": id_}
        return Answer(200, {**request.body, "id": int(id_), "overall_state": State.NO_DATA.label})

    def delete(self, _: Request, id_: str) -> Answer:
        """A monitor that was created here; those of the stack are Pulumi's."""
        if not self._live.evaluation.remove(id_):
            return Answer(404, {"errors": ["Monitor not found"]})
        del self._monitors[id_]
        return Answer(200, {"deleted_monitor_id": int(id_)})

    def events(self, request: Request) -> Answer:
        """What monitors have sent in a time, the oldest first, as events of theirs."""
        asked = request.body["filter"]
        matches = compile_query(asked.get("query") or "*")
        from_ms, to_ms = self._span(asked)
        sent = [each for each in self._live.evaluation.sent if from_ms <= each.time_s * 1000 <= to_ms]
        found = [event for each in sent if matches(_searched(event := _event(each)))]
        return Answer(200, {"data": found[: _limit(request.body)], "meta": {"status": "done"}})

    def _span(self, asked: Mapping[str, str]) -> tuple[int, int]:
        now_ms = self._live.now_ms()
        return _time(asked.get("from", "now-15m"), now_ms), _time(asked.get("to", "now"), now_ms)


def _limit(body: Mapping[str, Any]) -> int:
    return min(int((body.get("page") or {}).get("limit") or 10), _MOST)


def _time(text: str, now_ms: int) -> int:
    """Ms since the epoch, of milliseconds, ISO 8601, or date math such as `now-15m`."""
    if match := _NOW.fullmatch(text):
        before = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match[1] else timedelta()
        return now_ms - before // timedelta(milliseconds=1)
    try:
        return int(text) if text.isdigit() else round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError as error:
        raise FiredrillError(f"{text!r} is no time; give ISO 8601, milliseconds, or now-15m") from error


def _log(log: Log) -> dict[str, Any]:
    shown = {
        "attributes": log.attributes,
        "host": log.host,
        "message": log.message,
        "service": log.service,
        "status": log.status,
        "tags": [*log.tags, f"source:{log.source}"],
        "timestamp": _iso(log.timestamp),
    }
    return {"id": f"{id(log):x}", "type": "log", "attributes": shown}


def _event(sent: Notification) -> dict[str, Any]:
    """Source: docs.datadoghq.com/api/latest/events (search), its schema of an event from a monitor."""
    attributes = {
        "evt": {"source_id": 36, "name": sent.title},
        "monitor": {"id": int(sent.monitor_id), "name": sent.monitor},
        "monitor_id": int(sent.monitor_id),
        "monitor_groups": list(sent.group),
        "source_type_name": "Monitor Alert",
        "status": _STATUSES[sent.state],
        "title": sent.title,
    }
    tags = [f"monitor_id:{sent.monitor_id}", "source:alert", *sent.group]
    shown = {"attributes": attributes, "message": sent.message, "tags": tags, "timestamp": _iso(sent.time_s * 1000)}
    return {"id": f"{sent.monitor_id}-{sent.time_s}", "type": "event", "attributes": shown}


_STATUSES = {
    State.ALERT: "error",
    State.WARN: "warning",
    State.OK: "success",
    State.NO_DATA: "error",
    State.UNKNOWN: "warning",
}


def _searched(event: Mapping[str, Any]) -> Log:
    shown = event["attributes"]
    attributes = shown["attributes"]
    return Log(attributes, 0, shown["message"], attributes["status"], source="alert", tags=shown["tags"])


def _group(group: tuple[str, ...]) -> str:
    return ",".join(group) or "*"


def _state(group: tuple[str, ...], state: State) -> dict[str, Any]:
    return {"name": _group(group), "status": state.label}


def _iso(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
