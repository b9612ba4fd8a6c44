"""A Worker's drill file (`drill.yaml`): the traffic that it gets, and what is special to it, as data.

docs/bring-your-own.md describes every key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import Annotated, Any

import yaml  # type: ignore[import-untyped]
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
)

from firedrill.canaries import REQUEST, Canary, written_short
from firedrill.documents import is_there, mistakes_told, text_of
from firedrill.runtime.take import Faults
from firedrill.vendors.errors import FiredrillError, as_one
from firedrill.vendors.rules.documents import yaml_value
from firedrill.vendors.rules.models import NO_FLAG, Fault, Path, faults, joined

PLACEHOLDERS = ("id", "n", "long")
SHOWN = 60
"""Characters of a wrong value that an error shows."""


_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_CAPTURED = r"^[a-z][a-z0-9_]*$"
_PLACE = r"^(body|headers\.[A-Za-z0-9-]+|json(\.\w+)+)(/.+/)?$"
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _placeholders_exist(request: str, info: ValidationInfo) -> str:
    if set(_IN_BRACES.findall(request)) - {*PLACEHOLDERS, *(info.context or ())}:
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
    unreached: Annotated[
        dict[str, Annotated[str, Field(min_length=1)]],
        Field(description="handlers and bindings that no traffic need come to, by name, each with the reason"),
    ] = {}
    idle: Annotated[
        dict[str, str], Field(description="values of bindings, as text, with which objects clean up within seconds")
    ] = {}
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


FILE = "drill.yaml"
FOLDER = "drill"
OLD = "worker/drill.yaml"
"""The drill file of programs from before there were several Workers."""


def drill_file_of(names: Sequence[str], content_file: str, root: FilePath, program: FilePath) -> str:
    """The path, from `root`, of the drill file of a Worker that no ObservedService describes; "" where there is none.

    That is drill/NAME.yaml for one of its `names`, else the nearest drill.yaml from the folder of its content up to the
    project's, else worker/drill.yaml. `program` is the folder that the content's path starts from.
    """
    root, place = root.resolve(), (program / (content_file or FILE)).resolve()
    found = [root / FOLDER / f"{name}.yaml" for name in names]
    found += [folder / FILE for folder in place.parents if folder.is_relative_to(root)]
    found.append(root / OLD)
    return next((each.relative_to(root).as_posix() for each in found if is_there(each)), "")


def read_drill_file(path: FilePath, name: str) -> DrillFile:
    """The drill file at `path`, called `name` in errors; EVERYDAY for one without a name.

    Raises FiredrillError with every problem, one a line.
    """
    if not name:
        return EVERYDAY
    if not is_there(path):
        raise FiredrillError(f"there is no drill file {name!r}; write it, or correct its path")
    text = text_of(path, name)
    with mistakes_told():
        content = yaml_value(text, name)
    try:
        file = DrillFile.model_validate(content, context=set(_captured_in(content)))
    except ValidationError as error:
        found = faults(DrillFile, error)
        raise as_one([FiredrillError(f"{_place(text, name, each.path)}: {_told(each)}") for each in found]) from error
    if early := list(_early(file)):
        raise as_one([FiredrillError(f"{_place(text, name, path)}: {told}") for path, told in early])
    return file


def _captured_in(content: Any) -> Iterator[str]:
    """The names that anything in the file captures."""
    if isinstance(content, dict):
        if isinstance(content.get("capture"), dict):
            yield from map(str, content["capture"])
        content = list(content.values())
    for each in content if isinstance(content, list) else ():
        yield from _captured_in(each)


def _early(file: DrillFile) -> Iterator[tuple[Path, str]]:
    """Where a request has in braces what its session captures later, or another session does."""
    every: list[tuple[Path, Traffic]] = [(("traffic",), file.traffic)]
    for scenario, extra in file.scenarios.items():
        every += [(("scenarios", scenario, key), getattr(extra, key)) for key in ("traffic", "more_traffic")]
    for place, sessions in every:
        for number, each in enumerate(sessions):
            known = {*PLACEHOLDERS}
            for index, call in enumerate(each.session):
                for name in _IN_BRACES.findall(call.request):
                    if name not in known:
                        path = (*place, number, "session", index)
                        yield path, f"{joined(path)}: {{{name}}} is captured by no earlier request of the session"
                known |= call.capture.keys()


def _place(text: str, name: str, path: Path) -> str:
    """The file with line and column of the innermost thing on a path that the text has."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    mark = node.start_mark if node else None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(step) not in pairs:
                break
            key, node = pairs[str(step)]
            mark = key.start_mark
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        else:
            break
    return f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark and path else name


def editor_schema() -> dict[str, Any]:
    """A JSON Schema of drill files, by which editors complete and check them."""
    schema = DrillFile.model_json_schema()
    call = {"anyOf": [{"type": "string", "pattern": REQUEST}, {"$ref": "#/$defs/Call"}]}
    schema["$defs"]["Sessions"]["properties"]["session"]["items"] = call
    canary = {"anyOf": [{"type": "string", "pattern": REQUEST}, {"$ref": "#/$defs/Canary"}]}
    schema["properties"]["canary"]["items"] = canary
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:firedrill:drill-file"}
    return {**told, **_with_limits(schema), "title": "The drill file of a Worker"}


_LIMITS = {"ge": "minimum", "le": "maximum"}
"""What pydantic leaves as it is where a validator runs before the limit does."""


def _with_limits(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_limits(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    limit = "type" in schema
    return {_LIMITS.get(key, key) if limit else key: _with_limits(each) for key, each in schema.items()}


EVERYDAY = DrillFile(traffic=(Sessions(count=8, session=(Call(),)),))
"""For a Worker without a drill file: eight clients a minute, each of which sends `GET /`."""


def keys(model: type[BaseModel]) -> dict[str, str]:
    """The keys of a mapping of the file, each with what it may hold."""
    return {field.alias or name: field.description or "" for name, field in model.model_fields.items()}


def _told(fault: Fault) -> str:
    """What is wrong at one place of the file, and what may be there."""
    if not fault.path:
        return f"the file is not a mapping; allowed: the keys {', '.join(keys(DrillFile))}"
    value = fault.breach.value
    shortened = value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
    return str(fault.breach._replace(value=shortened))
