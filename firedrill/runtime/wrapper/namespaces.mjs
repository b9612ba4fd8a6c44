// Namespaces of Durable Objects: calls of objects are noted, and those of a handler fail as the faults say.
import { env as current } from "cloudflare:workers";
import { inFlight, reach, strikes, take } from "./take.mjs";
import { OVERLOADED, UNREACHABLE, WAYS } from "./ways.mjs";

const FOR_GOOD_MS = 86400000; // no drill lasts for a day
const PROMISE = ["then", "catch", "finally"];

/** By this name the `env` of an invocation, and what wraps its namespaces, has what its calls go through. */
export const CALLING = Symbol("calling");

/** A function that wraps the namespaces of an object's env: calls of other objects are noted. */
export function peers(classes) {
  const get = (target, member, binding) => {
    const value = target[member];
    if (typeof value !== "function" || member === "constructor") return value;
    return (...args) => {
      if (member === "get" || member === "getByName") reach("peer", classes[binding]);
      return value.apply(target, args);
    };
  };
  return (namespace, binding) => {
    if (!Object.hasOwn(classes, binding)) return namespace; // another Worker has the class
    return new Proxy(namespace, { get: (target, member) => get(target, member, binding) });
  };
}

/** A member of a promise, or of what is a promise besides, as a property of an object that is read. */
function memberOf(target, key) {
  return PROMISE.includes(key) ? target[key]?.bind(target) : target[key];
}

/** What a call returns that does not reach its object: as with RPC promises, it can be called on before it is awaited.
 * `promise` makes what it comes to. */
function instead(promise) {
  const promised = (key) => (...args) => promise()[key](...args);
  const get = (target, key) => {
    if (Object.hasOwn(target, key) && (typeof key === "symbol" || PROMISE.includes(key))) return target[key]; // the Worker's wrapper sets it
    return PROMISE.includes(key) ? promised(key) : instead(promise);
  };
  return new Proxy(() => {}, { apply: () => instead(promise), get });
}

/** A function that wraps namespaces for one invocation of the default handler: their stubs fail as the faults say.
 * `classes` has the class of each binding; `handling` notes the calls. Code may keep a namespace for later invocations,
 * as caches by the `env` of `cloudflare:workers` do: a call belongs to the invocation that makes it. */
export function failingNamespace(classes, handling) {
  const calls = {}; // class -> this invocation's attempts to call it, and which faults strike it
  const failure = (name) => {
    const call = (calls[name] ??= {
      attempts: 0,
      overloaded: strikes("overloaded", name),
      unreachable: strikes("unreachable", name),
      way: strikes("called_failing", name) && WAYS[(take.asked.called_failing - 1) % WAYS.length],
    });
    call.attempts += 1;
    if (call.way) return call.way;
    if (call.overloaded) return OVERLOADED;
    return call.unreachable && call.attempts <= (take.faults.unreachable_attempts ?? Infinity) ? UNREACHABLE : null;
  };
  const call = (of, run) => {
    reach("direct", of.class);
    const { injected, message, ...properties } = failure(of.class) ?? {};
    const refuse = () => instead(() => Promise.reject(Object.assign(new Error(message), properties)));
    return handling.call(of, injected, message ? refuse : run);
  };
  const peer = (of, run) => {
    reach("peer", of.class);
    return run();
  };
  const kept = () => (handling.deed?.ended === undefined ? call : peer);
  const wrap = calling(classes, (of, run) => (current[CALLING] ?? kept())(of, run));
  return Object.assign(wrap, { [CALLING]: call });
}

/** A function that wraps the namespaces of a run of a workflow. It may go on for longer than the take that began it:
 * what it calls then waits for good, or it would be taken for traffic of another take. */
export function workflowNamespace(classes) {
  const { number } = take;
  const call = (of, run) => {
    reach("peer", of.class);
    return take.number === number && !take.over ? inFlight(run()) : instead(() => scheduler.wait(FOR_GOOD_MS));
  };
  return calling(classes, call);
}

/** A function that wraps namespaces: each call of an object goes through `call(of, run)`. */
function calling(classes, call) {
  // The stub stays workerd's own, so that it can be sent; but it inherits from a proxy, by which its twin is called.
  const failing = (stub, twin, name, object) => {
    const get = (_, member) => {
      const value = twin[member];
      if (typeof value !== "function" || typeof member !== "string" || member in Object.prototype) return value;
      const apply = (method, _self, args) => call({ class: name, object, id: `${twin.id}`, what: member }, () => Reflect.apply(method, twin, args));
      return new Proxy(value, { apply, get: memberOf });
    };
    return Object.setPrototypeOf(stub, new Proxy(Object.getPrototypeOf(stub), { get }));
  };
  const namespace = (target, name) =>
    new Proxy(target, {
      get(_, member) {
        if (typeof target[member] !== "function" || member === "constructor") return target[member];
        if (member === "jurisdiction") return () => namespace(target, name); // workerd has none: all objects are in each
        return (...args) => {
          const result = target[member](...args);
          if (member !== "get" && member !== "getByName") return result;
          return failing(result, target[member](...args), name, String(args[0]));
        };
      },
    });
  return (target, binding) => (Object.hasOwn(classes, binding) ? namespace(target, classes[binding]) : target);
}
