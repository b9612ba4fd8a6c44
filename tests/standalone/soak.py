"""Random inputs of six kinds, made from the case files by a seed: each ends with a result or a refusal, and soon.

`make soak` takes 50,000 of each; tests/standalone/test_soak.py fewer. How long an input takes is its CPU time, so that
a busy machine makes none slow; one that never ended would end the run with the place where it hangs.
"""

from __future__ import annotations

import argparse
import copy
import faulthandler
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from firedrill.organisation import compile_logging
from firedrill.standalone.check import check
from firedrill.standalone.formats import read_declared
from firedrill.standalone.pipeline import Holder
from firedrill.standalone.read import Source
from firedrill.vendors.datadog.grok import TooSlow, compile_grok
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import check_monitors
from firedrill.vendors.datadog.monitors.templates import Context, compile_template
from firedrill.vendors.datadog.search import compile_query
from firedrill.vendors.errors import FiredrillError
from tests.cases import load

TESTS = Path(__file__).resolve().parents[1]
DATADOG = TESTS / "vendors" / "datadog"
INPUTS = 50_000
LIMIT_S = 1.0
HANGS_S = 600
"""When 1,000 inputs take longer, one hangs: the run ends and shows where."""

Choose = random.Random
Json = Any


@dataclass
class Outcome:
    """What became of the inputs of one kind: `failed` has tracebacks' last lines, `slow` inputs above LIMIT_S."""

    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0
    failed: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


def texts(folder: str, *names: str) -> list[str]:
    """The texts under these names of every case in a folder, joined by lines where they are lists."""
    given = [case.given.get(name) for case in load(DATADOG / folder) for name in names]
    return ["\n".join(text) if isinstance(text, list) else text for text in given if text]


def changed_text(choose: Choose, text: str, others: list[str]) -> str:
    """The text with one to three pieces left out, repeated, replaced or put in, from itself or from other texts."""
    for _ in range(choose.randint(1, 3)):
        start = choose.randint(0, len(text))
        end = min(len(text), start + choose.randint(0, 12))
        other = choose.choice(others)
        first = choose.randint(0, len(other))
        piece = choose.choice(
            ("", text[start:end] * 2, other[first : first + choose.randint(1, 20)], choose.choice(_PIECES))
        )
        text = text[:start] + piece + text[end:]
    return text


_PIECES = [*"%{}()[]<>|\\\"'*+?:@#-!., \n\t", "é", "\u2028", "\ud800", "0" * 400, "a" * 3_000, "(" * 60, "%{data}" * 30]


def changed_json(choose: Choose, value: Json) -> Json:
    """A copy of a JSON value with one or two of its parts replaced, repeated or left out."""
    value = copy.deepcopy(value)
    for _ in range(choose.randint(1, 2)):
        owners = list(_owners(value))
        if not owners:
            return choose.choice(_VALUES)
        owner, key = choose.choice(owners)
        part = choose.random()
        if part < 0.2:
            del owner[key]
        elif part < 0.5 and isinstance(owner[key], str):
            owner[key] = changed_text(choose, owner[key], [owner[key]])
        elif part < 0.7:
            owner[key] = copy.deepcopy(choose.choice([each[name] for each, name in owners]))
        else:
            owner[key] = copy.deepcopy(choose.choice(_VALUES))
    return value


_VALUES: list[Json] = [None, True, 0, -1, 1e308, 10**30, "", "x", "\ud800", [], {}, [[]], [{}], {"x": 1}, "9" * 300]


def _owners(value: Json) -> Iterator[tuple[Json, Json]]:
    """Every object and array in a value, with each of its keys."""
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _owners(inner)


def grok(choose: Choose) -> str:
    """Rules, and a text for them."""
    rules, support, text = choose.choice(_groks())
    others = [each[0] for each in _groks()]
    if choose.random() < 0.7:
        rules = changed_text(choose, rules, others)
    text = changed_text(choose, text, [text, *others[:20]])
    with suppress(TooSlow):
        compile_grok(rules, support).parse(text, 0)
    return f"{rules!r} on {text!r}"


@cache
def _groks() -> list[tuple[str, str, str]]:
    cases = [case.given for case in load(DATADOG / "grok")]
    return [
        ("\n".join(each["match_rules"]), "\n".join(each.get("support_rules", [])), each.get("log", ""))
        for each in cases
    ]


def search(choose: Choose) -> str:
    """A query, over a log."""
    query = changed_text(choose, choose.choice(_searches()), _searches())
    attributes = changed_json(choose, {"a": {"b": [1, "x", None]}, "status": "error", "c": "12.5", "d.e": {}})
    compile_query(query)(Log(attributes if isinstance(attributes, dict) else {}, 0, query, tags=[query, "env:prod"]))
    return query


