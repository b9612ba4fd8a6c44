var __defProp = Object.defineProperty;
var __name = (target, value) => __defProp(target, "name", { value, configurable: true });

// worker/src/conversation_state.mjs
import { DurableObject } from "cloudflare:workers";

// worker/src/contract.mjs
var SCHEMA_VERSION = 2;
var MAX_LINE = 256;
var PULSE_WINDOW_MS = 3e5;
var FIELDS = [
  { wire: "at", values: ["object", "gateway"], default: "gateway" },
  { wire: "op", word: 32, default: "unknown" },
  { wire: "result", values: ["ok", "miss", "rejected", "error"], default: "error" },
  { wire: "error", values: ["not_found", "validation", "disconnected", "overloaded", "limits", "storage", "reset", "timeout", "unreachable", "code"] },
  { wire: "class", word: 40 },
  { wire: "trigger", values: ["alarm", "api"] },
  { wire: "reason", values: ["unknown_id", "exhausted", "not_retried"] },
  { wire: "outcome", values: ["first_try", "recovered", "exhausted", "not_retried", "retrying"] },
  { wire: "report", values: ["sent", "failed"] },
  { wire: "pulse", flag: true },
  { wire: "status" },
  { wire: "ms" },
  { wire: "attempts" },
  { wire: "removed" },
  { wire: "written" },
  { wire: "read" },
  { wire: "calls" },
  { wire: "keys" },
  { wire: "bytes" },
  { wire: "cold", flag: true },
  { wire: "retry" },
  { wire: "lag" },
  { wire: "lost" },
  { wire: "id", hex: 12 },
  { wire: "request", hex: 16 },
  { wire: "name", word: 40 }
];
var REJECTED = "InputError";
var DEFAULT_CATEGORIES = { miss: "not_found", rejected: "validation", error: "code" };
var CATEGORIES = {
  not_found: { result: "miss", retryable: false },
  validation: { result: "rejected", retryable: false },
  disconnected: { result: "rejected", retryable: false },
  overloaded: { result: "error", retryable: false },
  limits: { result: "error", retryable: false },
  storage: { result: "error", retryable: false },
  reset: { result: "error", retryable: true },
  timeout: { result: "error", retryable: true },
  unreachable: { result: "error", retryable: true },
  code: { result: "error", retryable: false }
};
var RULES = [
  { category: "overloaded", property: "overloaded" },
  { category: "timeout", name: "TimeoutError" },
  { category: "disconnected", name: "AbortError" },
  { category: "overloaded", message: /is overloaded|too much load|too many concurrent storage operations/i },
  { category: "limits", message: /exceeded (its )?(CPU|memory)|memory limit|SQLITE_NOMEM/i },
  { category: "storage", message: /SQLITE_|storage/i },
  { category: "reset", property: "durableObjectReset" },
  { category: "reset", message: /was reset|object reset|instance is no longer active/i },
  { category: "timeout", message: /time-?out|timed out/i },
  { category: "disconnected", message: /client (has )?disconnected|after close\(\)/i },
  { category: "unreachable", property: "retryable" },
  { category: "unreachable", message: /network connection lost/i },
  { category: "code", name: "TypeError" },
  { category: "code", name: "DataCloneError" },
  { category: "unreachable", way: true },
  { category: "code" }
];

// worker/src/errors.mjs
var InputError = class extends Error {
  static {
    __name(this, "InputError");
  }
  /**
   * @param {string} message
   * @param {{ status?: number, headers?: Record<string, string> }} [answer]
   */
  constructor(message, { status = 400, headers = {} } = {}) {
    super(message);
    this.name = "InputError";
    this.status = status;
    this.headers = headers;
  }
};
var CallError = class extends Error {
  static {
    __name(this, "CallError");
  }
  /** @param {unknown} cause
   * @param {boolean} retried */
  constructor(cause, retried) {
    super("The call of the object failed.", { cause });
    this.name = "CallError";
    this.outcome = retried ? "exhausted" : "not_retried";
  }
};
var REJECTS = [REJECTED];
function failure(raised, called = false, rejects = REJECTS) {
  const { name, message, error } = described(raised);
  const way = called && error.remote !== true;
  const rule = RULES.find(
    (rule2) => (rule2.property === void 0 || error[rule2.property] === true) && (rule2.name === void 0 || rule2.name === name) && (rule2.message === void 0 || rule2.message.test(message)) && (rule2.way === void 0 || way)
  );
  const category = rejects.includes(name) ? "validation" : rule?.category ?? "code";
  return { result: CATEGORIES[category].result, error: category, name };
}
__name(failure, "failure");
function statusResult(status = 200) {
  if (status >= 500) return "error";
  if (status === 404) return "miss";
  return status >= 400 ? "rejected" : "ok";
}
__name(statusResult, "statusResult");
function isRetryable(raised) {
  return raised?.retryable === true && CATEGORIES[failure(raised, true).error].retryable;
}
__name(isRetryable, "isRetryable");
function described(raised) {
  if (!(raised instanceof Error)) return { name: typeof raised, message: "", error: (
    /** @type {any} */
    {}
  ) };
  const message = String(raised.message);
  const tunnelled = raised.name === "Error" ? /^(\w+Error): /.exec(message) : null;
  return { name: String(tunnelled?.[1] ?? raised.name), message, error: (
    /** @type {any} */
    raised
  ) };
}
__name(described, "described");

