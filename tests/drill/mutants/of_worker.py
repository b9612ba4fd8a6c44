"""Changes to the code of the shipped Worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from firedrill.resources import WORKERS_SCRIPT, Resource, of_type
from tests.drill.mutants.mutant import Mutant

EDITS: Sequence[tuple[str, str, str]] = (
    ("lines at another level", "console.debug(", "console.info("),
    ("no lines", "console.debug(line(event));", ""),
    ("lines of another schema", "var SCHEMA_VERSION = 2;", "var SCHEMA_VERSION = 'x';"),
    ("lines cut early", "var MAX_LINE = 256;", "var MAX_LINE = 60;"),
    (
        "classes not wrapped",
        "function observeObject(",
        "function observeObject(Class) { return Class; }\nfunction unused(",
    ),
    ("storage errors are code errors", '{ category: "storage", message: /SQLITE_|storage/i },', ""),
    ("unreachable objects are code errors", '{ category: "unreachable", property: "retryable" },', ""),
    (
        "unreachable is a rejection",
        'unreachable: { result: "error", retryable: true }',
        'unreachable: { result: "rejected", retryable: true }',
    ),
    (
        "storage errors are rejections",
        'storage: { result: "error", retryable: false }',
        'storage: { result: "rejected", retryable: false }',
    ),
    ("never retried", "attempt >= attempts ||", "attempt >= 1 ||"),
    (
        "retried without end",
        "if (attempt >= attempts || !isRetryable(error))",
        "if (attempt >= 9 || !isRetryable(error))",
    ),
    ("clean-ups without trigger", "event.trigger = trigger;", ""),
    ("removed is not counted", "event.removed = removed;", ""),
    ("misses without reason", 'event.reason = "unknown_id";', ""),
    (
        "exhausted without reason",
        'if (called && event.op === "retrieve" && failed.result === "error") event.reason = error.outcome;',
        "",
    ),
    (
        "errors answered 200",
        "const [status, message] = ANSWERS[category] ?? [500,",
        "const [status, message] = ANSWERS[category] ? [200, ''] : [200,",
    ),
    ("operations of the gateway unnamed", "event.op = method.op;", ""),
    ("clear is called delete", 'op: "clear"', 'op: "delete"'),
    ("no retry of the alarm counted", "if (retryCount > 0) event.retry = retryCount;", ""),
    ("no lag", "if (scheduledTime !== void 0) event.lag = Math.max(0, now - scheduledTime);", ""),
    ("pulse on every line", "else if (this.#window !== pulseWindow(now))", "else if (true)"),
    ("cold on every line", "this.#cold = false;", ""),
)
"""What each edit does, a text of the bundle, and what stands there instead."""


def mutants_of_the_worker(resources: Sequence[Resource], root: Path) -> Iterator[Mutant]:
    """One per edit; the bundle has to hold each of the texts."""
    script = next(iter(of_type(resources, WORKERS_SCRIPT)))
    bundle = (root / script.inputs["contentFile"]).read_bytes()
    for what, old, new in EDITS:
        assert old.encode() in bundle, old
        yield Mutant("Worker", what, resources, old.encode(), new.encode())
