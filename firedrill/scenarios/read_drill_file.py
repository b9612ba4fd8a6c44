"""Where a Worker's drill file is, and how it is read: what is wrong with it, and at which place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

import yaml  # type: ignore[import-untyped]
from pydantic import (
    BaseModel,
    ValidationError,
)

from firedrill.canaries import REQUEST
from firedrill.documents import is_there, mistakes_told, text_of
from firedrill.scenarios.drill_file import IN_BRACES, PLACEHOLDERS, Call, DrillFile, Sessions, Traffic
from firedrill.scenarios.outbound import WITHOUT_BODY
from firedrill.vendors.errors import FiredrillError, as_one
from firedrill.vendors.rules.documents import yaml_value
from firedrill.vendors.rules.models import Fault, Path, faults, joined

SHOWN = 60
"""Characters of a wrong value that an error shows."""
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
    if wrong := [*_early(file), *_torn(file)]:
        raise as_one([FiredrillError(f"{_place(text, name, path)}: {told}") for path, told in wrong])
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
                for name in IN_BRACES.findall(call.request):
                    if name not in known:
                        path = (*place, number, "session", index)
                        yield path, f"{joined(path)}: {{{name}}} is captured by no earlier request of the session"
                known |= call.capture.keys()


def _torn(file: DrillFile) -> Iterator[tuple[Path, str]]:
    """Where an answer of what is outside has a body twice, or one that its status has not."""
    for asked, answer in file.outbound.items():
        place: Path = ("outbound", asked)
        has_json = "json_" in answer.model_fields_set
        if answer.body is not None and has_json:
            yield (*place, "body"), f"{joined(place)} has both body and json; leave out one of them"
        if answer.status in WITHOUT_BODY and (answer.body or has_json):
            yield (*place, "status"), f"{joined(place)} has a body, which status {answer.status} has not; remove it"


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
