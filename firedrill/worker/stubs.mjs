/**
 * The namespaces of an observed Worker's `env`, and what they give out: stubs whose calls are noted.
 * Bindings: none.
 */
import { running } from "./context.mjs";
import { failure, statusResult } from "./errors.mjs";
import { before, observe } from "./invocation.mjs";

/**
 * @typedef {import("./calls.mjs").Call} Call
 * @typedef {import("./calls.mjs").Calls} Calls
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {{ name: string, operations: Map<string, any>, rejects: string[] }} Objects those of a binding: their class
 */

/** What a promise answers to. */
const PROMISE = ["then", "catch", "finally"];

/** What namespaces of the platform are made by. */
const PLATFORMS = /^(Loopback)?DurableObjectNamespace$/;

/** By this name an observed stub has what observes it. */
const OBSERVER = Symbol("observer");

/** A namespace whose objects are called: the trap of its proxy. */
export class Namespace {
  #binding;
  /** @type {Map<PropertyKey, { member: Function, called: Function }>} */
  #known = new Map();

  /** @param {PropertyKey} binding its name */
  constructor(binding) {
    this.#binding = binding;
  }

  /** @param {any} namespace
   * @param {PropertyKey} name */
  get(namespace, name) {
    const member = namespace[name];
    if (typeof member !== "function" || name === "constructor") return member;
    const known = this.#known.get(name);
    if (known !== undefined && known.member === member) return known.called;
    const called = this.#called(namespace, name, member);
    this.#known.set(name, { member, called });
    return called;
  }

  /** @param {any} namespace
   * @param {PropertyKey} name
   * @param {Method} member
   * @returns {Method} */
  #called(namespace, name, member) {
    if (name === "jurisdiction") {
      return (...args) => new Proxy(/** @type {any} */ (Reflect.apply(member, namespace, args)), new Namespace(this.#binding));
    }
    if (name !== "get" && name !== "getByName") return (...args) => Reflect.apply(member, namespace, args);
    return (...args) => {
      const invocation = running();
      const objects = invocation?.objects(this.#binding);
      const stub = Reflect.apply(member, namespace, args);
      if (invocation === undefined || objects === undefined) return stub;
      const observer = new Stub(invocation.calls, objects, args[0], stub);
      return PLATFORMS.test(namespace.constructor?.name) ? observer.inherited() : observer.proxy();
    };
  }
}

/** What observed stubs inherit from, by what they inherited from before. One for all stubs: V8 makes a hidden class for
 * each prototype, which takes longer than all the rest.
 * @type {WeakMap<object, object>} */
const prototypes = new WeakMap();

/** The trap of what a stub inherits from; a proxy of the stub, or what inherits from it, may be asked in its place.
 * @param {object} prototype
 * @param {PropertyKey} name
 * @param {any} asked */
function memberOf(prototype, name, asked) {
  if (name === OBSERVER) return undefined;
  const observer = asked[OBSERVER];
  const own = Reflect.get(prototype, name, asked);
  return observer instanceof Stub ? observer.member(name, own, Reflect.getPrototypeOf(prototype)) : own;
}

/** Every name but one is the name of a method that the object may have.
 * @param {object} prototype
 * @param {PropertyKey} name */
function hasMember(prototype, name) {
  return Reflect.has(prototype, name) || (typeof name === "string" && name !== "then");
}

/** The observer of the calls of one stub. */
class Stub {
  #calls;
  #objects;
  #found;
  #stub;

  /** @param {Calls} calls of the invocation
   * @param {Objects} objects
   * @param {unknown} found the name or id by which the object was found
   * @param {any} stub */
  constructor(calls, objects, found, stub) {
    this.#calls = calls;
    this.#objects = objects;
    this.#found = found;
    this.#stub = stub;
  }

  get object() {
    return String(this.#found);
  }

  /** The stub, observed. It stays the platform's own, so that it can be sent wherever it could be (a proxy could not),
   * but inherits from a proxy. */
  inherited() {
    const stub = this.#stub;
    const prototype = Reflect.getPrototypeOf(stub) ?? Object.prototype;
    let observed = prototypes.get(prototype);
    if (observed === undefined) {
      // Of an object that inherits, too: so the stub stays an instance of its class.
      observed = /** @type {object} */ (new Proxy(Object.create(prototype), { get: memberOf, has: hasMember }));
      prototypes.set(prototype, observed);
    }
    Reflect.defineProperty(stub, OBSERVER, { value: this });
    Reflect.setPrototypeOf(stub, observed);
    return stub;
  }

  /** What stands in for a stub where a test has made the namespace, which it asks once. */
  proxy() {
    return new Proxy(this.#stub, { get: (stub, name) => this.#member(name, stub[name], stub) });
  }

  /** @param {PropertyKey} name
   * @param {any} own what the stub has by this name, which are not the object's methods
   * @param {object | null} prototype what it inherited from before */
  member(name, own, prototype) {
    const stub = this.#stub;
    if (own !== undefined || typeof name !== "string" || name === "then") return this.#member(name, own, stub);
    // Of a stub that inherits from a proxy, the object's methods are found no longer. No stub can be made unchangeable.
    const observed = Reflect.getPrototypeOf(stub);
    Reflect.setPrototypeOf(stub, prototype);
    try {
      return this.#member(name, stub[name], stub);
    } finally {
      Reflect.setPrototypeOf(stub, observed);
    }
  }

  /** @param {PropertyKey} name
   * @param {any} member
   * @param {any} self */
  #member(name, member, self) {
    if (typeof member !== "function" || typeof name !== "string" || name in Object.prototype) return member;
    return new Proxy(member, new Member(this, name, self));
  }

  /** @param {string} name
   * @param {Method} method
   * @param {any} self
   * @param {any[]} args */
  call(name, method, self, args) {
    if (this.#calls.ended) return Reflect.apply(method, self, args);
    return observe(this, name, method, self, args, before);
  }

  /** @param {string} method
   * @returns {Call} */
  begin(method) {
    return this.#calls.begin(this.#objects.name, this, this.#objects.operations.get(method) ?? method);
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
  #self;

  /** @param {Stub} stub
   * @param {string} name
   * @param {any} self what has the member */
  constructor(stub, name, self) {
    this.#stub = stub;
    this.#name = name;
    this.#self = self;
  }

  /** @param {Method} method
   * @param {unknown} _self
   * @param {any[]} args */
  apply(method, _self, args) {
    // JSON.stringify asks for no method of the object, but cannot be told so here: it calls with a key.
    if (this.#name === "toJSON" && typeof args[0] === "string") return { ...this.#self };
    return this.#stub.call(this.#name, method, this.#self, args);
  }

  /** @param {any} method
   * @param {PropertyKey} key */
  get(method, key) {
    return PROMISE.includes(/** @type {string} */ (key)) ? method[key]?.bind(method) : method[key];
  }
}
