/**
 * Telemetry of a Durable Object class: one line per invocation from outside; calls from inside are part of it.
 * Bindings:
 *   TELEMETRY_SALT   secret; without it, lines carry no instance id
 */
import { mark, watch } from "./background.mjs";
import { observedClass } from "./classes.mjs";
import { PULSE_WINDOW_MS } from "./contract.mjs";
import { REJECTS, failure, statusResult } from "./errors.mjs";
import { hashedId } from "./ids.mjs";
import { observe } from "./invocation.mjs";
import { lose } from "./line.mjs";
import { Lines } from "./overlap.mjs";

// The platform gives an alarm up after this many retries. Source: developers.cloudflare.com/durable-objects/api/alarms
const LAST_ALARM_RETRY = 6;

const NAMELESS = "observeObject: the class has no name, as minifiers take it away that do not keep names: set className";

/** Operations that the platform delivers to answer nobody, by their handlers. */
const SOCKETS = { webSocketMessage: "message", webSocketClose: "close", webSocketError: "socket_error" };

/** All operations that the platform delivers, by their handlers. */
const DELIVERED = { alarm: "alarm", ...SOCKETS };

/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {{ className: string, operations: Map<string, string>, rejects: string[],
 *   lastActive?: ObjectOptions["lastActive"] }} Settings
 */

/**
 * What an instance starts with: ctx and env, of the types that the class gives them.
 * @template {new (...args: any[]) => any} C
 * @typedef {[ctx: ConstructorParameters<C>[0], env: ConstructorParameters<C>[1]]} Start
 */

/**
 * @template {new (...args: any[]) => any} [C=new (...args: any[]) => any]
 * @typedef {object} ObjectOptions
 * @property {string} [className] by default the class's own name
 * @property {Record<string, string>} [operations] operation by method; by default the method's own name
 * @property {string[]} [rejects] names of errors that are the caller's mistake; by default InputError
 * @property {(...start: Start<C>) => number | Promise<number>} [lastActive] when the instance had its last pulse before
 *   this start, in ms since the epoch; 0 for never. With it, pulses are exact across evictions
 */

/**
 * The class, observed: a proxy of it, whose instances are proxies with methods that run on the instance itself. Prototypes,
 * private fields, inherited and static methods, getters, `this` and `new.target` are what they were, and so is what
 * methods return and throw. To be applied last, since a class that extends the observed one cannot have private fields.
 * @template {new (...args: any[]) => any} C
 * @param {C} Class
 * @param {ObjectOptions<C>} [options]
 * @returns {C}
 */
export function observeObject(Class, { className = Class.name, operations, rejects = REJECTS, lastActive } = {}) {
  if (className === "") throw new TypeError(NAMELESS);
  const settings = { className, operations: new Map(Object.entries({ ...operations, ...DELIVERED })), rejects, lastActive };
  const operation = (/** @type {string} */ name) => settings.operations.get(name) ?? name;
  return observedClass(Class, (args, make) => {
    watch(args[0]);
    const made = make(args);
    const instance = new Instance(settings, args[0], args[1]);
    return [made, (name, ...call) => observe(instance, operation(name), ...call)];
  });
}

/** One instance: the observer of its invocations. */
class Instance {
  /** @type {Settings} */
  #settings;
  #lines;
  /** None where it does not answer. @type {SqlStorage | undefined} */
  #sql;
  #cold = true;
  /** The window of the last pulse. */
  #window = 0;
  /** @type {string | undefined} */
  #id = undefined;
  /** Size of the database when it was last asked for. @type {number | undefined} */
  #bytes = undefined;

  /** @param {Settings} settings
   * @param {DurableObjectState} ctx
   * @param {any} env */
  constructor(settings, ctx, env) {
    this.#settings = settings;
    this.#lines = new Lines(ctx);
    this.#sql = sqlOf(ctx);
    // Needs no input gate: it is there before the first event, and if it were not, the line would go without it.
    hashedId(env.TELEMETRY_SALT, ctx.id.toString()).then((id) => (this.#id = id), lose);
    const { lastActive } = settings;
    if (lastActive !== undefined) ctx.blockConcurrencyWhile(() => this.#remember(() => lastActive(ctx, env)));
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
    /** @type {Event} */
    const event = { at: "object", op, class: this.#settings.className, cold: this.#cold, id: this.#id };
    this.#cold = false;
    if (op === "alarm") {
      const { retryCount, scheduledTime } = args[0] ?? {};
      if (retryCount > 0) event.retry = retryCount;
      if (scheduledTime !== undefined) event.lag = Math.max(0, now - scheduledTime);
    } else if (this.#window !== pulseWindow(now)) {
      // No alarm has a pulse: what only cleans up after itself is not active.
      this.#window = pulseWindow(now);
      event.pulse = true;
    }
    this.#lines.begin(event, now);
    return event;
  }

  /** @param {Event} event
   * @param {boolean} failed
   * @param {any} value */
  end(event, failed, value) {
    this.#lines.forget(event); // whatever comes of it
    if (failed) Object.assign(event, failure(value, false, this.#settings.rejects));
    event.result ??= value instanceof Response ? statusResult(value.status) : "ok";
    if (event.op === "alarm") {
      if (failed) event.result = "error"; // an alarm has no caller whose mistake it could be
      event.outcome = alarmOutcome(event, failed);
    }
    if (failed && Object.values(SOCKETS).includes(event.op)) mark();
    // Asking costs more than the line: it is done when the event tells of a change, and once in each window.
    const changed = event.written > 0 || event.removed !== undefined;
    if (changed || event.pulse || this.#bytes === undefined) this.#bytes = this.#size();
    event.bytes = this.#bytes;
    this.#lines.add(event);
  }

  /** @returns {number | undefined} bytes; none when storage does not answer */
  #size() {
    try {
      return this.#sql?.databaseSize;
    } catch {
      this.#sql = undefined; // it would throw again, and that takes longer than all the rest
      return undefined;
    }
  }
}

/** @param {Event} event
 * @param {boolean} failed whether the platform runs it again, unless it was the last time */
function alarmOutcome({ result, retry = 0 }, failed) {
  if (failed && retry < LAST_ALARM_RETRY) return "retrying";
  if (result === "error") return retry > 0 ? "exhausted" : "not_retried";
  return retry > 0 ? "recovered" : undefined;
}

/** @param {DurableObjectState} ctx
 * @returns {SqlStorage | undefined} none in an object that is not backed by SQLite */
function sqlOf(ctx) {
  try {
    return ctx.storage.sql;
  } catch {
    return undefined;
  }
}

/** @param {number} ms since the epoch */
function pulseWindow(ms) {
  return Math.floor(ms / PULSE_WINDOW_MS);
}
