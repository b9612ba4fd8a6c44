/**
 * The calls of Durable Objects that one invocation of a Worker makes: what its line tells of them.
 * Bindings: none.
 */
import { failure, statusResult } from "./errors.mjs";
import { observe } from "./invocation.mjs";

/** @typedef {import("./invocation.mjs").Method} Method */

/** By this name a proxy of a stub gives the stub, since proxies cannot be sent as arguments. */
const STUB = Symbol("stub");

/** A call of an object, with its repetitions. */
export class Call {
  attempts = 0;
  /** Around all attempts, once the last one ended. @type {number | undefined} */
  ms = undefined;
  /** Of the last attempt. @type {import("./errors.mjs").Failure | undefined} */
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

/** A namespace whose objects are called: the trap of its proxy. */
export class Namespace {
  #calls;
  #settings;
  #className;

  /** @param {Call[]} calls of the invocation
   * @param {{ operations: Map<string, string>, rejects: string[] }} settings
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
    if (typeof member !== "function") return member;
    return (/** @type {any[]} */ ...args) => {
      const result = Reflect.apply(member, namespace, args);
      if (name === "jurisdiction") return new Proxy(result, this);
      if (name !== "get" && name !== "getByName") return result;
      return new Proxy(result, new Calls(this.#calls, this.#settings, this.#className, String(args[0])));
    };
  }
}

/** The calls of one stub: the trap of its proxy, and the observer of the calls. */
class Calls {
  #calls;
  #settings;
  #className;
  #object;

  /** @param {Call[]} calls of the invocation
   * @param {{ operations: Map<string, string>, rejects: string[] }} settings
   * @param {string} className
   * @param {string} object the name or id by which it was found */
  constructor(calls, settings, className, object) {
    this.#calls = calls;
    this.#settings = settings;
    this.#className = className;
    this.#object = object;
  }

  /** @param {any} stub
   * @param {PropertyKey} name */
  get(stub, name) {
    if (name === STUB) return stub;
    const member = stub[name];
    if (typeof member !== "function") return member;
    if (typeof name !== "string" || name in Object.prototype) return member.bind(stub);
    return new Proxy(member, new Member(this, stub, name));
  }

  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} method
   * @returns {Call} */
  begin(method) {
    const op = this.#settings.operations.get(method) ?? method;
    let call = this.#calls.find((earlier) => earlier.failure !== undefined && this.#same(earlier, op));
    if (call === undefined) {
      call = new Call(this.#className, this.#object, op);
      this.#calls.push(call);
    }
    call.attempts += 1;
    call.ms = call.failure = undefined;
    return call;
  }

  /** @param {Call} call
   * @param {string} op */
  #same(call, op) {
    return call.op === op && call.object === this.#object && call.class === this.#className;
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

/** A member of a stub: the traps of its proxy. It may be called, awaited as a property, or called upon, as it was. */
class Member {
  #calls;
  #stub;
  #name;

  /** @param {Calls} calls
   * @param {any} stub
   * @param {string} name */
  constructor(calls, stub, name) {
    this.#calls = calls;
    this.#stub = stub;
    this.#name = name;
  }

  /** @param {Method} method
   * @param {unknown} _self
   * @param {any[]} args */
  apply(method, _self, args) {
    return observe(this.#calls, this.#name, method, this.#stub, args.map(sendable));
  }

  /** @param {any} method
   * @param {PropertyKey} key */
  get(method, key) {
    return key === "then" ? method.then.bind(method) : method[key];
  }
}

/** @param {any} argument */
function sendable(argument) {
  return (typeof argument === "object" && argument?.[STUB]) || argument;
}
