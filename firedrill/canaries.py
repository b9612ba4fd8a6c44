"""Canary requests: what a drill file lists under `canary`, and how their ids tell who sends them."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

CANARY = "f12ed211"
"""How the ids of canary requests begin (telemetry.request), in a word that hexadecimal digits have for Firedrill."""
HEADER = "x-request-id"
"""The request's id, which a Worker takes over into its telemetry if it is 16 hexadecimal digits."""
BEAT = "f"
"""The first digit of a request's number within its run, of those that the heartbeat sends: `firedrill verify` never
comes to such numbers."""
BEATING = f"{CANARY}????{BEAT}*"
"""The ids of heartbeats, as log searches write it."""
OBJECT = "firedrill-heartbeat"
"""The name of the object that the heartbeat exercises."""
REQUEST = r"^[A-Z]+ /\S*$"


def _only_the_id(request: str) -> str:
    if set(re.findall(r"\{([^}]*)\}", request)) - {"id"}:
        raise ValueError(request)
    return request


class Canary(BaseModel):
    """One request that a deployed Worker is sent to see that its logs arrive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: Annotated[
        str,
        AfterValidator(_only_the_id),
        Field(
            pattern=REQUEST,
            description="method and path, such as `PUT /rooms/{id}`; {id} is a name that nothing else has",
        ),
    ]
    headers: Annotated[dict[str, str], Field(description="headers by name")] = {}
    body: Annotated[str | None, Field(description="the body as text")] = None
    json_: Annotated[JsonValue, Field(alias="json", description="the body as JSON, with its content type")] = None


def written_short(call: Any) -> Any:
    """A request that is written as nothing but its method and path, as a mapping."""
    return {"request": call} if isinstance(call, str) else call


class Request(NamedTuple):
    """A canary request about one object, without the header that has its id."""

    method: str
    path: str
    headers: dict[str, str]
    body: str | None


def about(call: Canary, object_: str) -> Request:
    """The request with the name of an object in place of `{id}`."""
    method, path = call.request.split(" ", 1)
    of_json = {} if call.json_ is None else {"content-type": "application/json"}
    body = call.body if call.json_ is None else json.dumps(call.json_)
    filled = None if body is None else body.replace("{id}", object_)
    return Request(method, path.replace("{id}", object_), {**of_json, **call.headers}, filled)


def heartbeat_id(run: int, number: int) -> str:
    """The id of a run's request of that number, which is below 4,096; runs are told apart modulo 65,536."""
    return f"{CANARY}{run % 16**4:04x}{BEAT}{number:03x}"


def is_heartbeat(id_: object) -> bool:
    """Whether a request's id is one of the heartbeat's."""
    return isinstance(id_, str) and id_.startswith(CANARY) and id_[len(CANARY) + 4 :].startswith(BEAT)
