/**
 * An instance of a class as the platform sees it: a proxy whose methods run on the instance itself. So private fields,
 * inherited methods, getters and `this` are what they were, and calls from inside do not pass it.
 * Bindings: none.
 */

/**
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {(name: string, method: Method, instance: any, args: any[]) => unknown} Call runs a method
 */

/** The traps of the proxy. */
export class Methods {
  /** @type {Map<PropertyKey, { method: Method, called: Method }>} */
  #known = new Map();
  #call;
  #Class;
  #Observed;

  /** @param {Call} call what to do when a method is called; those that have a symbol for their name are just run
   * @param {Function} Class
   * @param {Function} Observed what is exported in its place */
  constructor(call, Class, Observed) {
    this.#call = call;
    this.#Class = Class;
    this.#Observed = Observed;
  }

  /** @param {any} instance
   * @param {PropertyKey} name */
  get(instance, name) {
    const value = Reflect.get(instance, name, instance);
    if (typeof value !== "function") return value;
    const known = this.#known.get(name);
    if (known !== undefined && known.method === value) return known.called;
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
   * @returns {any} */
  #called(instance, name, method) {
    if (name === "constructor") return method === this.#Class ? this.#Observed : method;
    // The runtime refuses callers what every object has, which it knows by identity.
    if (method === Reflect.get(Object.prototype, name) || fixed(instance, name)) return method;
    if (typeof name !== "string") return (/** @type {any[]} */ ...args) => Reflect.apply(method, instance, args);
    const called = (/** @type {any[]} */ ...args) => this.#call(name, method, instance, args);
    return Object.hasOwn(instance, name) ? inPlace(method, called) : called;
  }
}

/** The function, but when it is called, `called` is in its place. It keeps what it has: a spy tells a test of its calls.
 * @param {Method} method
 * @param {Method} called
 * @returns {Method} */
export function inPlace(method, called) {
  return new Proxy(method, { apply: (_method, _self, args) => called(...args) });
}

/** Whether no proxy may say otherwise.
 * @param {object} target
 * @param {PropertyKey} name */
export function fixed(target, name) {
  const own = Reflect.getOwnPropertyDescriptor(target, name);
  return own?.configurable === false && own.writable === false;
}