// worker/src/input.mjs
var MAX_ID_LENGTH = 128;
var MAX_NAME_LENGTH = 256;
var MAX_ENTRIES = 100;
var MAX_BODY_BYTES = 65536;
function identifier(value, field) {
  if (typeof value !== "string" || value.length > MAX_ID_LENGTH || !/^[\w.:-]+$/.test(value)) {
    throw new InputError(`${field} must be 1 to ${MAX_ID_LENGTH} letters, digits or any of _ . : -`);
  }
  return value;
}
__name(identifier, "identifier");
function toolName(value) {
  if (typeof value !== "string" || value.length > MAX_NAME_LENGTH || !/^[^\p{C}]+$/u.test(value)) {
    throw new InputError(`tool_name must be 1 to ${MAX_NAME_LENGTH} characters without control characters`);
  }
  return value;
}
__name(toolName, "toolName");
function entries(value) {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > MAX_ENTRIES) {
    throw new InputError(`1 to ${MAX_ENTRIES} entries can be stored at once`);
  }
  return Array.from(list, (entry) => {
    if (typeof entry !== "object" || entry === null) {
      throw new InputError("each entry must be an object with tool_use_id and tool_name");
    }
    return { tool_use_id: identifier(entry.tool_use_id, "tool_use_id"), tool_name: toolName(entry.tool_name) };
  });
}
__name(entries, "entries");
function positiveInteger(value, otherwise) {
  const number2 = Number(value);
  return Number.isSafeInteger(number2) && number2 > 0 ? number2 : otherwise;
}
__name(positiveInteger, "positiveInteger");

// worker/src/line.mjs
var PARTS = FIELDS.map((field) => ({
  wire: field.wire,
  start: `,"${field.wire}":`,
  check: checkOf(field),
  otherwise: field.default
}));
var lost = 0;
function lose() {
  lost += 1;
}
__name(lose, "lose");
function write(event) {
  try {
    if (lost > 0) event.lost = lost;
    console.debug(line(event));
    lost = 0;
  } catch {
    lose();
  }
}
__name(write, "write");
function line(event) {
  let text = `{"v":${SCHEMA_VERSION}`;
  let result = "";
  for (const { wire, start, check, otherwise } of PARTS) {
    const given = event[wire];
    let value = given === void 0 ? otherwise : check(given) ?? otherwise;
    if (wire === "result") result = String(value);
    if (wire === "error") {
      if (result === "ok") continue;
      value ??= DEFAULT_CATEGORIES[result];
    }
    if (value === void 0) continue;
    const part = typeof value === "number" ? start + value : `${start}"${value}"`;
    if (text.length + part.length >= MAX_LINE) break;
    text += part;
  }
  return `${text}}`;
}
__name(line, "line");
function checkOf({ values, word: word2, hex, flag }) {
  if (flag) return (value) => value === true || value === 1 ? 1 : void 0;
  if (values) return (value) => values.includes(value) ? value : void 0;
  if (word2) return (value) => typeof value === "string" && value.replace(/[^\w.]/g, "").slice(0, word2) || void 0;
  if (hex) {
    const digits = new RegExp(`^[0-9a-f]{${hex}}$`);
    return (value) => typeof value === "string" && digits.test(value) ? value : void 0;
  }
  return (value) => Number.isSafeInteger(value) && value >= 0 ? value : void 0;
}
__name(checkOf, "checkOf");

// worker/src/invocation.mjs
var active;
function current() {
  return active ?? {};
}
__name(current, "current");
function observe(observer, op, method, self, args) {
  let event;
  try {
    event = observer.begin(op, args);
  } catch {
    lose();
    return Reflect.apply(method, self, args);
  }
  const outer = active;
  active = event;
  let result;
  try {
    result = Reflect.apply(method, self, args);
  } catch (error) {
    end(observer, event, true, error);
    throw error;
  } finally {
    active = outer;
  }
  if (!isThenable(result)) {
    end(observer, event, false, result);
    return result;
  }
  const promise = isPromise(result) ? result : Promise.resolve(result);
  promise.then(
    (value) => end(observer, event, false, value),
    (error) => end(observer, event, true, error)
  );
  return promise;
}
__name(observe, "observe");
function end(observer, event, failed, value) {
  try {
    observer.end(event, failed, value);
  } catch {
    lose();
  }
}
__name(end, "end");
function isThenable(value) {
  try {
    return value instanceof Promise || typeof value?.then === "function";
  } catch {
    return false;
  }
}
__name(isThenable, "isThenable");
function isPromise(value) {
  return value instanceof Promise || typeof value === "function";
}
__name(isPromise, "isPromise");

// worker/src/ids.mjs
async function hashedId(salt, instance) {
  if (typeof salt !== "string" || salt === "") return void 0;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(salt), algorithm, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(instance)), 0, 6);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
__name(hashedId, "hashedId");
function requestId(request) {
  const given = request.headers.get("x-request-id");
  if (given !== null && /^[0-9a-f]{16}$/.test(given)) return given;
  const uuid = crypto.randomUUID();
  return uuid.slice(0, 4) + uuid.slice(24);
}
__name(requestId, "requestId");

// worker/src/methods.mjs
var Methods = class {
  static {
    __name(this, "Methods");
  }
  /** @type {Map<PropertyKey, { method: Method, called: Method }>} */
  #known = /* @__PURE__ */ new Map();
  #call;
  /** @param {Call} call what to do when a method is called; those that have a symbol for their name are just run */
  constructor(call2) {
    this.#call = call2;
  }
  /** @param {any} instance
   * @param {PropertyKey} name */
  get(instance, name) {
    const value = Reflect.get(instance, name, instance);
    if (typeof value !== "function" || value === Reflect.get(Object.prototype, name) || name === "constructor") {
      return value;
    }
    const known = this.#known.get(name);
    if (known !== void 0 && known.method === value) return known.called;
    const called = this.#called(instance, name, value);
    this.#known.set(name, { method: value, called });
    return called;
  }
  /** Setters run on the instance, too.
   * @param {any} instance
   * @param {PropertyKey} name
   * @param {unknown} value */
  set(instance, name, value) {
    return Reflect.set(instance, name, value);
  }
  /** @param {any} instance
   * @param {PropertyKey} name
   * @param {Method} method
   * @returns {Method} */
  #called(instance, name, method) {
    if (typeof name !== "string") return (...args) => Reflect.apply(method, instance, args);
    return (...args) => this.#call(name, method, instance, args);
  }
};
function named(Observed, Class) {
  return Object.defineProperty(Observed, "name", { value: Class.name });
}
__name(named, "named");

