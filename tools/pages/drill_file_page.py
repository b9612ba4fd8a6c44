"""docs/drill-file.md: every key of a drill file, every fault, and the scenarios that every Worker gets."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import fields

from pydantic import BaseModel

from firedrill.runtime.take import Faults
from firedrill.scenarios.drill_file import Adjustment, Call, DrillFile, Extra, Sessions
from firedrill.scenarios.expects import CleansUp, Expects, MethodExpects, Repeats
from firedrill.scenarios.generic import GENERIC
from firedrill.scenarios.outbound import Answer
from firedrill.scenarios.read_drill_file import keys
from firedrill.scenarios.traffic import LONG
from tools.pages.markdown import GENERATED, page, table

_MAPPINGS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file", DrillFile),
    ("Sessions: `traffic`, `more_traffic`", Sessions),
    ("Requests, calls and batches: `session`", Call),
    ("What is outside: `outbound.<url>`", Answer),
    ("What users rely on: `expects`", Expects),
    ("What a call may cost: `expects.methods.<method>`", MethodExpects),
    ("When calls are repeated: `expects.repeats`", Repeats),
    ("When objects clean up: `expects.cleans_up`", CleansUp),
    ("A scenario that every Worker gets, or of a danger (`requests-fail@night`): `adjust.<scenario>`", Adjustment),
    ("A scenario of this Worker alone: `scenarios.<name>`", Extra),
)
_INTRODUCTION = f"""\
{GENERATED}

# The drill file

`drill` in a Worker's entry of `workers` names a YAML file that says what the Worker is sent in a minute and what is
special to it. [bring-your-own.md](bring-your-own.md) has an example; [worker/drill.yaml](../worker/drill.yaml) is that
of the shipped Worker.

`firedrill schema drill-file` prints a JSON Schema by which editors complete and check it; VS Code's YAML extension
takes it from the file's first line: `# yaml-language-server: $schema=drill-file.schema.json`.

In `request`, `headers`, `body`, `json`, `messages`, `arguments` and `batch`, `{{id}}` stands for the client's own id,
`{{n}}` for the number of the request in its session, `{{long}}` for {len(LONG):,} letters, and what `capture` names for
what an earlier answer of the session had. Braces in a flow mapping need quotes: `{{ request: "GET /rooms/{{id}}" }}`.
Ids are new in each take, since each needs objects of its own. Where there are several classes, one is named before a
monitor or a scenario: `ChatRoom/do-errors`, `ChatRoom/storage-failing`."""


def markdown() -> str:
    """The whole page."""
    blocks = [_INTRODUCTION]
    for title, model in _MAPPINGS:
        rows = ((f"`{key}`", allowed) for key, allowed in keys(model).items())
        blocks += [f"## {title}", table(("key", "what it takes"), rows)]
    blocks += [
        "## Faults: `faults`",
        table(("fault", "default", "what it does"), _faults()),
        "## Scenarios that every Worker gets",
        "Of these monitors, those that are declared must fire, or may; a scenario without any is not run. Faults are\n"
        "as large as thresholds ask for: a surge is twice what `traffic-surge` tolerates, slow storage takes 1.4\n"
        "times what `do-latency` does. A class that counts itself (`countedBy: object`) shows no errors of calls that\n"
        "never reach it.",
        table(("scenario", "what happens", "must fire", "may fire"), _scenarios()),
    ]
    return page(*blocks)


def _faults() -> Iterable[tuple[str, ...]]:
    told, none = _told(), Faults()
    for field in fields(Faults):
        default = getattr(none, field.name)
        yield f"`{field.name}`", f"`{default}`" if default else "", told.get(field.name, "")


def _told() -> Mapping[str, str]:
    """What the text below each field of Faults says."""
    (declared,) = ast.parse(textwrap.dedent(inspect.getsource(Faults))).body
    assert isinstance(declared, ast.ClassDef)
    found = {}
    for field, below in zip(declared.body, declared.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            assert isinstance(field.target, ast.Name)
            found[field.target.id] = " ".join(str(below.value.value).split())
    return found


def _scenarios() -> Iterable[tuple[str, ...]]:
    for each in GENERIC:
        yield (
            f"`{each.name}`" + (", for each class" if each.per_class else ""),
            each.summary,
            ", ".join(f"`{id_}`" for id_ in (*each.fires, *each.seen_by_caller, *each.without_data, *each.unanswered)),
            ", ".join(f"`{id_}`" for id_ in each.may_fire),
        )
