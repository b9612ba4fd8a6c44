/**
 * A class whose instances are observed: a proxy of the class itself, so prototypes, `new.target`, `constructor` and static
 * members are what they were.
 * Bindings: none.
 */
import { Methods, fixed } from "./methods.mjs";

/**
 * @template {new (...args: any[]) => any} C
 * @param {C} Class
 * @param {(args: any[], make: (args: any[]) => any) => [any, import("./methods.mjs").Call]} observe makes an instance,
 *   and says what to do when a method of it is called
 * @returns {C}
 */
export function observedClass(Class, observe) {
  const methods = new Map();
  /** @type {C} */
  const Observed = new Proxy(Class, {
    construct(target, args, newTarget) {
      const original = newTarget === Observed ? target : newTarget;
      const [instance, call] = observe(args, (given) => Reflect.construct(target, given, original));
      return new Proxy(instance, new Methods(call, target, Observed));
    },
    get(target, name) {
      const value = Reflect.get(target, name, target);
      // What has a prototype is a class or may be one. All else runs on the class itself, which has private fields.
      if (typeof value !== "function" || "prototype" in value || fixed(target, name)) return value;
      const known = methods.get(name);
      if (known?.value === value) return known.called;
      /** @this {unknown} @param {any[]} args */
      const called = function (...args) {
        return Reflect.apply(value, this === Observed ? target : this, args);
      };
      methods.set(name, { value, called });
      return called;
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  return Observed;
}
