// The bindings of a Worker: which of them its traffic comes to, and what stands for those that are not to be had here.
import { responseOf } from "./answers.mjs";
import { CALLING } from "./namespaces.mjs";
import { reach, strikes, take } from "./take.mjs";

/** Replaces an Analytics Engine dataset: it discards data points, or refuses them. */
const dataset = (name) => ({
  writeDataPoint() {
    reach("binding", name);
    if (strikes("dataset_failing")) throw new Error("refused by the drill");
  },
});

const nameOf = new WeakMap(); // binding -> its name
const watched = new WeakSet(); // what bindings inherit their methods from

/** Lets calls of a binding's methods be noted; by the prototype, so that the binding itself stays what it is. */
export function watchCalls(name, binding) {
  if (Object(binding) !== binding) return;
  nameOf.set(binding, name);
  for (let each = Object.getPrototypeOf(binding); each && each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    if (watched.has(each)) continue;
    watched.add(each);
    for (const [method, property] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      if (method === "constructor" || typeof property.value !== "function" || !property.configurable) continue;
      const apply = (target, self, args) => {
        if (nameOf.has(self)) reach("binding", nameOf.get(self));
        return Reflect.apply(target, self, args);
      };
      Object.defineProperty(each, method, { ...property, value: new Proxy(property.value, { apply }) });
    }
  }
}

let fetchers = []; // names of bindings whose every property is a method of another Worker
let standIns = {}; // bindings that are not to be had here -> what their methods answer

/** Lets bindings answer what the drill file says; `others` are names of bindings to other Workers, or to assets. */
export function standFor(answers, others) {
  standIns = answers;
  fetchers = others;
}

/** A binding whose methods answer; what `fetch` answers is a response's status, headers and body. */
function standIn(answers) {
  const answer = (method) => async () => {
    if (method !== "fetch") return structuredClone(answers[method]);
    return responseOf(answers.fetch);
  };
  const get = (_, method) => (Object.hasOwn(answers, method) ? answer(method) : undefined);
  return new Proxy({}, { get });
}

/** `env` with the take's bindings in place of the deployed ones, and with namespaces passed through `namespace`. */
export function environment(env, namespace = (binding) => binding) {
  return new Proxy(env, {
    has: (target, name) => Object.hasOwn(standIns, name) || name in target,
    get(target, name) {
      if (name === CALLING) return namespace[CALLING];
      if (Object.hasOwn(standIns, name)) return standIn(standIns[name]);
      if (Object.hasOwn(take.faults.bindings ?? {}, name)) return take.faults.bindings[name];
      const binding = target[name];
      if (binding?.constructor?.name === "Fetcher") {
        if (fetchers.includes(name)) reach("binding", name); // each property of it is a method to call
        return binding;
      }
      if (typeof binding?.writeDataPoint === "function") return dataset(name);
      return typeof binding?.idFromName === "function" ? namespace(binding, name) : binding;
    },
  });
}
