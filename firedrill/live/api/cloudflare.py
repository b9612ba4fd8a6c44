"""Cloudflare's API: whether a token works, a Logpush job and how it does, a Worker's settings, the objects of R2.

Source: developers.cloudflare.com/api (user/tokens/verify, logpush/jobs, workers/scripts/settings, r2/buckets/objects)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from firedrill.live.api.http import Answer, Handler, Request, Route
from firedrill.live.flow import Health
from firedrill.resources import LOGPUSH_JOB, WORKERS_SCRIPT, Resource, of_type
from firedrill.vendors.cloudflare.from_pulumi import logpush_job, workers_script
from firedrill.vendors.cloudflare.rules import answers
from firedrill.vendors.cloudflare.rules.permissions import READ_LOGS, READ_OBJECTS, READ_WORKERS

PREFIX = "/client/v4"
Objects = Callable[[str], Iterable[str]]
"""The keys of the objects in a bucket of R2."""
_TOKEN_ID = "0" * 32
_UNAUTHORISED = 10000
_NO_SUCH_JOB = 1002
_NO_SUCH_WORKER = 10007
FORBIDDEN = Answer(403, answers.refusal(_UNAUTHORISED, "Authentication error"))
"""To a token without the permission."""


def routes(resources: Sequence[Resource], health: Callable[[str], Health], objects: Objects, token: str) -> list[Route]:
    """What is answered to whoever has the token; `health` is that of the job with a name."""
    jobs = {_number(each.id): logpush_job(each.inputs) for each in of_type(resources, LOGPUSH_JOB)}
    scripts = {each.inputs["scriptName"]: workers_script(each.inputs) for each in of_type(resources, WORKERS_SCRIPT)}

    def known(answer: Callable[..., Answer]) -> Handler:
        def guarded(request: Request, *places: str) -> Answer:
            if request.headers.get("authorization") != f"Bearer {token}":
                return _refused(401, _UNAUTHORISED, "Authentication error")
            return answer(request, *places)

        return guarded

    def verify(*_: object) -> Answer:
        return _result({"id": _TOKEN_ID, "status": "active"})

    def job(_: Request, account: str, id_: str) -> Answer:
        found = jobs.get(id_)
        if found is None or found.get("account_id") != account:
            return _refused(404, _NO_SUCH_JOB, f"no logpush job {id_}")
        return _result({**found, "id": int(id_), **_health(health(found.get("name") or ""))})

    def settings(_: Request, account: str, name: str) -> Answer:
        found = scripts.get(name)
        if found is None or found.get("account_id") != account:
            return _refused(404, _NO_SUCH_WORKER, "This Worker does not exist on your account.")
        shown: dict[str, Any] = {key: found[key] for key in ("logpush", "observability") if key in found}
        return _result(shown | {"tags": [], "tail_consumers": []})

    def listed(request: Request, _: str, bucket: str) -> Answer:
        keys = [key for key in objects(bucket) if key.startswith(request.query.get("prefix", ""))]
        return _result([{"key": key} for key in sorted(keys)])

    return [
        Route("GET", f"{PREFIX}/user/tokens/verify", known(verify)),
        Route("GET", f"{PREFIX}/accounts/{{}}/tokens/verify", known(verify)),
        Route("GET", f"{PREFIX}/accounts/{{}}/logpush/jobs/{{}}", known(job), READ_LOGS),
        Route("GET", f"{PREFIX}/accounts/{{}}/workers/scripts/{{}}/script-settings", known(settings), READ_WORKERS),
        Route("GET", f"{PREFIX}/accounts/{{}}/r2/buckets/{{}}/objects", known(listed), READ_OBJECTS),
    ]


def _number(id_: str) -> str:
    """A job's id, which Pulumi has as a float."""
    return str(int(float(id_)))


def _health(health: Health) -> dict[str, Any]:
    return {
        "last_complete": _time(health.last_complete_ms),
        "last_error": _time(health.last_error_ms),
        "error_message": health.error or None,
    }


def _time(time_ms: int | None) -> str | None:
    return None if time_ms is None else datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _result(result: Any) -> Answer:
    return Answer(200, answers.result(result))


def _refused(status: int, code: int, message: str) -> Answer:
    return Answer(status, answers.refusal(code, message))
