// What handlers and objects are wrapped by alike.

/** `instance` as the runtime sees it: each method goes through `through(run, name, args)`, and `run` takes others in
 * place of its arguments; calls from inside do not. */
export function calls(instance, through) {
  return new Proxy(instance, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      // workerd asks for fetch once, when the object starts; what it is now may throw, as a fault wants.
      return (...args) => through((others = args) => Reflect.apply(Reflect.get(target, name, target), target, others), name, args);
    },
  });
}

/** Runs what a deed is of, and lets `close` note how it ended. */
export async function noted(deed, close, run) {
  try {
    const value = await run();
    close(deed, false, value);
    return value;
  } catch (error) {
    close(deed, true, error);
    throw error;
  }
}

/** A class under the name of the one that it extends: code may ask for it. */
export function named(Wrapped, exported) {
  return Object.defineProperty(Wrapped, "name", { value: exported.name });
}
