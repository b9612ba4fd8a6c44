/**
 * The namespaces of an observed Worker's `env`, and what they give out: stubs whose calls are noted.
 * Bindings: none.
 */
import { failure, statusResult } from "./errors.mjs";
import { observe } from "./invocation.mjs";

/**
 * @typedef {import("./calls.mjs").Call} Call
 * @typedef {import("./calls.mjs").Calls} Calls
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {{ name: string, operations: Map<string, any>, rejects: string[] }} Objects those of a binding: their class
 */

/** What a promise answers to. */
const PROMISE = ["then", "catch", "finally"];

/** What namespaces of the platform are made by. */
const PLATFORMS = "DurableObjectNamespace";

/** By this name an observed stub has what observes it. */
const OBSERVER = Symbol("observer");

/** A namespace whose objects are called: the trap of its proxy. */
export class Namespace {
  #calls;
  #objects;

  /** @param {Calls} calls of the invocation
   * @param {Objects} objects */
  constructor(calls, objects) {
    this.#calls = calls;
    this.#objects = objects;
  }

  /** @param {any} namespace
   * @param {PropertyKey} name */
  get(namespace, name) {
    const member = namespace[name];
    if (typeof member !== "function" || name === "constructor") return member;
    return (/** @type {any[]} */ ...args) => {
      const find = () => Reflect.apply(member, namespace, args);
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
    return new Proxy(stub, { get: (_, name) => observer.member(name) });
  }

  /** @param {any} stub what is called
   * @param {string} object */
  #observer(stub, object) {
    return new Stub(this.#calls, this.#objects, object, stub);
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
  #objects;
  #object;
  #called;

  /** @param {Calls} calls of the invocation
   * @param {Objects} objects
   * @param {string} object
   * @param {any} called its twin, or where a test has made it the stub itself */
  constructor(calls, objects, object, called) {
    this.#calls = calls;
    this.#objects = objects;
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
    return this.#calls.begin(this.#objects.name, this.#object, this.#objects.operations.get(method) ?? method);
  }

  /** @param {Call} call
   * @param {boolean} failed
   * @param {any} value */
  end(call, failed, value) {
    call.ms = Date.now() - call.started;
    if (failed) this.#calls.fail(call, failure(value, true, this.#objects.rejects));
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
