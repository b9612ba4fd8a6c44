"""A Worker's drill file (`drill.yaml`): the traffic that it gets, and what is special to it, as data.

docs/bring-your-own.md describes every key.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
)

from firedrill.canaries import REQUEST, Canary, written_short
from firedrill.runtime.take import Faults
from firedrill.scenarios.expects import Expects
from firedrill.scenarios.outbound import Answer, Asked
from firedrill.vendors.rules.models import NO_FLAG

PLACEHOLDERS = ("id", "n", "long")


IN_BRACES = re.compile(r"\{([^{}]*)\}")
_CAPTURED = r"^[a-z][a-z0-9_]*$"
_PLACE = r"^(body|headers\.[A-Za-z0-9-]+|json(\.\w+)+)(/.+/)?$"
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _placeholders_exist(request: str, info: ValidationInfo) -> str:
    if set(IN_BRACES.findall(request)) - {*PLACEHOLDERS, *(info.context or ())}:
        raise ValueError(request)
    return request


class _Keys(BaseModel):
    """A mapping of the file: its keys are known, and the description of each says what it may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Binary(_Keys):
    """A message of bytes."""

    binary: Annotated[str, Field(pattern=_BASE64, description="its bytes, in base64")]


class Call(_Keys):
    """One request of a session."""

    request: Annotated[
        str,
        AfterValidator(_placeholders_exist),
        Field(
            pattern=REQUEST,
            description="method and path, such as `GET /rooms/{id}`; of placeholders it takes {id}, {n}, {long} and "
            "what its session has captured",
        ),
    ] = "GET /"
    headers: Annotated[dict[str, str], Field(description="headers by name")] = {}
    body: Annotated[str | None, Field(description="the body as text")] = None
    json_: Annotated[JsonValue, Field(alias="json", description="the body as JSON, with its content type")] = None
    binary: Annotated[str, Field(pattern=_BASE64, description="the body as bytes, in base64")] = ""
    cf: Annotated[
        dict[str, JsonValue] | None, Field(description="what `request.cf` has, such as `{ country: NL, colo: AMS }`")
    ] = None
    messages: Annotated[
        tuple[str | Binary, ...] | None,
        Field(
            description="messages to send over a WebSocket, each after the answer to the one before it: texts, or "
            "bytes as `{ binary: AAE= }`"
        ),
    ] = None
    every_ms: Annotated[
        int,
        NO_FLAG,
        Field(
            ge=0,
            le=5000,
            description="sends a message every so many ms, whether or not the one before is answered; a whole number, "
            "0 (after each answer) to 5000",
        ),
    ] = 0
    rpc: Annotated[
        str,
        Field(
            pattern=r"^((?:[A-Za-z_$][\w$]*\.)?[A-Za-z_$][\w$]*)?$",
            description="a method to call by RPC instead: `greet` of the default entrypoint, `Admin.greet` of a named "
            "one",
        ),
    ] = ""
    arguments: Annotated[tuple[JsonValue, ...], Field(description="what the method is called with")] = ()
    queue: Annotated[str, Field(description="a queue: gives the queue handler a batch of it instead")] = ""
    batch: Annotated[tuple[JsonValue, ...], Field(description="the bodies of the messages of the batch")] = ()
    capture: Annotated[
        dict[Annotated[str, Field(pattern=_CAPTURED)], Annotated[str, Field(pattern=_PLACE)]],
        Field(
            description="values of the answer for later requests of the session, by name (lowercase letters, digits "
            "and _), which stands there in braces: `json.` and the way to it (`json.rooms.0.id`), `headers.` and a "
            "name, or `body`; of each a regular expression finds a part, its first group where it has one "
            "(`body/id=([0-9]+)/`)"
        ),
    ] = {}
    at_once: Annotated[
        int, NO_FLAG, Field(ge=1, le=1000, description="how often it is sent, all at once; a whole number, 1 to 1000")
    ] = 1
    scheduled: Annotated[str, Field(description="a cron pattern: calls the scheduled handler instead")] = ""


