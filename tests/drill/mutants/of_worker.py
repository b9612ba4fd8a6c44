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
    ("alarms without trigger", 'event.trigger = "alarm";', ""),
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
    ("bytes doubled", "event.bytes = this.#bytes;", "event.bytes = 2 * this.#bytes;"),
    ("bytes in KiB", "event.bytes = this.#bytes;", "event.bytes = this.#bytes / 1024;"),
    ("keys doubled", "event.keys = this.#keys;", "event.keys = 2 * this.#keys;"),
    ("keys one too many", "event.keys = this.#keys;", "event.keys = this.#keys + 1;"),
    ("reads and writes swapped", "cursor.rowsRead, cursor.rowsWritten", "cursor.rowsWritten, cursor.rowsRead"),
    ("reads twice", "cursor.rowsRead, cursor.rowsWritten", "2 * cursor.rowsRead, cursor.rowsWritten"),
    ("writes not charged", "cursor.rowsRead, cursor.rowsWritten", "cursor.rowsRead, 0"),
    ("alarms set for nothing", "charge(event, 0, 1);", "charge(event);"),
    ("calls twice", "event.calls = (event.calls ?? 0) + 1;", "event.calls = (event.calls ?? 0) + 2;"),
    ("latency in seconds", "event.ms ??= call2.ms;", "event.ms ??= Math.round(call2.ms / 1000);"),
    ("latency in microseconds", "event.ms ??= call2.ms;", "event.ms ??= 1000 * call2.ms;"),
    ("latency of nothing", "event.ms ??= call2.ms;", "event.ms ??= 0;"),
    ("one attempt more", "event.attempts ??= call2.attempts;", "event.attempts ??= call2.attempts + 1;"),
    ("attempts not counted", "event.attempts ??= call2.attempts;", "event.attempts ??= 1;"),
    (
        "recovered is first try",
        'this.attempts === 1 ? "first_try" : "recovered"',
        '"first_try"',
    ),
    ("exhausted is not retried", 'this.attempts === 1 ? "not_retried" : "exhausted"', '"not_retried"'),
    (
        "lag in seconds",
        "event.lag = Math.max(0, now - scheduledTime)",
        "event.lag = Math.round((now - scheduledTime) / 1000)",
    ),
    ("lag of nothing", "event.lag = Math.max(0, now - scheduledTime)", "event.lag = 0"),
    ("alarms never recover", 'return retry > 0 ? "recovered" : void 0;', "return void 0;"),
    ("alarms never exhaust", 'retry > 0 ? "exhausted" : "not_retried"', '"not_retried"'),
    ("retrying alarms are exhausted", 'return "retrying";', 'return "exhausted";'),
    ("one less removed", "event.removed = removed;", "event.removed = Math.max(0, removed - 1);"),
    ("lost telemetry twice", "if (lost > 0) event.lost = lost;", "if (lost > 0) event.lost = 2 * lost;"),
    ("lost telemetry not told", "if (lost > 0) event.lost = lost;", ""),
    ("no pulse", "event.pulse = true;", ""),
    ("never cold", "cold: this.#cold,", "cold: false,"),
    ("misses are ok", 'if (status === 404) return "miss";', ""),
    ("rejections are errors", 'return status >= 400 ? "rejected" : "ok";', 'return status >= 400 ? "error" : "ok";'),
    (
        "limits are storage errors",
        '{ category: "limits", message:',
        '{ category: "storage", message:',
    ),
    ("timeouts are code errors", '{ category: "timeout", name: "TimeoutError" },', ""),
    ("disconnects are code errors", '{ category: "disconnected", name: "AbortError" },', ""),
    ("resets are unreachable", '{ category: "reset", property: "durableObjectReset" },', ""),
    ("overload is unreachable", '{ category: "overloaded", property: "overloaded" },', ""),
    ("bad input is an error", 'validation: { result: "rejected"', 'validation: { result: "error"'),
    ("a trigger is the other", 'event.trigger = "alarm";', 'event.trigger = "api";'),
)
"""What each edit does, a text of the bundle, and what stands there instead."""


def mutants_of_the_worker(resources: Sequence[Resource], root: Path) -> Iterator[Mutant]:
    """One per edit; a bundle has to hold each of the texts."""
    bundles = [(root / each.inputs["contentFile"]).read_bytes() for each in of_type(resources, WORKERS_SCRIPT)]
    for what, old, new in EDITS:
        assert any(old.encode() in bundle for bundle in bundles), old
        yield Mutant("Worker", what, resources, old.encode(), new.encode())