// worker/src/observe_object.mjs
var LAST_ALARM_RETRY = 6;
var DELIVERED = {
  alarm: "alarm",
  webSocketMessage: "message",
  webSocketClose: "close",
  webSocketError: "socket_error"
};
function observeObject(Class, { className = Class.name, operations, rejects = REJECTS, lastActive } = {}) {
  if (className === "") throw new TypeError("observeObject: give the class a name, or the option className");
  const settings = { className, operations: new Map(Object.entries({ ...operations, ...DELIVERED })), rejects, lastActive };
  const Observed = class extends Class {
    static {
      __name(this, "Observed");
    }
    /** @param {any[]} args ctx and env */
    constructor(...args) {
      super(...args);
      const instance = new Instance(settings, args[0], args[1]);
      const operation = /* @__PURE__ */ __name((name) => settings.operations.get(name) ?? name, "operation");
      return new Proxy(this, new Methods((name, ...call2) => observe(instance, operation(name), ...call2)));
    }
  };
  return named(Observed, Class);
}
__name(observeObject, "observeObject");
var Instance = class {
  static {
    __name(this, "Instance");
  }
  /** @type {Settings} */
  #settings;
  /** None where it does not answer. @type {SqlStorage | undefined} */
  #sql;
  #cold = true;
  /** The window of the last pulse. */
  #window = 0;
  /** @type {string | undefined} */
  #id = void 0;
  /** Size of the database when it was last asked for. @type {number | undefined} */
  #bytes = void 0;
  /** @param {Settings} settings
   * @param {DurableObjectState} ctx
   * @param {any} env */
  constructor(settings, ctx, env) {
    this.#settings = settings;
    this.#sql = sqlOf(ctx);
    hashedId(env.TELEMETRY_SALT, ctx.id.toString()).then((id) => this.#id = id, lose);
    const { lastActive } = settings;
    if (lastActive !== void 0) ctx.blockConcurrencyWhile(() => this.#remember(() => lastActive(ctx, env)));
  }
  /** Must not fail: the object could never start, and could not say why.
   * @param {() => number | Promise<number>} lastActive */
  async #remember(lastActive) {
    try {
      this.#window = pulseWindow(await lastActive());
    } catch {
      lose();
    }
  }
  /** @param {string} op
   * @param {any[]} args
   * @returns {Event} */
  begin(op, args) {
    const now = Date.now();
    const event = { at: "object", op, class: this.#settings.className, cold: this.#cold, id: this.#id };
    this.#cold = false;
    if (op === "alarm") {
      const { retryCount, scheduledTime } = args[0] ?? {};
      if (retryCount > 0) event.retry = retryCount;
      if (scheduledTime !== void 0) event.lag = Math.max(0, now - scheduledTime);
    } else if (this.#window !== pulseWindow(now)) {
      this.#window = pulseWindow(now);
      event.pulse = true;
    }
    return event;
  }
  /** @param {Event} event
   * @param {boolean} failed
   * @param {any} value */
  end(event, failed, value) {
    if (failed) Object.assign(event, failure(value, false, this.#settings.rejects));
    event.result ??= value instanceof Response ? statusResult(value.status) : "ok";
    if (event.op === "alarm") {
      if (failed) event.result = "error";
      event.outcome = alarmOutcome(event, failed);
    }
    const changed = event.written > 0 || event.removed !== void 0;
    if (changed || event.pulse || this.#bytes === void 0) this.#bytes = this.#size();
    event.bytes = this.#bytes;
    write(event);
  }
  /** @returns {number | undefined} bytes; none when storage does not answer */
  #size() {
    try {
      return this.#sql?.databaseSize;
    } catch {
      this.#sql = void 0;
      return void 0;
    }
  }
};
function alarmOutcome({ result, retry = 0 }, failed) {
  if (failed && retry < LAST_ALARM_RETRY) return "retrying";
  if (result === "error") return retry > 0 ? "exhausted" : "not_retried";
  return retry > 0 ? "recovered" : void 0;
}
__name(alarmOutcome, "alarmOutcome");
function sqlOf(ctx) {
  try {
    return ctx.storage.sql;
  } catch {
    return void 0;
  }
}
__name(sqlOf, "sqlOf");
function pulseWindow(ms) {
  return Math.floor(ms / PULSE_WINDOW_MS);
}
__name(pulseWindow, "pulseWindow");

// worker/src/calls.mjs
var Call = class {
  static {
    __name(this, "Call");
  }
  attempts = 0;
  /** Around all attempts, once the last one ended. @type {number | undefined} */
  ms = void 0;
  /** Of the last attempt. @type {import("./errors.mjs").Failure | undefined} */
  failure = void 0;
  /** What the status of its response says, unless that is nothing special. @type {string | undefined} */
  answer = void 0;
  started = Date.now();
  /** @param {number} number in the order in which the invocation made its calls
   * @param {string} className
   * @param {string} object the name or id by which it was found
   * @param {string} op */
  constructor(number2, className, object, op) {
    this.number = number2;
    this.class = className;
    this.object = object;
    this.op = op;
  }
  /** How it ended; undefined while it has not. */
  get outcome() {
    if (this.ms === void 0) return void 0;
    if (this.failure === void 0) return this.attempts === 1 ? "first_try" : "recovered";
    return this.attempts === 1 ? "not_retried" : "exhausted";
  }
};
var Calls = class {
  static {
    __name(this, "Calls");
  }
  /** Those of which an attempt failed. @type {Set<Call>} */
  #failed = /* @__PURE__ */ new Set();
  /** @type {Call | undefined} */
  #last = void 0;
  #count = 0;
  /** A namespace may be kept for longer than the invocation that it is from: no line would tell of its calls then. */
  ended = false;
  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} className
   * @param {string} object
   * @param {string} op
   * @returns {Call} */
  begin(className, object, op) {
    const call2 = this.#toRepeat(className, object, op) ?? new Call(this.#count++, className, object, op);
    if (call2.attempts === 0) this.#last = call2;
    call2.attempts += 1;
    call2.ms = call2.failure = void 0;
    return call2;
  }
  /** @param {Call} call
   * @param {import("./errors.mjs").Failure} failure */
  fail(call2, failure2) {
    call2.failure = failure2;
    this.#failed.add(call2);
  }
  /** The invocation is over.
   * @returns {Call | undefined} what its line tells of: the first call that failed, or the last one */
  end() {
    this.ended = true;
    const failed = [...this.#failed].filter(({ failure: failure2 }) => failure2 !== void 0);
    return failed.sort((one, other) => one.number - other.number)[0] ?? this.#last;
  }
  /** @param {string} className
   * @param {string} object
   * @param {string} op */
  #toRepeat(className, object, op) {
    for (const call2 of this.#failed) {
      const same = call2.op === op && call2.object === object && call2.class === className;
      if (same && call2.failure !== void 0) return call2;
    }
    return void 0;
  }
};

// worker/src/stubs.mjs
var PROMISE = ["then", "catch", "finally"];
var PLATFORMS = "DurableObjectNamespace";
var OBSERVER = /* @__PURE__ */ Symbol("observer");
var Namespace = class {
  static {
    __name(this, "Namespace");
  }
  #calls;
  #settings;
  #className;
  /** @param {Calls} calls of the invocation
   * @param {Settings} settings
   * @param {string} className */
  constructor(calls, settings, className) {
    this.#calls = calls;
    this.#settings = settings;
    this.#className = className;
  }
  /** @param {any} namespace
   * @param {PropertyKey} name */
  get(namespace, name) {
    const member = namespace[name];
    if (typeof member !== "function" || name === "constructor") return member;
    return (...args) => {
      const find = /* @__PURE__ */ __name(() => Reflect.apply(member, namespace, args), "find");
      if (name === "jurisdiction") return new Proxy(find(), this);
      if (name !== "get" && name !== "getByName") return find();
      const object = String(args[0]);
      if (namespace.constructor?.name === PLATFORMS) return this.#observed(find(), find(), object);
      return this.#proxy(find(), object);
    };
  }
  /**
   * The stub, observed. It stays the platform's own, so that it can be sent wherever it could be (a proxy could not),
   * but inherits from a proxy, by which its twin is called.
   * @param {any} stub
   * @param {any} twin another stub of the same object
   * @param {string} object the name or id by which it was found
   */
  #observed(stub, twin, object) {
    Reflect.defineProperty(stub, OBSERVER, { value: this.#observer(twin, object) });
    Reflect.setPrototypeOf(stub, inherited(stub));
    return stub;
  }
  /** What stands in for a stub where a test has made the namespace, which it asks once.
   * @param {any} stub
   * @param {string} object */
  #proxy(stub, object) {
    const observer = this.#observer(stub, object);
    return new Proxy(stub, { get: /* @__PURE__ */ __name((_, name) => observer.member(name), "get") });
  }
  /** @param {any} stub what is called
   * @param {string} object */
  #observer(stub, object) {
    return new Stub(this.#calls, this.#settings, this.#className, object, stub);
  }
};
var prototypes = /* @__PURE__ */ new WeakMap();
function inherited(stub) {
  const prototype = Reflect.getPrototypeOf(stub) ?? Object.prototype;
  let observed = prototypes.get(prototype);
  if (observed === void 0) prototypes.set(prototype, observed = new Proxy(prototype, { get: memberOf }));
  return observed;
}
__name(inherited, "inherited");
function memberOf(prototype, name, asked) {
  if (name === OBSERVER) return void 0;
  const observer = asked[OBSERVER];
  return observer instanceof Stub ? observer.member(name) : Reflect.get(prototype, name, asked);
}
__name(memberOf, "memberOf");
var Stub = class {
  static {
    __name(this, "Stub");
  }
  #calls;
  #settings;
  #className;
  #object;
  #called;
  /** @param {Calls} calls of the invocation
   * @param {Settings} settings
   * @param {string} className
   * @param {string} object
   * @param {any} called its twin, or where a test has made it the stub itself */
  constructor(calls, settings, className, object, called) {
    this.#calls = calls;
    this.#settings = settings;
    this.#className = className;
    this.#object = object;
    this.#called = called;
  }
  /** @param {PropertyKey} name */
  member(name) {
    const member = this.#called[name];
    if (typeof member !== "function" || typeof name !== "string" || name in Object.prototype) return member;
    return new Proxy(member, new Member(this, name));
  }
  /** @param {string} name
   * @param {Method} method
   * @param {any[]} args */
  call(name, method, args) {
    if (this.#calls.ended) return Reflect.apply(method, this.#called, args);
    return observe(this, name, method, this.#called, args);
  }
  /** @param {string} method
   * @returns {Call} */
  begin(method) {
    return this.#calls.begin(this.#className, this.#object, this.#settings.operations.get(method) ?? method);
  }
  /** @param {Call} call
   * @param {boolean} failed
   * @param {any} value */
  end(call2, failed, value) {
    call2.ms = Date.now() - call2.started;
    if (failed) this.#calls.fail(call2, failure(value, true, this.#settings.rejects));
    else if (value instanceof Response && value.status >= 400) call2.answer = statusResult(value.status);
  }
};
var Member = class {
  static {
    __name(this, "Member");
  }
  #stub;
  #name;
  /** @param {Stub} stub
   * @param {string} name */
  constructor(stub, name) {
    this.#stub = stub;
    this.#name = name;
  }
  /** @param {Method} method
   * @param {unknown} _self
   * @param {any[]} args */
  apply(method, _self, args) {
    return this.#stub.call(this.#name, method, args);
  }
  /** @param {any} method
   * @param {PropertyKey} key */
  get(method, key) {
    return PROMISE.includes(
      /** @type {string} */
      key
    ) ? method[key]?.bind(method) : method[key];
  }
};

// worker/src/observe_worker.mjs
var HANDLERS = ["fetch", "scheduled", "queue"];
var UNOBSERVED = ["connect", "email", "tail", "tailStream", "test", "trace"];
function observeWorker(worker, objects, { operations, rejects = REJECTS, reporter } = {}) {
  const settings = {
    classes: new Map(Object.entries(objects)),
    operations: new Map(Object.entries(operations ?? {})),
    rejects,
    reporter
  };
  return typeof worker === "function" ? observedClass(worker, settings) : observedHandlers(worker, settings);
}
__name(observeWorker, "observeWorker");
function observedClass(Class, settings) {
  const Observed = class extends Class {
    static {
      __name(this, "Observed");
    }
    /** The platform makes one instance for each invocation.
     * @param {ExecutionContext} ctx
     * @param {any} env */
    constructor(ctx, env) {
      const invocation = new Invocation(settings, env, ctx);
      super(ctx, new Proxy(env, invocation));
      return new Proxy(this, new Methods((name, method, instance, args) => {
        if (UNOBSERVED.includes(name)) return Reflect.apply(method, instance, args);
        return observe(invocation, name, method, instance, args);
      }));
    }
  };
  return (
    /** @type {any} */
    named(Observed, Class)
  );
}
__name(observedClass, "observedClass");
function observedHandlers(handlers, settings) {
  const observed = /* @__PURE__ */ new Map();
  for (const name of HANDLERS) {
    const handler = (
      /** @type {any} */
      handlers[name]
    );
    if (typeof handler !== "function") continue;
    observed.set(name, (subject, env, ctx) => {
      const invocation = new Invocation(settings, env, ctx);
      return observe(invocation, name, handler, handlers, [subject, new Proxy(env, invocation), ctx]);
    });
  }
  return new Proxy(handlers, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      return observed.get(name) ?? (typeof value === "function" ? value.bind(target) : value);
    }
  });
}
__name(observedHandlers, "observedHandlers");
var Invocation = class {
  static {
    __name(this, "Invocation");
  }
  #settings;
  #env;
  #ctx;
  #op = "";
  #calls = new Calls();
  /** @param {Settings} settings
   * @param {any} env
   * @param {ExecutionContext} ctx */
  constructor(settings, env, ctx) {
    this.#settings = settings;
    this.#env = env;
    this.#ctx = ctx;
  }
  /** @param {any} env
   * @param {PropertyKey} name */
  get(env, name) {
    const binding = env[name];
    const className = this.#settings.classes.get(name);
    if (className === void 0 || Object(binding) !== binding) return binding;
    return new Proxy(binding, new Namespace(this.#calls, this.#settings, className));
  }
  /** @param {string} op
   * @param {any[]} args
   * @returns {Event} */
  begin(op, [subject]) {
    this.#op = op;
    return { at: "gateway", op: void 0, request: op === "fetch" ? requestId(subject) : void 0 };
  }
  /** What the handler has set stands; a request that made several calls tells of the first that failed, or the last.
   * @param {Event} event
   * @param {boolean} failed
   * @param {any} value */
  end(event, failed, value) {
    const call2 = this.#calls.end();
    const raised = call2?.failure ?? (failed ? failure(value, false, this.#settings.rejects) : void 0);
    if (value instanceof Response) event.status ??= value.status;
    event.op ??= call2?.op ?? this.#op;
    event.result ??= raised?.result ?? call2?.answer ?? statusResult(event.status);
    event.error ??= raised?.error;
    event.name ??= raised?.name;
    if (call2 !== void 0) {
      event.class ??= call2.class;
      event.attempts ??= call2.attempts;
      event.ms ??= call2.ms;
      event.outcome ??= call2.outcome;
    }
    const fate = this.#reported(event);
    if (fate === void 0) write(event);
    else this.#ctx.waitUntil(this.#written(event, fate));
  }
  /** What becomes of the event elsewhere; the line is written even if a reporter is broken.
   * @param {Event} event
   * @returns {Promise<Fate> | undefined} */
  #reported(event) {
    try {
      return this.#settings.reporter?.report(event, this.#env);
    } catch {
      return Promise.resolve("failed");
    }
  }
  /** @param {Event} event
   * @param {Promise<Fate>} fate */
  async #written(event, fate) {
    event.report = await fate.catch(() => "failed");
    write(event);
  }
};

// worker/src/telemetry.mjs
function charge(event, read = 0, written = 0) {
  event.calls = (event.calls ?? 0) + 1;
  event.read = (event.read ?? 0) + read;
  event.written = (event.written ?? 0) + written;
}
__name(charge, "charge");
function rows(event, cursor) {
  const list = cursor.toArray();
  charge(event, cursor.rowsRead, cursor.rowsWritten);
  return list;
}
__name(rows, "rows");

// worker/src/conversation_state.mjs
var DEFAULT_INACTIVITY_MS = 3e5;
var ALARM_MARGIN = 1.1;
var LAST_ALARM_RETRY2 = 6;
var SCHEMA = "CREATE TABLE IF NOT EXISTS tools (tool_use_id TEXT PRIMARY KEY, tool_name TEXT NOT NULL) WITHOUT ROWID";
var ConversationState = class extends DurableObject {
  static {
    __name(this, "ConversationState");
  }
  /** Number of entries; undefined until counted. @type {number | undefined} */
  #keys = void 0;
  /** When the alarm is due, in ms, 0 for not set; undefined until read. @type {number | undefined} */
  #due = void 0;
  /** @type {number} */
  #inactivityMs;
  /** @param {DurableObjectState} ctx
   * @param {Record<string, unknown>} env */
  constructor(ctx, env) {
    super(ctx, env);
    this.#inactivityMs = inactivityMs(env);
  }
  /**
   * Remember tool names; an id that is known gets the new name. All or none are stored.
   * @param {Entry | Entry[]} tools
   * @param {Context} [context]
   * @returns {Promise<{ stored: number }>}
   */
  store(tools, context) {
    return this.#operate(context, (event) => {
      const list = entries(tools);
      const keys = this.#count(event);
      const added = this.ctx.storage.transactionSync(() => {
        if (keys === 0) this.#sql(event, SCHEMA);
        return list.filter((entry) => this.#upsert(event, entry)).length;
      });
      this.#keys = keys + added;
      return { stored: list.length };
    });
  }
  /**
   * The tool name of an id, or null when it is unknown.
   * @param {string} toolUseId
   * @param {Context} [context]
   * @returns {Promise<string | null>}
   */
  retrieve(toolUseId, context) {
    return this.#operate(context, (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const [row] = this.#lookUp(event, "SELECT tool_name FROM tools WHERE tool_use_id = ?", id);
      if (row === void 0) event.result = "miss";
      return row === void 0 ? null : String(row.tool_name);
    });
  }
  /**
   * Forget one id. Not for repeating after a failure: a second call reports 0.
   * @param {string} toolUseId
   * @param {Context} [context]
   * @returns {Promise<{ deleted: number }>}
   */
  delete(toolUseId, context) {
    return this.#operate(context, (event) => {
      const id = identifier(toolUseId, "tool_use_id");
      const { length } = this.#lookUp(event, "DELETE FROM tools WHERE tool_use_id = ? RETURNING 1", id);
      if (length === 0) event.result = "miss";
      this.#keys = this.#count(event) - length;
      return { deleted: length };
    });
  }
  /**
   * Forget everything. Not for repeating after a failure: a second call reports 0.
   * @param {Context} [context]
   * @returns {Promise<{ deleted: number }>}
   */
  clear(context) {
    return this.#operate(context, async (event) => {
      const deleted = await this.#cleanUp(event, "api");
      await this.#postponeCleanUp(event);
      return { deleted };
    });
  }
  /**
   * The conversation was inactive: remove everything. Runs again harmlessly.
   * @param {{ retryCount?: number }} [info]
   */
  async alarm(info) {
    await this.#run(async (event) => {
      try {
        await this.#cleanUp(event, "alarm");
      } catch (error) {
        if ((info?.retryCount ?? 0) < LAST_ALARM_RETRY2) throw error;
        charge(event, 0, 1);
        await this.ctx.storage.setAlarm(Date.now() + this.#inactivityMs);
        Object.assign(event, failure(error), { result: "error" });
      }
    });
  }
  /**
   * One operation: it counts as activity, whatever comes of it.
   * @template T
   * @param {Context | undefined} context
   * @param {(event: Event) => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  #operate(context, work) {
    return this.#run(async (event) => {
      event.request = context?.requestId;
      await this.#postponeCleanUp(event);
      return work(event);
    });
  }
  /**
   * @template T
   * @param {(event: Event) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #run(work) {
    const event = current();
    event.calls = event.read = event.written = 0;
    try {
      return await work(event);
    } catch (error) {
      if (!(error instanceof InputError)) this.#keys = void 0;
      throw error;
    } finally {
      event.keys = this.#keys;
    }
  }
  /**
   * Set the alarm unless it is late enough: never earlier than the inactivity time after the last operation. Each
   * pulse sets it, so that it tells of the last one (see lastPulse).
   * @param {Event} event
   */
  async #postponeCleanUp(event) {
    const now = Date.now();
    if (this.#due === void 0) {
      charge(event);
      this.#due = await this.ctx.storage.getAlarm() ?? 0;
    }
    if (!event.pulse && this.#due >= now + this.#inactivityMs) return;
    const due = Math.ceil(now + this.#inactivityMs * ALARM_MARGIN);
    await this.ctx.storage.setAlarm(due);
    this.#due = due;
    charge(event, 0, 1);
  }
  /**
   * @param {Event} event
   * @param {"alarm" | "api"} trigger
   * @returns {Promise<number>} entries removed
   */
  async #cleanUp(event, trigger) {
    event.trigger = trigger;
    const removed = this.#count(event);
    charge(event);
    await this.ctx.storage.deleteAll();
    this.#keys = 0;
    this.#due = 0;
    event.removed = removed;
    return removed;
  }
  /**
   * Run a statement on the entries, if there are any: an empty object has no table.
   * @param {Event} event
   * @param {string} statement
   * @param {string} id
   */
  #lookUp(event, statement, id) {
    return this.#count(event) === 0 ? [] : this.#sql(event, statement, id);
  }
  /**
   * @param {Event} event
   * @param {Entry} entry
   * @returns {boolean} whether it is new
   */
  #upsert(event, { tool_use_id: id, tool_name: name }) {
    const insert = "INSERT INTO tools VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1";
    if (this.#sql(event, insert, id, name).length > 0) return true;
    this.#sql(event, "UPDATE tools SET tool_name = ?2 WHERE tool_use_id = ?1 AND tool_name <> ?2", id, name);
    return false;
  }
  /**
   * The number of entries: counted once after a start, then kept in memory.
   * @param {Event} event
   * @returns {number}
   */
  #count(event) {
    if (this.#keys === void 0) {
      const exists = this.#sql(event, "SELECT 1 FROM sqlite_master WHERE name = 'tools'").length > 0;
      this.#keys = exists ? Number(this.#sql(event, "SELECT COUNT(*) AS keys FROM tools")[0].keys) : 0;
    }
    return this.#keys;
  }
  /**
   * @param {Event} event
   * @param {string} statement
   * @param {...string} parameters
   */
  #sql(event, statement, ...parameters) {
    return rows(event, this.ctx.storage.sql.exec(statement, ...parameters));
  }
};
var ConversationStateDO = observeObject(ConversationState, {
  className: "ConversationStateDO",
  lastActive: lastPulse
});
async function lastPulse(ctx, env) {
  const due = await ctx.storage.getAlarm();
  return due === null ? 0 : due - inactivityMs(env) * ALARM_MARGIN;
}
__name(lastPulse, "lastPulse");
function inactivityMs(env) {
  return positiveInteger(env.INACTIVITY_MS, DEFAULT_INACTIVITY_MS);
}
__name(inactivityMs, "inactivityMs");

