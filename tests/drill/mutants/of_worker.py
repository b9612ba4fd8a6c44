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
    ("logged twice", "console.debug(line(event));", "console.debug(line(event)); console.debug(line(event));"),
    ("logged in two arguments", "console.debug(line(event));", "console.debug('telemetry', line(event));"),
    ("one line in two lost", "console.debug(line(event));", "if (Math.random() < 0.5) console.debug(line(event));"),
    ("loss not reset", "lost = 0;\n  } catch", "} catch"),
    (
        "results of objects always ok",
        "if (failed) Object.assign(event, failure(value, false",
        "if (0) Object.assign(event, failure(value, false",
    ),
    ("results of calls always ok", "raised?.result ??", '"ok" ??'),
    (
        "category always code",
        "result: CATEGORIES[category].result, error: category",
        'result: CATEGORIES[category].result, error: "code"',
    ),
    ("category unknown", "event.error ??= raised?.error;", 'event.error ??= "unknown";'),
    ("class of calls lost", "event.class ??= call2.class;", ""),
    ("class misspelt", 'className: "ConversationStateDO",', 'className: "ConversationState",'),
    ("outcome of calls lost", "event.outcome ??= call2.outcome;", ""),
    ("status always 200", "event.status ??= value.status;", "event.status ??= 200;"),
    ("status lost", "event.status ??= value.status;", ""),
    ("attempts from 0", "attempts = 0;\n  /** Around", "attempts = -1;\n  /** Around"),
    ("latency of the last attempt", "call2.ms = Date.now() - call2.started;", "call2.ms = 1;"),
    (
        "latency from the start of the day",
        "call2.ms = Date.now() - call2.started;",
        "call2.ms = Date.now() % 86400000;",
    ),
    ("a call that failed is not kept", "this.#failed.add(call2);", ""),
    ("alarms counted as misses", 'if (failed) event.result = "error";', 'if (failed) event.result = "miss";'),
    ("bytes from keys", "event.bytes = this.#bytes;", "event.bytes = event.keys;"),
    ("bytes asked once", "if (changed || event.pulse || this.#bytes === void 0)", "if (this.#bytes === void 0)"),
    ("keys before the change", "this.#keys = keys + added;", "this.#keys = keys;"),
    ("keys of what was given", "this.#keys = keys + added;", "this.#keys = keys + list.length;"),
    ("removals not subtracted", "this.#keys = this.#count(event) - length;", ""),
    ("calls of storage not counted", "event.calls = (event.calls ?? 0) + 1;", ""),
    ("rows read not summed", "event.read = (event.read ?? 0) + read;", "event.read = read;"),
    ("rows written not summed", "event.written = (event.written ?? 0) + written;", "event.written = written;"),
    ("pulse in another window", "PULSE_WINDOW_MS = 3e5", "PULSE_WINDOW_MS = 3e4"),
    ("pulse in seconds", "ms / PULSE_WINDOW_MS", "ms / 1e3 / PULSE_WINDOW_MS"),
    ("the last pulse forgotten", "this.#window = pulseWindow(await lastActive());", ""),
    ("retries of alarms given up early", "LAST_ALARM_RETRY = 6", "LAST_ALARM_RETRY = 2"),
    ("alarms never given up", "LAST_ALARM_RETRY = 6", "LAST_ALARM_RETRY = 60"),
    ("object swallows alarm failures", "< LAST_ALARM_RETRY2) throw error;", "< LAST_ALARM_RETRY2) return;"),
    (
        "object swallows storage failures",
        "if (!(error instanceof InputError)) this.#keys = void 0;\n      throw error;",
        "return null;",
    ),
    (
        "gateway answers failures as misses",
        "const [status, message] = ANSWERS[category] ?? [500,",
        "const [status, message] = [404, ''] ?? [500,",
    ),
    (
        "forgotten await of a clean-up",
        "const deleted = await this.#cleanUp(event);",
        "const deleted = this.#cleanUp(event);",
    ),
    ("forgotten await of an alarm", "await this.ctx.storage.setAlarm(due);", "this.ctx.storage.setAlarm(due);"),
    ("forgotten await of deleteAll", "await this.ctx.storage.deleteAll();", "this.ctx.storage.deleteAll();"),
    ("alarm not set", "await this.ctx.storage.setAlarm(due);", ""),
    ("alarm too early", "Math.ceil(now + this.#inactivityMs * ALARM_MARGIN)", "now + 1000"),
    ("alarm too late", "Math.ceil(now + this.#inactivityMs * ALARM_MARGIN)", "now + 100 * this.#inactivityMs"),
    ("alarm set on every call", "if (!event.pulse && this.#due >= now + this.#inactivityMs) return;", ""),
    ("alarm does not clean", "await this.ctx.storage.deleteAll();", ""),
    ("background failures not marked", "promise.then(void 0, mark);", ""),
    ("waitUntil dropped", "Reflect.apply(waitUntil, ctx, [promise]);", ""),
    ("held lines dropped", "this.#ctx.waitUntil(this.#settle());", ""),
    (
        "background failures logged otherwise",
        'BACKGROUND_ERROR = "firedrill_background_error"',
        'BACKGROUND_ERROR = "background_error"',
    ),
    ("canaries of another id", 'CANARY = "f12ed211"', 'CANARY = "f12ed212"'),
    ("request ids lost", 'request: op === "fetch" ? requestId(subject) : void 0', "request: void 0"),
    ("request ids not handed on", "event.request = context?.requestId;", ""),
    ("hashed ids lost", "id: this.#id };", "id: void 0 };"),
    ("sums of folded lines lost", "for (const name of SUMS)", "for (const name of [])"),
    ("folded lines not told", "(one.folded ?? 0) + 1 }", "void 0 }"),
    ("shared lines without their number", "told.total = this.#ended[side(told)];", ""),
    ("operations alike not counted", "known.alike += 1;", ""),
    ("kinds of operations forgotten", "this.#kinds.delete(first);", "this.#kinds.clear();"),
    ("kinds of operations told twice", "this.#kinds.delete(first);", ""),
    ("health is a storing", "GET: { handle: health }", 'GET: { op: "store", handle: health }'),
    ("retrieve is called store", 'op: "retrieve"', 'op: "store"'),
    (
        "stores twice",
        "const [entry] = entries({",
        "await call(exchange, true, (object, context) => object.store("
        "{ tool_use_id: exchange.ids[1], tool_name: 'x' }, context)); const [entry] = entries({",
    ),
    ("every error can be repeated", "raised?.retryable === true && ", ""),
    ("repeated without waiting", "await wait(random()", "await 0; (random()"),
    (
        "lost objects are limits",
        '{ category: "unreachable", message: /network connection lost/i },',
        '{ category: "limits", message: /network connection lost/i },',
    ),
    ("bad input is code", '"validation" : rule?.category', '"code" : rule?.category'),
    ("404 is an error", 'if (status === 404) return "miss";', 'if (status === 404) return "error";'),
    ("500 is rejected", 'if (status >= 500) return "error";', 'if (status >= 600) return "error";'),
    ("alarms have pulses", 'if (op === "alarm") {\n      const', 'if (op === "none") {\n      const'),
    ("lines of sockets unmarked", "Object.values(SOCKETS).includes(event.op)) mark();", "false) mark();"),
    *(
        (
            f"{category} can be repeated",
            f'{category}: {{ result: "error", retryable: false }}',
            f'{category}: {{ result: "error", retryable: true }}',
        )
        for category in ("overloaded", "limits", "code")
    ),
    *(
        (
            f"{category} is never repeated",
            f'{category}: {{ result: "error", retryable: true }}',
            f'{category}: {{ result: "error", retryable: false }}',
        )
        for category in ("reset", "timeout", "unreachable")
    ),
    *(
        (f"no rule: {rule}", f"  {{ category: {rule} }},\n", "")
        for rule in (
            '"overloaded", property: "overloaded"',
            '"timeout", name: "TimeoutError"',
            '"disconnected", name: "AbortError"',
            '"overloaded", message: /is overloaded|too much load|too many concurrent storage operations/i',
            '"limits", message: /exceeded (its )?(CPU|memory)|memory limit|SQLITE_NOMEM/i',
            '"reset", property: "durableObjectReset"',
            '"reset", message: /was reset|object reset|instance is no longer active/i',
            '"timeout", message: /time-?out|timed out/i',
            '"disconnected", message: /client (has )?disconnected|after close\\(\\)/i',
            '"unreachable", message: /network connection lost/i',
            '"code", name: "TypeError"',
            '"unreachable", way: true',
        )
    ),
    (
        "delete is repeated",
        "await call(exchange, false, (object, context) => object.delete(",
        "await call(exchange, true, (object, context) => object.delete(",
    ),
    (
        "clear is repeated",
        "await call(exchange, false, (object, context) => object.clear(",
        "await call(exchange, true, (object, context) => object.clear(",
    ),
    (
        "store is not repeated",
        "await call(exchange, true, (object, context) => object.store(list,",
        "await call(exchange, false, (object, context) => object.store(list,",
    ),
    ("entries counted at every call", "if (this.#keys === void 0) {", "if (true) {"),
    ("the alarm is read at every call", "if (this.#due === void 0) {", "if (true) {"),
    ("the alarm of canaries stays", "await this.ctx.storage.deleteAlarm();", "await 0;"),
    ("canaries are not told apart", 'return typeof id === "string" && id.startsWith(CANARY);', "return false;"),
    ("every request is a canary's", 'return typeof id === "string" && id.startsWith(CANARY);', "return true;"),
    ("no alarm after clear", "else await this.#postponeCleanUp(event);", ""),
    ("the due time is forgotten", "    this.#due = due;\n", ""),
    ("the last pulse is later than it was", "? 0 : due - inactivityMs(env2) * ALARM_MARGIN", "? 0 : due"),
    ("the last pulse is never", "? 0 : due - inactivityMs(env2) * ALARM_MARGIN", "? 0 : 0"),
    ("objects idle for ten times as long", "DEFAULT_INACTIVITY_MS = 3e5", "DEFAULT_INACTIVITY_MS = 3e6"),
    ("the alarm comes much later", "ALARM_MARGIN = 1.1", "ALARM_MARGIN = 11"),
    ("four attempts", "DEFAULT_RETRY_ATTEMPTS = 3", "DEFAULT_RETRY_ATTEMPTS = 4"),
    ("two attempts", "DEFAULT_RETRY_ATTEMPTS = 3", "DEFAULT_RETRY_ATTEMPTS = 2"),
    ("a hundredth of the wait", "DEFAULT_RETRY_BASE_MS = 100", "DEFAULT_RETRY_BASE_MS = 1"),
    (
        "entries written twice",
        "if (this.#sql(event, insert, id, name).length > 0) return true;",
        "const more = this.#sql(event, insert, id, name).length > 0; "
        "this.#sql(event, 'INSERT OR REPLACE INTO tools VALUES (?, ?)', id, name); if (more) return true;",
    ),
    (
        "retrieve reads all",
        "SELECT tool_name FROM tools WHERE tool_use_id = ?",
        "SELECT tool_name FROM tools WHERE tool_use_id || '' = ?",
    ),
    ("with the runtime's own repetitions", "{ retry: { maxRetries: 0 } }", "{}"),
    (
        "delete forgets nothing",
        "DELETE FROM tools WHERE tool_use_id = ? RETURNING 1",
        "SELECT 1 FROM tools WHERE tool_use_id = ?",
    ),
    ("retrieve answers with the id", "String(row.tool_name)", "id"),
    ("store says nothing was stored", "return { stored: list.length };", "return { stored: 0 };"),
    ("delete says nothing was there", "return { deleted: length };", "return { deleted: 0 };"),
    ("half of what is given is stored", "const list = entries(tools);", "const list = entries(tools).slice(0, 1);"),
    ("bad ids are taken", "!/^[\\w.:-]+$/.test(value)", "false"),
)
"""What each edit does, a text of the bundle, and what stands there instead."""

EQUIVALENT = {
    "results of calls always ok": "the shipped Worker's handler says of each failure what it is",
    "every error can be repeated": "each documented failure of a category that is repeated has the property",
    "404 is an error": "the shipped Worker's handler says itself what a 404 is",
    "objects idle for ten times as long": "every stack gives the time as a binding; this is what holds without one",
    "forgotten await of an alarm": "the output gate holds the answer until the alarm is stored, or resets the object",
}


def mutants_of_the_worker(resources: Sequence[Resource], root: Path) -> Iterator[Mutant]:
    """One per edit; a bundle has to hold each of the texts."""
    bundles = [(root / each.inputs["contentFile"]).read_bytes() for each in of_type(resources, WORKERS_SCRIPT)]
    for what, old, new in EDITS:
        assert any(old.encode() in bundle for bundle in bundles), old
        yield Mutant("Worker", what, resources, old.encode(), new.encode(), EQUIVALENT.get(what, ""))