class Sessions(_Keys):
    """Clients that all send the same requests, each in this order."""

    count: Annotated[int, NO_FLAG, Field(ge=1, le=1000, description="how many clients; a whole number, 1 to 1000")] = 1
    session: Annotated[
        tuple[Annotated[Call, BeforeValidator(written_short)], ...],
        Field(min_length=1, description="requests, each a mapping or just its method and path"),
    ]


Traffic = tuple[Sessions, ...]
MayFire = Annotated[tuple[str, ...], Field(description="monitors that may fire in it or stay quiet")]
Produces = Annotated[
    tuple[str, ...],
    Field(description="points that it must leave, such as `do.operations{operation:post,result:ok}`"),
]


class Adjustment(_Keys):
    """What holds for this Worker in one of the scenarios that every Worker gets."""

    skip: Annotated[str, Field(description="why the scenario means nothing for this Worker; it is not run then")] = ""
    also_fires: Annotated[tuple[str, ...], Field(description="monitors that must fire in it as well")] = ()
    may_fire: MayFire = ()
    does_not_fire: Annotated[tuple[str, ...], Field(description="monitors that must stay quiet in it")] = ()
    produces: Produces = ()


class Extra(_Keys):
    """A scenario of this Worker alone."""

    summary: Annotated[str, Field(min_length=1, description="a sentence that says what happens")]
    traffic: Annotated[Traffic, Field(description="the sessions of its minutes, in place of the everyday ones")] = ()
    more_traffic: Annotated[Traffic, Field(description="sessions besides the everyday ones")] = ()
    faults: Annotated[Faults, Field(description="what fails, as a rate from 0 to 1 each")] = Faults()
    idle: Annotated[bool, Field(description="true or false: whether the bindings of `idle` hold")] = False
    minutes: Annotated[int, NO_FLAG, Field(ge=1, le=30, description="how long it lasts; a whole number, 1 to 30")] = 25
    fires: Annotated[tuple[str, ...], Field(description="monitors that must alert, and recover after it")] = ()
    may_fire: MayFire = ()
    produces: Produces = ()


class DrillFile(_Keys):
    """Everything that a drill has to know of a Worker besides what the stack declares."""

    traffic: Annotated[Traffic, Field(min_length=1, description="the sessions of an everyday minute")]
    canary: Annotated[
        tuple[Annotated[Canary, BeforeValidator(written_short)], ...],
        Field(
            max_length=100,
            description="requests that `firedrill verify` and the heartbeat send to the deployed Worker, the last of "
            "which remove what the others have stored; none by default",
        ),
    ] = ()
    bindings: Annotated[
        dict[str, str | dict[str, JsonValue] | None],
        Field(
            description="values of bindings in the drill, as text; null leaves out one that is not to be had here; a "
            "mapping says what each of its methods answers, `fetch` with status, headers and body"
        ),
    ] = {}
    outbound: Annotated[
        dict[Asked, Answer],
        Field(
            description="what the Worker gets that fetches from outside, by URL, such as `https://api.example.com/v1/*`"
            " (without query; a `*` at its end stands for anything; the most specific holds), or by method and URL,"
            " such as `POST https://push.example.com/send`; what none of them names fails"
        ),
    ] = {}
    unreached: Annotated[
        dict[str, Annotated[str, Field(min_length=1)]],
        Field(description="handlers and bindings that no traffic need come to, by name, each with the reason"),
    ] = {}
    idle: Annotated[
        dict[str, str], Field(description="values of bindings, as text, with which objects clean up within seconds")
    ] = {}
    expects: Annotated[
        Expects,
        Field(description="what its users rely on besides its answers, held against what the drill sees of every take"),
    ] = Expects()
    adjust: Annotated[
        dict[str, Adjustment], Field(description="scenarios that every Worker gets, by name, with what differs here")
    ] = {}
    scenarios: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")], Extra],
        Field(description="scenarios of this Worker alone, by name: lowercase letters, digits and dashes"),
    ] = {}


def entrypoints(file: DrillFile) -> tuple[str, ...]:
    """The named entrypoints that its traffic calls, sorted."""
    extras = [sessions for each in file.scenarios.values() for sessions in (each.traffic, each.more_traffic)]
    calls = [call for sessions in (file.traffic, *extras) for each in sessions for call in each.session]
    return tuple(sorted({call.rpc.partition(".")[0] for call in calls if "." in call.rpc}))
