/**
 * The calls of Durable Objects that one invocation of a Worker makes: what its line tells of them.
 * Bindings: none.
 */
import { failure, statusResult } from "./errors.mjs";
import { observe } from "./invocation.mjs";

/**
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {{ operations: Map<string, string>, rejects: string[] }} Settings
 */

/** What a promise answers to. */
const PROMISE = ["then", "catch", "finally"];

/** By this name an observed stub has what observes it. */
const OBSERVER = Symbol("observer");

/** A call of an object, with its repetitions. */
class Call {
  attempts = 0;
  /** Around all attempts, once the last one ended. @type {number | undefined} */
  ms = undefined;
  /** Of the last attempt. @type {import("./errors.mjs").Failure | undefined} */
  failure = undefined;
  /** What the status of its response says, unless that is nothing special. @type {string | undefined} */
  answer = undefined;
  started = Date.now();

  /** @param {string} className
   * @param {string} object the name or id by which it was found
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

/** The calls that one invocation makes. */
export class Calls {
  /** @type {Call[]} */
  #list = [];
  /** A namespace may be kept for longer than the invocation that it is from: no line would tell of its calls then. */
  ended = false;

  /** After a failure, the same operation of the same object is another attempt.
   * @param {string} className
   * @param {string} object
   * @param {string} op
   * @returns {Call} */
  begin(className, object, op) {
    let call = this.#list.find(
      (earlier) =>
        earlier.failure !== undefined && earlier.op === op && earlier.object === object && earlier.class === className,
    );
    if (call === undefined) {
      call = new Call(className, object, op);
      this.#list.push(call);
    }
    call.attempts += 1;
    call.ms = call.failure = undefined;
    return call;
  }

  /** The invocation is over.
   * @returns {Call | undefined} what its line tells of: the first call that failed, or the last one */
  end() {
    this.ended = true;
    return this.#list.find(({ failure }) => failure !== undefined) ?? this.#list.at(-1);
  }
}

/** A namespace whose objects are called: the trap of its proxy. */
export class Namespace {
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
    return (/** @type {any[]} */ ...args) => {
      const result = Reflect.apply(member, namespace, args);
      if (name === "jurisdiction") return new Proxy(result, this);
      if (name !== "get" && name !== "getByName") return result;
      return this.#observed(result, Reflect.apply(member, namespace, args), String(args[0]));
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
    if (stub === twin) return stub; // no namespace of the platform's does so
    const observer = new Stub(this.#calls, this.#settings, this.#className, object, twin);
    Reflect.defineProperty(stub, OBSERVER, { value: observer });
    Reflect.setPrototypeOf(stub, inherited(stub));
    return stub;
  }
}

/** What observed stubs inherit from, by what they inherited from before. One for all stubs: V8 makes a hidden class for
 * each prototype, which takes longer than all the rest.
 * @type {WeakMap<object, object>} */
const prototypes = new WeakMap();

/** @param {object} stub */
function inherited(stub) {
  const prototype = Reflect.getPrototypeOf(stub) ?? Object.prototype;
  let observed = prototypes.get(prototype);
  if (observed === undefined) prototypes.set(prototype, (observed = new Proxy(prototype, { get: memberOf })));
  return observed;
}

/** The trap of what a stub inherits from; a proxy of the stub, or what inherits from it, may be asked in its place.
 * @param {object} prototype
 * @param {PropertyKey} name
 * @param {any} asked */
function memberOf(prototype, name, asked) {
  if (name === OBSERVER) return undefined;
  const observer = asked[OBSERVER];
  return observer instanceof Stub ? observer.member(name) : Reflect.get(prototype, name, asked);
}

/** The observer of the calls of one stub. */
class Stub {
  #calls;
  #settings;
  #className;
  #object;
  #twin;

  /** @param {Calls} calls of the invocation
   * @param {Settings} settings
   * @param {string} className
   * @param {string} object
   * @param {any} twin what is called in its place */
  constructor(calls, settings, className, object, twin) {
    this.#calls = calls;
    this.#settings = settings;
    this.#className = className;
    this.#object = object;
    this.#twin = twin;
  }

  /** @param {PropertyKey} name */
  member(name) {
    const member = this.#twin[name];
    if (typeof member !== "function" || typeof name !== "string" || name in Object.prototype) return member;
    return new Proxy(member, new Member(this, name));
  }

  /** @param {string} name
   * @param {Method} method
   * @param {any[]} args */
  call(name, method, args) {
    if (this.#calls.ended) return Reflect.apply(method, this.#twin, args);
    return observe(this, name, method, this.#twin, args);
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
    if (failed) call.failure = failure(value, true, this.#settings.rejects);
    else if (value instanceof Response && value.status >= 400) call.answer = statusResult(value.status);
  }
}

/** A member of a stub: the traps of its proxy. It may be called, awaited as a property, or called upon, as it was. */
class Member {
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
    return PROMISE.includes(/** @type {string} */ (key)) ? method[key]?.bind(method) : method[key];
  }
}
