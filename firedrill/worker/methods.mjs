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

  /** @param {Call} call what to do when a method is called; those that have a symbol for their name are just run */
  constructor(call) {
    this.#call = call;
  }

  /** @param {any} instance
   * @param {PropertyKey} name */
  get(instance, name) {
    const value = Reflect.get(instance, name, instance);
    // The runtime refuses callers what every object has, which it knows by identity.
    if (typeof value !== "function" || value === Reflect.get(Object.prototype, name) || name === "constructor") {
      return value;
    }
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
   * @returns {Method} */
  #called(instance, name, method) {
    if (typeof name !== "string") return (...args) => Reflect.apply(method, instance, args);
    return (...args) => this.#call(name, method, instance, args);
  }
}

/** A class under the name of the one that it extends.
 * @template {Function} C
 * @param {C} Observed
 * @param {Function} Class
 * @returns {C} */
export function named(Observed, Class) {
  return Object.defineProperty(Observed, "name", { value: Class.name });
}
