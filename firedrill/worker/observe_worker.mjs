/**
 * Telemetry of a Worker's handlers: one line per invocation, with the calls of Durable Objects that it made.
 * Bindings: those of the Durable Objects that it is told of.
 */
import { watch } from "./background.mjs";
import { Calls } from "./calls.mjs";
import { observedClass } from "./classes.mjs";
import { INVOCATION, within } from "./context.mjs";
import { environment, names } from "./environment.mjs";
import { REJECTS, failure, statusResult } from "./errors.mjs";
import { requestId } from "./ids.mjs";
import { observe } from "./invocation.mjs";
import { lose, write } from "./line.mjs";
import { fixed, inPlace } from "./methods.mjs";

const HANDLERS = ["fetch", "scheduled", "queue", "email", "tail"];

/** What else the platform delivers to a Worker: no line tells of it. */
const UNOBSERVED = ["connect", "tailStream", "test", "trace"];

/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {import("./reporter.mjs").Fate} Fate
 * @typedef {import("./reporter.mjs").Reporter} Reporter
 */

/**
 * @typedef {object} WorkerOptions
 * @property {Record<string, string | Record<string, string>>} [operations] operation by method of an object; by default
 *   the method's own name. Of the objects of one binding: the same under the binding's name
 * @property {string[]} [rejects] names of errors that are the caller's mistake; by default InputError
 * @property {Reporter} [reporter] sends events elsewhere, too; the line then waits in `ctx.waitUntil` for their fate
 */

/**
 * The type of a Worker's `env`; unknown where it has none.
 * @template W
 * @typedef {W extends new (ctx: any, env: infer E, ...rest: any[]) => any ? E
 *   : [Required<W>[keyof W & ("fetch" | "scheduled" | "queue")]] extends [(subject: any, env: infer E, ...rest: any[]) => any]
 *   ? E : unknown} EnvOf
 */

/**
 * Classes by binding. Where the type of `env` is known, its namespaces; of one whose stubs would take any call, an error
 * that says why.
 * @template E
 * @typedef {unknown extends E ? Record<string, string>
 *   : { [K in keyof E as NonNullable<E[K]> extends { idFromName: any } ? K : never]?: ClassName<NonNullable<E[K]>> }} Classes
 */

/**
 * What is written for the class of a namespace. That any method can be called is how TypeScript takes a class of which
 * no type is exported.
 * @template N
 * @typedef {unknown extends N ? string : N extends { get(...args: any[]): { "no method": any } }
 *   ? { "export its type": "type X = InstanceType<typeof X>" } : string} ClassName
 */

/**
 * The Worker, observed: what it returns and throws stays what it is, and in `env` the namespaces of `objects` note the
 * calls that are made through them. Of a class, whose instances are as observeObject makes them, methods that are
 * called by RPC are observed, too; it may be a named entrypoint as well.
 * @template {object} W
 * @param {W} worker the default export: an object of handlers, or a class that extends WorkerEntrypoint
 * @param {Classes<EnvOf<W>>} objects class by binding, or by the name under which `ctx.exports` has it
 * @param {WorkerOptions} [options]
 * @returns {W}
 */
export function observeWorker(worker, objects, { operations, rejects = REJECTS, reporter } = {}) {
  const named = (/** @type {string} */ binding) => {
    const own = /** @type {any} */ (operations?.[binding]); // a string names a method of that name
    return new Map(Object.entries({ ...operations, ...(typeof own === "object" ? own : {}) }));
  };
  const bound = Object.entries(objects).map(([binding, name]) => [binding, { name, operations: named(binding), rejects }]);
  const settings = { classes: new Map(/** @type {any} */ (bound)), rejects, reporter };
  for (const name of Object.keys(objects)) names.add(name);
  return typeof worker === "function" ? observedEntrypoint(worker, settings) : observedHandlers(worker, settings);
}

/** @param {any} Class
 * @param {Settings} settings */