@cache
def _searches() -> list[str]:
    return texts("search", "query")


def queries(choose: Choose) -> str:
    """The query of a monitor of any type."""
    monitor = choose.choice(_monitors())
    query = changed_text(choose, monitor["query"], [each["query"] for each in _monitors()])
    check_monitors([{**monitor, "query": query}])
    return query


@cache
def _monitors() -> list[dict[str, Any]]:
    declared = [each for case in load(DATADOG / "monitors") for each in case.given.get("monitors", ())]
    metric = [{"name": "m", "type": "query alert", "query": query} for query in texts("queries", "query")]
    return [*(each for each in declared if each.get("query") and each.get("type")), *metric]


def templates(choose: Choose) -> str:
    """A message, shown with variables."""
    text = changed_text(choose, choose.choice(_messages()), _messages())
    values: Mapping[tuple[str, ...], Any] = {("value",): 12.5, ("host", "name"): text[:50], ("threshold",): None}
    compile_template(text).render(Context(values, ("is_alert",), None))
    return text


@cache
def _messages() -> list[str]:
    found = [str(each.get(name)) for each in _monitors() for name in ("message", "name") if each.get(name)]
    return [*found, '{{#is_match "a.name" "b"}}x{{else}}y{{/is_match}} {{eval "value*2"}} {{local_time \'x\' \'UTC\'}}']


def resources(choose: Choose) -> str:
    """A whole file of resources, as `firedrill check` reads it."""
    text = json.dumps(changed_json(choose, choose.choice(_files())))
    check(read_declared(Source("soak", text)))
    return text


@cache
def _files() -> list[Json]:
    paths = sorted((TESTS / "standalone" / "cases").glob("*/resources.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.stat().st_size < 20_000]


def logs(choose: Choose) -> str:
    """A whole log, through processors of every type."""
    holder, log = choose.choice(_holders())
    entry = changed_json(choose, log)
    if isinstance(entry, dict):
        text = json.dumps(entry)
        if choose.random() < 0.3:
            entry = {"message": changed_text(choose, text, [text])}
        holder.hold(1, entry, len(text), explain=choose.random() < 0.3)
    return json.dumps(entry)


@cache
def _holders() -> list[tuple[Holder, Json]]:
    found = []
    for case in load(DATADOG / "processors"):
        steps = [{"is_enabled": True, **each} for each in case.given["processors"]]
        pipeline = {"name": "soak", "type": "pipeline", "is_enabled": True, "processors": steps}
        declared = read_declared(Source("soak", json.dumps([{**pipeline, "filter": {"query": "*"}}])))
        given = case.given["log"]
        log = {**given.get("attributes", {}), **{name: given[name] for name in ("message", "service") if name in given}}
        found.append((Holder(compile_logging(declared), {}, None), {**log, "timestamp": _NOW_MS}))
    return found


_NOW_MS = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1000)

KINDS: dict[str, Callable[[Choose], str]] = {
    each.__name__: each for each in (grok, search, queries, templates, resources, logs)
}


def soak(kind: str, inputs: int, seed: int) -> Outcome:
    """What became of so many random inputs of a kind."""
    outcome, run = Outcome(), KINDS[kind]
    for number in range(inputs):
        one = f"{seed} {kind} {number}"
        if number % 1_000 == 0:
            faulthandler.dump_traceback_later(HANGS_S, exit=True)
        begun = time.process_time()
        try:
            run(Choose(one))
        except FiredrillError:
            outcome.refused += 1
        except Exception as error:  # noqa: BLE001 - what is looked for
            outcome.failed.append(f"{one}: {type(error).__name__}: {error}"[:300])
        took = time.process_time() - begun
        outcome.slowest_s = max(outcome.slowest_s, took)
        if took > LIMIT_S:
            outcome.slow.append(f"{one}: {took:.1f} s")
        outcome.inputs += 1
    faulthandler.cancel_dump_traceback_later()
    return outcome


def main() -> int:
    """Soak every kind; exit code 1 when an input was not refused in words, or took longer than LIMIT_S."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--kind", choices=KINDS, action="append")
    given = parser.parse_args()
    wrong = 0
    for kind in given.kind or KINDS:
        outcome = soak(kind, given.inputs, given.seed)
        print(  # noqa: T201 - the result
            f"{kind}: {outcome.inputs} inputs, {outcome.refused} refused, {len(outcome.failed)} uncaught, "
            f"{len(outcome.slow)} over {LIMIT_S:g} s, the slowest {outcome.slowest_s:.2f} s",
            flush=True,
        )
        for line in (*outcome.failed[:20], *outcome.slow[:20]):
            print(f"  {line}", flush=True)  # noqa: T201
        wrong += len(outcome.failed) + len(outcome.slow)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
