"""The part of Cloudflare's HTTP API that proves whose a destination is, over a Cloud.

Sources: developers.cloudflare.com/api/resources/logpush/subresources/ownership,
developers.cloudflare.com/fundamentals/api/troubleshooting (codes of errors)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.values import redacted, secret
from firedrill.local_server import QuietHandler, serving
from firedrill.ports import require_free
from firedrill.vendors.cloudflare.rules import answers
from firedrill.vendors.errors import FiredrillError

VARIABLE = "CLOUDFLARE_BASE_URL"
"""The environment variable with which Cloudflare's clients and providers find the API."""
BASE = "/client/v4"
_PATH = re.compile(rf"{BASE}/(?P<owner>(accounts|zones)/[^/]+)/logpush/ownership(?P<validate>/validate)?")
_LONGEST = 20_000
"""Bytes of a body: two texts of at most 4,096 characters."""


class Reply(NamedTuple):
    """What the API answers."""

    status: HTTPStatus
    body: Any


def reply(cloud: Cloud, path: str, authorization: str, body: bytes) -> Reply:
    """The answer to a POST; any token authorizes, since there is no account."""
    match = _PATH.fullmatch(path)
    if match is None:
        return _refused(
            HTTPStatus.NOT_FOUND, 7003, f"Could not route to {path}, perhaps your object identifier is invalid?"
        )
    if not authorization.removeprefix("Bearer ").strip():
        return _refused(HTTPStatus.FORBIDDEN, 10000, "Authentication error")
    try:
        given = json.loads(body)
        conf, token = given["destination_conf"], given.get("ownership_challenge", "")
    except (ValueError, TypeError, KeyError, AttributeError):
        return _refused(HTTPStatus.BAD_REQUEST, 1002, "error parsing input: a JSON object with destination_conf")
    if match["validate"]:
        return _result({"valid": cloud.is_met(match["owner"], conf, token)})
    try:
        return _result({"filename": cloud.challenge(match["owner"], conf), "message": "", "valid": True})
    except FiredrillError as error:
        return _refused(HTTPStatus.BAD_REQUEST, 1002, redacted(str(error), secret(conf)))


@contextmanager
def serving_api(cloud: Cloud, port: int = 0) -> Iterator[str]:
    """Serve at a port, any free one by default, until the block ends; gives the address that VARIABLE has to have.

    Raises CannotRun for a port that cannot be used.
    """
    require_free([(port, "Cloudflare's API")], "End what listens there, or give another --api-port (0 for any).")

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - its name there
            length = min(int(self.headers.get("Content-Length") or 0), _LONGEST)
            self.send_json(*reply(cloud, self.path, self.headers.get("Authorization", ""), self.rfile.read(length)))

    with serving(Handler, port) as address:
        yield f"{address}{BASE}"


def _result(result: Any) -> Reply:
    return Reply(HTTPStatus.OK, answers.result(result))


def _refused(status: HTTPStatus, code: int, message: str) -> Reply:
    return Reply(status, answers.refusal(code, message))