function observedEntrypoint(Class, settings) {
  // The platform makes one instance for each invocation.
  return observedClass(Class, ([ctx, env], make) => {
    const invocation = new Invocation(settings, env, ctx);
    const made = invocation.run(() => make([ctx, invocation.env]));
    return [made, (name, method, instance, args) => {
      if (UNOBSERVED.includes(name)) return Reflect.apply(method, instance, args);
      return invocation.run(() => observe(invocation, name, method, instance, args));
    }];
  });
}

/** @template {object} H
 * @param {H} handlers
 * @param {Settings} settings
 * @returns {H} */
function observedHandlers(handlers, settings) {
  const observed = (/** @type {string} */ name, /** @type {Method} */ handler) =>
    inPlace(handler, (subject, env, ctx) => {
      if (Object(env) !== env) return Reflect.apply(handler, handlers, [subject, env, ctx]); // a test calls it
      const invocation = new Invocation(settings, env, ctx);
      return invocation.run(() => observe(invocation, name, handler, handlers, [subject, invocation.env, ctx]));
    });
  /** @type {Map<PropertyKey, { member: Method, called: Method }>} */
  const known = new Map();
  return new Proxy(handlers, {
    get(target, name) {
      const member = /** @type {any} */ (Reflect.get(target, name, target));
      if (typeof member !== "function" || fixed(target, name)) return member;
      const before = known.get(name);
      if (before !== undefined && before.member === member) return before.called;
      const isHandler = HANDLERS.includes(/** @type {string} */ (name));
      const called = isHandler ? observed(/** @type {string} */ (name), member) : inPlace(member, member.bind(target));
      known.set(name, { member, called });
      return called;
    },
  });
}

/**
 * @typedef {{ classes: Map<PropertyKey, import("./stubs.mjs").Objects>, rejects: string[], reporter?: Reporter,
 *   exported?: boolean }} Settings `exported`: whether a class is reached by `ctx.exports`
 */

/** One invocation of a Worker: the trap of the `env` that `cloudflare:workers` has meanwhile, and its observer. */
export class Invocation {
  #settings;
  #bare;
  #ctx;
  /** None where all classes have bindings. @type {any} */
  #exports = undefined;
  #op = "";
  calls = new Calls();

  /** @param {Settings} settings
   * @param {any} env
   * @param {ExecutionContext} ctx */
  constructor(settings, env, ctx) {
    this.#settings = settings;
    this.#bare = env;
    this.#ctx = ctx;
    this.env = environment(env);
    watch(ctx, true);
    settings.exported ??= [...settings.classes.keys()].some((name) => !(name in env));
    if (settings.exported) this.#shareExports();
  }

  /** @template T
   * @param {() => T} run
   * @returns {T} */
  run(run) {
    return within(this, this.env, this.#exports, run);
  }

  /** A class without a binding is reached by `ctx.exports`. */
  #shareExports() {
    try {
      const { exports } = /** @type {any} */ (this.#ctx);
      if (Object(exports) !== exports) return;
      this.#exports = environment(exports);
      /** @type {any} */ (this.#ctx).exports = this.#exports;
    } catch {
      lose();
    }
  }

  /** @param {any} env
   * @param {PropertyKey} name */
  get(env, name) {
    return name === INVOCATION ? this : env[name];
  }

  /** What is known of the objects of a binding, or of an exported class.
   * @param {PropertyKey} name */
  objects(name) {
    return this.#settings.classes.get(name);
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
    const call = this.calls.end();
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
    const fate = this.#reported(event);
    if (fate === undefined) write(event);
    else this.#ctx.waitUntil(this.#written(event, fate));
  }

  /** What becomes of the event elsewhere; the line is written even if a reporter is broken.
   * @param {Event} event
   * @returns {Promise<Fate> | undefined} */
  #reported(event) {
    try {
      return this.#settings.reporter?.report(event, this.#bare);
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
}
