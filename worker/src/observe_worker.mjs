/**
 * Telemetry of a Worker's handlers: one line per invocation, with the calls of Durable Objects that it made.
 * Bindings: those of the Durable Objects that it is told of.
 */
import { REJECTS, failure, statusResult } from "./errors.mjs";
import { requestId } from "./ids.mjs";
import { observe } from "./invocation.mjs";
import { write } from "./line.mjs";

const HANDLERS = ["fetch", "scheduled", "queue"];

/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {import("./reporter.mjs").Reporter} Reporter
 */

/**
 * @typedef {object} WorkerOptions
 * @property {Record<string, string>} [operations] operation by method of an object; by default the method's own name
 * @property {string[]} [rejects] names of errors that are the caller's mistake; by default InputError
 * @property {Reporter} [reporter] sends events elsewhere, too; the line then waits in `ctx.waitUntil` for their fate
 */

/**
 * The handlers, observed: what they return and throw stays what it is, and in `env` the namespaces of `objects` note
 * the calls that are made through them.
 * @template {object} H
 * @param {H} handlers the default export of the Worker
 * @param {Record<string, string>} objects class by binding
 * @param {WorkerOptions} [options]
 * @returns {H}
 */
export function observeWorker(handlers, objects, { operations, rejects = REJECTS, reporter } = {}) {
  const settings = {
    classes: new Map(Object.entries(objects)),
    operations: new Map(Object.entries(operations ?? {})),
    rejects,
    reporter,
  };
  const observed = Object.create(handlers);
  for (const name of HANDLERS) {
    const handler = /** @type {any} */ (handlers)[name];
    if (typeof handler !== "function") continue;
    /** @type {Method} */
    observed[name] = (subject, env, ctx) => {
      const invocation = new Invocation(settings, env, ctx);
      return observe(invocation, name, handler, handlers, [subject, new Proxy(env, invocation), ctx]);
    };
  }
  return observed;
}

/**
 * @typedef {{ classes: Map<PropertyKey, string>, operations: Map<string, string>, rejects: string[],
 *   reporter?: Reporter }} Settings
 */

/** One invocation of a handler: the trap of its `env`, and the observer of the invocation. */
class Invocation {
  #settings;
  #env;
  #ctx;
  #op = "";
  /** @type {Call[]} */
  #calls = [];

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
    const className = this.#settings.classes.get(name);
    return className === undefined ? env[name] : this.#namespace(env[name], className);
  }

  /** @param {string} op
   * @param {any[]} args
   * @returns {Event} */
  begin(op, [subject]) {
    this.#op = op;
    return { at: "gateway", op: undefined, request: op === "fetch" ? requestId(subject) : undefined };
  }

  /** What the handler has set stands; a request that made several calls tells of the first that failed, or the last.
   * @param {Event} event
   * @param {boolean} failed
   * @param {any} value */
  end(event, failed, value) {
    const call = this.#calls.find(({ failure }) => failure !== undefined) ?? this.#calls.at(-1);
    const raised = call?.failure ?? (failed ? failure(value, false, this.#settings.rejects) : undefined);
    if (value instanceof Response) event.status ??= value.status;
    event.op ??= call?.op ?? this.#op;
    event.result ??= raised?.result ?? call?.answer ?? statusResult(event.status);
    event.error ??= raised?.error;
    event.name ??= raised?.name;
    if (call !== undefined) {
      event.class ??= call.class;
      event.attempts ??= call.attempts;
      event.ms ??= call.ms;
      event.outcome ??= call.outcome;
    }
    const fate = this.#settings.reporter?.report(event, this.#env);
    if (fate === undefined) write(event);
    else this.#ctx.waitUntil(this.#report(event, fate));
  }

  /** @param {Event} event
   * @param {Promise<"sent" | "failed">} fate */
  async #report(event, fate) {
    event.report = await fate.catch(() => "failed");
    write(event);
  }

  /** @param {any} namespace
   * @param {string} className
   * @returns {any} */
  #namespace(namespace, className) {
    return new Proxy(namespace, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        return (/** @type {any[]} */ ...args) => {
          const result = Reflect.apply(member, target, args);
          if (name === "jurisdiction") return this.#namespace(result, className);
          if (name !== "get" && name !== "getByName") return result;
          return stub(result, new Calls(this.#calls, this.#settings, className, String(args[0])));
        };
      },
    });
  }
}

/** A call of an object with its repetitions. */
class Call {
  attempts = 0;
  /** Around all attempts. @type {number | undefined} */
  ms = undefined;
  /** Of the last attempt, once it ended. @type {import("./errors.mjs").Failure | undefined} */
  failure = undefined;
  /** What the status of its response says, unless that is nothing special. @type {string | undefined} */
  answer = undefined;
  started = Date.now();

  /** @param {string} className
   * @param {string} object
   * @param {string} op */
  constructor(className, object, op) {
    this.class = className;
    this.object = object;
    this.op = op;
  }

  /** How it ended; undefined while it has not. */
  get outcome() {
    if (this.ms === undefined) return undefined;
    if (this.failure === undefined) return this.attempts === 1 ? "first_try" : "recovered";
    return this.attempts === 1 ? "not_retried" : "exhausted";
  }
}

/** The calls of one stub: their observer. */
class Calls {
  #calls;
  #settings;
  #className;
  #object;

  /** @param {Call[]} calls of the invocation
   * @param {Settings} settings
   * @param {string} className
   * @param {string} object by which the namespace found it */
  constructor(calls, settings, className, object) {
    this.#calls = calls;
    this.#settings = settings;
    this.#className = className;
    this.#object = object;
  }

  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} method
   * @returns {Call} */
  begin(method) {
    const op = this.#settings.operations.get(method) ?? method;
    let call = this.#calls.find((call) => call.failure !== undefined && call.op === op && call.object === this.#object);
    if (call === undefined) {
      call = new Call(this.#className, this.#object, op);
      this.#calls.push(call);
    }
    call.attempts += 1;
    call.ms = call.failure = undefined;
    return call;
  }

  /** @param {Call} call
   * @param {boolean} failed
   * @param {any} value */
  end(call, failed, value) {
    call.ms = Date.now() - call.started;
    if (failed) call.failure = failure(value, true, this.#settings.rejects);
    else if (value instanceof Response && value.status >= 400) call.answer = statusResult(value.status);
  }
}

/** Stubs by their proxies, which cannot be sent as an argument. @type {WeakMap<object, unknown>} */
const stubs = new WeakMap();

/** A stub whose calls are observed. A method stays what it is, since there may be more behind it: a property to await,
 * an object to call on.
 * @param {any} target
 * @param {Calls} calls */
function stub(target, calls) {
  const proxy = new Proxy(target, {
    get(_, name) {
      const member = target[name];
      if (typeof member !== "function") return member;
      if (typeof name === "symbol" || name in Object.prototype) return member.bind(target);
      return new Proxy(member, {
        apply: (method, _, args) => observe(calls, name, method, target, args.map((arg) => stubs.get(arg) ?? arg)),
        get: (method, key) => (key === "then" ? method.then.bind(method) : method[key]),
      });
    },
  });
  stubs.set(proxy, target);
  return proxy;
}
