var __defProp = Object.defineProperty;
var __name = (target, value) => __defProp(target, "name", { value, configurable: true });

// examples/chat-room/src/index.js
import { DurableObject } from "cloudflare:workers";

// firedrill/worker/contract.mjs
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

// firedrill/worker/line.mjs
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
function checkOf({ values, word, hex, flag }) {
  if (flag) return (value) => value === true || value === 1 ? 1 : void 0;
  if (values) return (value) => values.includes(value) ? value : void 0;
  if (word) return (value) => typeof value === "string" && value.replace(/[^\w.]/g, "").slice(0, word) || void 0;
  if (hex) {
    const digits = new RegExp(`^[0-9a-f]{${hex}}$`);
    return (value) => typeof value === "string" && digits.test(value) ? value : void 0;
  }
  return (value) => Number.isSafeInteger(value) && value >= 0 ? value : void 0;
}
__name(checkOf, "checkOf");

// firedrill/worker/invocation.mjs
var active;
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

// firedrill/worker/errors.mjs
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

// firedrill/worker/ids.mjs
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

// firedrill/worker/methods.mjs
var Methods = class {
  static {
    __name(this, "Methods");
  }
  /** @type {Map<PropertyKey, { method: Method, called: Method }>} */
  #known = /* @__PURE__ */ new Map();
  #call;
  /** @param {Call} call what to do when a method is called; those that have a symbol for their name are just run */
  constructor(call) {
    this.#call = call;
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

// firedrill/worker/observe_object.mjs
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
      return new Proxy(this, new Methods((name, ...call) => observe(instance, operation(name), ...call)));
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

// firedrill/worker/calls.mjs
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
  constructor(number, className, object, op) {
    this.number = number;
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
    const call = this.#toRepeat(className, object, op) ?? new Call(this.#count++, className, object, op);
    if (call.attempts === 0) this.#last = call;
    call.attempts += 1;
    call.ms = call.failure = void 0;
    return call;
  }
  /** @param {Call} call
   * @param {import("./errors.mjs").Failure} failure */
  fail(call, failure2) {
    call.failure = failure2;
    this.#failed.add(call);
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
    for (const call of this.#failed) {
      const same = call.op === op && call.object === object && call.class === className;
      if (same && call.failure !== void 0) return call;
    }
    return void 0;
  }
};

// firedrill/worker/stubs.mjs
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
  end(call, failed, value) {
    call.ms = Date.now() - call.started;
    if (failed) this.#calls.fail(call, failure(value, true, this.#settings.rejects));
    else if (value instanceof Response && value.status >= 400) call.answer = statusResult(value.status);
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

// firedrill/worker/observe_worker.mjs
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
    const call = this.#calls.end();
    const raised = call?.failure ?? (failed ? failure(value, false, this.#settings.rejects) : void 0);
    if (value instanceof Response) event.status ??= value.status;
    event.op ??= call?.op ?? this.#op;
    event.result ??= raised?.result ?? call?.answer ?? statusResult(event.status);
    event.error ??= raised?.error;
    event.name ??= raised?.name;
    if (call !== void 0) {
      event.class ??= call.class;
      event.attempts ??= call.attempts;
      event.ms ??= call.ms;
      event.outcome ??= call.outcome;
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

// examples/chat-room/src/index.js
var ChatRoom = observeObject(class ChatRoom2 extends DurableObject {
  static {
    __name(this, "ChatRoom");
  }
  #sql;
  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, author TEXT, text TEXT, sent INTEGER)");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }
  /** Keep a message and send it to every member. */
  async post(author, text) {
    const message = { author, text, sent: Date.now() };
    this.#sql.exec("INSERT INTO messages (author, text, sent) VALUES (?, ?, ?)", author, text, message.sent);
    this.#sql.exec(
      "DELETE FROM messages WHERE id <= (SELECT MAX(id) FROM messages) - ?",
      Number(this.env.HISTORY_LIMIT)
    );
    this.#broadcast(message);
    return message;
  }
  /** The latest messages, oldest first. */
  async history(count) {
    const rows = this.#sql.exec("SELECT author, text, sent FROM messages ORDER BY id DESC LIMIT ?", count);
    return rows.toArray().reverse();
  }
  /** Who is in the room. */
  async members() {
    return this.ctx.getWebSockets().map((socket) => socket.deserializeAttachment().author);
  }
  /** A member joins. */
  async fetch(request) {
    const { 0: client, 1: server } = new WebSocketPair();
    const author = new URL(request.url).searchParams.get("as");
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment({ author });
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(socket, text) {
    await this.post(socket.deserializeAttachment().author, text);
  }
  async webSocketClose(socket, code) {
    socket.close(code, "goodbye");
    this.#broadcast({ left: socket.deserializeAttachment().author });
  }
  #broadcast(message) {
    for (const socket of this.ctx.getWebSockets()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
  }
}, { operations: { fetch: "join" } });
var index_default = observeWorker({
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, room, what] = /^\/rooms\/([\w-]{1,64})\/(messages|members|socket)$/.exec(pathname) ?? [];
    if (!room) return new Response("no such page", { status: 404 });
    const stub = env.ROOMS.getByName(room);
    switch (`${request.method} ${what}`) {
      case "GET messages":
        return Response.json(await stub.history(Number(searchParams.get("count") ?? 20)));
      case "POST messages": {
        const { author, text } = await request.json();
        if (!author || !text) return new Response("author and text are missing", { status: 400 });
        return Response.json(await stub.post(author, text), { status: 201 });
      }
      case "GET members":
        return Response.json(await stub.members());
      case "GET socket":
        if (!searchParams.get("as")) return new Response("as whom?", { status: 400 });
        if (request.headers.get("Upgrade") !== "websocket") return new Response("not a WebSocket", { status: 426 });
        return stub.fetch(request);
    }
    return new Response("method not allowed", { status: 405 });
  }
}, { ROOMS: "ChatRoom" }, { operations: { fetch: "join" } });
export {
  ChatRoom,
  index_default as default
};