// worker/src/reporter.mjs
var LIMITS = {
  /** Time in which events gather for one POST; milliseconds, as are all times here. */
  batchMs: 500,
  /** Time between two looks at what became of an event that another invocation sends. */
  pollMs: 200,
  /** Time that Datadog has for an answer. */
  timeoutMs: 2e3,
  /** Longest wait before the one retry; a Retry-After beyond it means no retry. */
  maxRetryMs: 1e3,
  /** Time after a failure in which nothing is tried. */
  pauseMs: 1e4,
  /** Longest such time, when Retry-After asks for more. */
  maxPauseMs: 6e4,
  /** Events that wait at most; what comes on top fails at once. */
  maxPending: 1e3
};
function datadogReporter(limits = {}) {
  const { batchMs, pollMs, timeoutMs, maxRetryMs, pauseMs, maxPauseMs, maxPending } = { ...LIMITS, ...limits };
  const turnMs = 2 * timeoutMs + maxRetryMs + pollMs;
  let pending = [];
  let turnEnds = 0;
  let pausedUntil = 0;
  async function report(event, env) {
    if (pending.length >= maxPending || Date.now() < pausedUntil) return "failed";
    const entry = { event };
    await scheduler.wait(pending.push(entry) === 1 ? batchMs : batchMs + pollMs);
    while (entry.fate === void 0) {
      if (Date.now() < turnEnds) await scheduler.wait(pollMs);
      else await flush(env);
    }
    return entry.fate;
  }
  __name(report, "report");
  async function flush(env) {
    const turn = Date.now() + turnMs;
    turnEnds = turn;
    const batch = [...pending];
    const request = distributions(batch.map((entry) => entry.event), env);
    let answer2 = await post(request, timeoutMs);
    if (answer2.retryMs <= maxRetryMs) {
      await scheduler.wait(answer2.retryMs);
      answer2 = await post(request, timeoutMs);
    }
    if (turnEnds !== turn) return;
    turnEnds = 0;
    if (!answer2.taken) pausedUntil = Date.now() + Math.min(maxPauseMs, Math.max(pauseMs, answer2.retryAfterMs));
    for (const entry of answer2.taken ? batch : pending) entry.fate = answer2.taken ? "sent" : "failed";
    pending = pending.filter((entry) => entry.fate === void 0);
  }
  __name(flush, "flush");
  return { report: /* @__PURE__ */ __name((event, env) => env.DD_API_KEY ? report(event, env) : void 0, "report") };
}
__name(datadogReporter, "datadogReporter");
function analyticsReporter() {
  return {
    report(event, env) {
      if (!env.FIREDRILL_ANALYTICS) return void 0;
      const blobs = [event.class, event.op, event.result, event.error, event.outcome, event.reason].map(word);
      const doubles = [1, ...[event.ms, event.attempts, event.status].map(number)];
      try {
        env.FIREDRILL_ANALYTICS.writeDataPoint({ indexes: [`${blobs[0]}.${blobs[1]}`], blobs, doubles });
        return Promise.resolve("sent");
      } catch {
        return Promise.resolve("failed");
      }
    }
  };
}
__name(analyticsReporter, "analyticsReporter");
function reporters(...all) {
  return {
    report(event, env) {
      const fates = all.map((reporter) => reporter.report(event, env)).filter((fate) => fate !== void 0);
      if (fates.length === 0) return void 0;
      return Promise.all(fates).then((settled) => settled.includes("failed") ? "failed" : "sent");
    }
  };
}
__name(reporters, "reporters");
function distributions(events, env) {
  const prefix = `${env.FIREDRILL_METRIC_PREFIX ?? ""}reported.`;
  const series = /* @__PURE__ */ new Map();
  const valuesOf = /* @__PURE__ */ __name((name, tags) => {
    const key = `${name} ${tags}`;
    const found = series.get(key) ?? { metric: prefix + name, tags, values: [] };
    series.set(key, found);
    return found.values;
  }, "valuesOf");
  for (const event of events) {
    const tags = [`class:${word(event.class) || "none"}`, `operation:${word(event.op) || "unknown"}`];
    const result = [`result:${word(event.result) || "ok"}`, `error_category:${word(event.error) || "none"}`];
    const count = valuesOf("operations", [...tags, ...result]);
    count[0] = (count[0] ?? 0) + 1;
    if (typeof event.ms === "number") valuesOf("latency", tags).push(number(event.ms));
  }
  const now = Math.floor(Date.now() / 1e3);
  const body = [...series.values()].map(({ metric, tags, values }) => {
    return { metric, type: "distribution", tags, points: [[now, values]] };
  });
  return {
    url: `https://api.${env.DD_SITE ?? "datadoghq.com"}/api/v1/distribution_points`,
    init: {
      method: "POST",
      headers: { "content-type": "application/json", "dd-api-key": env.DD_API_KEY },
      body: JSON.stringify({ series: body })
    }
  };
}
__name(distributions, "distributions");
function word(value) {
  return typeof value === "string" ? value.replace(/[^\w.]/g, "").slice(0, 40) : "";
}
__name(word, "word");
function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
__name(number, "number");
async function post({ url, init }, timeoutMs) {
  const backoffMs = 100 + 200 * Math.random();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    const retryAfterMs = Number(response.headers.get("retry-after")) * 1e3 || 0;
    const again = response.status === 429 || response.status >= 500;
    return { taken: response.ok, retryMs: again ? retryAfterMs || backoffMs : Infinity, retryAfterMs };
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    return { taken: false, retryMs: late ? Infinity : backoffMs, retryAfterMs: 0 };
  }
}
__name(post, "post");

// worker/src/retry.mjs
var MAX_DELAY_MS = 2e3;
async function withRetries(call2, { attempts, baseMs, random = Math.random, wait = sleep }) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call2();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw new CallError(error, attempt > 1);
      await wait(random() * Math.min(MAX_DELAY_MS, baseMs * 2 ** (attempt - 1)));
    }
  }
}
__name(withRetries, "withRetries");
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
__name(sleep, "sleep");

// worker/src/gateway.mjs
var DEFAULT_RETRY_ATTEMPTS = 3;
var DEFAULT_RETRY_BASE_MS = 100;
var RETRY_AFTER_S = "1";
var ANSWERS = {
  validation: [400, "the conversation refused the input"],
  disconnected: [400, "the request broke off"],
  reset: [503, "the conversation was interrupted, try again later"],
  unreachable: [503, "the conversation cannot be reached, try again later"],
  overloaded: [503, "the conversation is overloaded, try again later"],
  timeout: [503, "the conversation did not answer in time, try again later"]
};
var ROUTES = [
  { path: /^\/health$/, methods: { GET: { handle: health } } },
  {
    path: /^\/conversations\/([^/]*)\/tools$/,
    methods: { POST: { op: "store", handle: storeSeveral }, DELETE: { op: "clear", handle: clear } }
  },
  {
    path: /^\/conversations\/([^/]*)\/tools\/([^/]*)$/,
    methods: {
      PUT: { op: "store", handle: storeOne },
      GET: { op: "retrieve", handle: retrieve },
      DELETE: { op: "delete", handle: remove }
    }
  }
];
var ID_NAMES = ["conversation_id", "tool_use_id"];
var gateway = {
  /** @param {Request} request
   * @param {Env} env
   * @returns {Promise<Response>} */
  async fetch(request, env) {
    const event = current();
    let response;
    try {
      response = await route(request, env, event);
    } catch (error) {
      response = refuse(error, event);
    }
    response.headers.set("x-request-id", event.request);
    return response;
  }
};
var gateway_default = observeWorker(gateway, { CONVERSATION_STATE: "ConversationStateDO" }, {
  reporter: reporters(datadogReporter(), analyticsReporter())
});
async function route(request, env, event) {
  const { pathname } = new URL(request.url);
  for (const { path, methods } of ROUTES) {
    const match = path.exec(pathname);
    if (match === null) continue;
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : void 0;
    if (method === void 0) {
      const allowed = Object.keys(methods).join(", ");
      throw new InputError(`this path takes ${allowed}`, { status: 405, headers: { allow: allowed } });
    }
    event.op = method.op;
    const ids = match.slice(1).map((id, index) => identifier(decoded(id), ID_NAMES[index]));
    return method.handle({ request, env, event, ids });
  }
  throw new InputError("there is nothing at this path", { status: 404 });
}
__name(route, "route");
async function health() {
  return answer(200, { status: "ok" });
}
__name(health, "health");
async function storeSeveral(exchange) {
  const list = entries(await json(exchange.request));
  return answer(200, await call(exchange, true, (object, context) => object.store(list, context)));
}
__name(storeSeveral, "storeSeveral");
async function storeOne(exchange) {
  const body = await json(exchange.request);
  const [entry] = entries({ tool_use_id: exchange.ids[1], tool_name: body?.tool_name });
  return answer(200, await call(exchange, true, (object, context) => object.store(entry, context)));
}
__name(storeOne, "storeOne");
async function retrieve(exchange) {
  const { event, ids } = exchange;
  const name = await call(exchange, true, (object, context) => object.retrieve(ids[1], context));
  if (name !== null) return answer(200, { tool_use_id: ids[1], tool_name: name });
  event.result = "miss";
  event.reason = "unknown_id";
  return answer(404, { error: { category: "miss", message: "no tool name is stored for this tool_use_id" } });
}
__name(retrieve, "retrieve");
async function remove(exchange) {
  const value = await call(exchange, false, (object, context) => object.delete(exchange.ids[1], context));
  if (value.deleted === 0) exchange.event.result = "miss";
  return answer(200, value);
}
__name(remove, "remove");
async function clear(exchange) {
  return answer(200, await call(exchange, false, (object, context) => object.clear(context)));
}
__name(clear, "clear");
async function call({ env, event, ids }, idempotent, method) {
  const policy = {
    attempts: idempotent ? positiveInteger(env.RETRY_ATTEMPTS, DEFAULT_RETRY_ATTEMPTS) : 1,
    baseMs: positiveInteger(env.RETRY_BASE_MS, DEFAULT_RETRY_BASE_MS)
  };
  const options = idempotent ? { retry: { maxRetries: 0 } } : {};
  const attempt = /* @__PURE__ */ __name(() => method(env.CONVERSATION_STATE.getByName(ids[0], options), { requestId: event.request }), "attempt");
  return withRetries(attempt, policy);
}
__name(call, "call");
function refuse(error, event) {
  const called = error instanceof CallError;
  const failed = failure(called ? error.cause : error, called);
  Object.assign(event, failed);
  const category = failed.error;
  if (error instanceof InputError) {
    return answer(error.status, { error: { category, message: error.message } }, error.headers);
  }
  if (called && event.op === "retrieve" && failed.result === "error") event.reason = error.outcome;
  const [status, message] = ANSWERS[category] ?? [500, "the request failed"];
  return answer(status, { error: { category, message } }, status === 503 ? { "retry-after": RETRY_AFTER_S } : {});
}
__name(refuse, "refuse");
function answer(status, body, headers = {}) {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}
__name(answer, "answer");
async function json(request) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let bytes = 0;
  for await (const chunk of chunks(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new InputError(`the body is over ${MAX_BODY_BYTES} bytes`, { status: 413 });
    text += attemptInput(() => decoder.decode(chunk, { stream: true }), "the body is not UTF-8");
  }
  return attemptInput(() => JSON.parse(text + decoder.decode()), "the body is not JSON");
}
__name(json, "json");
async function* chunks(request) {
  try {
    yield* request.body ?? [];
  } catch (cause) {
    throw new Error("the client disconnected", { cause });
  }
}
__name(chunks, "chunks");
function decoded(id) {
  return attemptInput(() => decodeURIComponent(id), "the path is not URL-encoded UTF-8");
}
__name(decoded, "decoded");
function attemptInput(parse, message) {
  try {
    return parse();
  } catch {
    throw new InputError(message);
  }
}
__name(attemptInput, "attemptInput");
export {
  ConversationStateDO,
  gateway_default as default
};
