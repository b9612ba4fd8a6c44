// The drill's wrapper around a deployed bundle: it makes chosen parts fail and counts invocations; the bundle stays as it is.
// It exists only in the drill. main.mjs, written by config.py, exports what the bundle exports, wrapped by this module.
//
// The state lives in the module: workerd runs the default handler, the Durable Objects and `Control` in one isolate.
import { WorkerEntrypoint } from "cloudflare:workers";

// How stubs fail in production: developers.cloudflare.com/durable-objects/best-practices/error-handling
const UNREACHABLE = { message: "Network connection lost.", retryable: true };
const OVERLOADED = {
  message: "Durable Object is overloaded. Too many requests queued.",
  retryable: true,
  overloaded: true,
};
const STORAGE_METHODS = ["get", "put", "delete", "deleteAll", "list"]; // besides sql.exec
const OVERDUE_MS = 250; // an alarm this late was deleted with its storage
const STUCK_MS = 1000; // an object that was reset leaves its calls open for ever

let faults = {}; // Faults of take.py
let asked = {}; // fault -> how often it could have struck in this take
let started = 0; // invocations begun in this take: each ends in one trace item
let open = 0; // of these, not yet returned
let called = new Set(); // Durable Object ids that this take has called
const alarms = new Map(); // Durable Object id -> when its alarm is due, ms since the epoch

/** Whether the fault strikes now; a fraction of a counter instead of chance, so that every take is the same. */
function strikes(fault) {
  const count = (asked[fault] = (asked[fault] ?? 0) + 1);
  return Math.floor(count * faults[fault]) > Math.floor((count - 1) * faults[fault]);
}

async function invocation(run) {
  started += 1;
  open += 1;
  try {
    return await run();
  } finally {
    open -= 1;
  }
}

/** `env` with the take's bindings in place of the deployed ones, and with namespaces passed through `namespace`. */
function environment(env, namespace = (binding) => binding) {
  return new Proxy(env, {
    get(target, name) {
      if (Object.hasOwn(faults.bindings ?? {}, name)) return faults.bindings[name];
      const binding = target[name];
      return typeof binding?.idFromName === "function" ? namespace(binding) : binding;
    },
  });
}

/** A function that wraps a namespace for one invocation of the default handler, whose stubs fail as the faults say. */
function failingNamespace() {
  let attempts = 0;
  let overloaded = null;
  let unreachable = null;
  const failure = () => {
    attempts += 1;
    overloaded ??= strikes("overloaded");
    unreachable ??= strikes("unreachable");
    if (overloaded) return OVERLOADED;
    return unreachable && attempts <= (faults.unreachable_attempts ?? Infinity) ? UNREACHABLE : null;
  };
  const stub = (target) =>
    new Proxy(target, {
      get(_, name) {
        if (name === "id" || name === "name") return target[name];
        return (...args) => {
          const { message, ...properties } = failure() ?? {};
          if (message) return Promise.reject(Object.assign(new Error(message), properties));
          return target[name](...args);
        };
      },
    });
  const namespace = (target) =>
    new Proxy(target, {
      get(_, name) {
        return (...args) => {
          const result = target[name](...args);
          if (name === "get" || name === "getByName") return stub(result);
          return name === "jurisdiction" ? namespace(result) : result;
        };
      },
    });
  return namespace;
}

/** The default export, a handler object or a WorkerEntrypoint class, wrapped. */
export function wrapDefault(exported) {
  if (typeof exported === "function") {
    return class extends exported {
      constructor(ctx, env) {
        super(ctx, environment(env, failingNamespace()));
        return calls(this, handle);
      }
    };
  }
  const wrapped = { ...exported };
  for (const [name, handler] of Object.entries(exported ?? {})) {
    if (typeof handler !== "function") continue;
    wrapped[name] = (event, env, ctx) =>
      handle(() => handler.call(exported, event, environment(env, failingNamespace()), ctx));
  }
  return wrapped;
}

function handle(run) {
  return invocation(() => {
    if (strikes("worker_throws")) throw new Error(faults.worker_message);
    return run();
  });
}

/** `instance` as the runtime sees it: each method goes through `through(run, name)`; calls from inside do not. */
function calls(instance, through) {
  return new Proxy(instance, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      return (...args) => through(() => Reflect.apply(value, target, args), name);
    },
  });
}

/** A Durable Object class, wrapped; `undefined` (the bundle has no such export) becomes a class that nobody calls. */
export function wrapObject(exported) {
  if (exported === undefined) return class {};
  return class extends exported {
    constructor(ctx, env) {
      const id = ctx.id.toString();
      const storage = failingStorage(ctx.storage, id);
      try {
        super(ctx, environment(env));
      } catch (error) {
        called.add(id); // no method will be called, yet there is a trace item
        throw error;
      }
      return calls(this, (run, name) => (name === "alarm" ? alarm(id, storage, run) : operate(id, storage, run)));
    }
  };
}

async function operate(id, storage, run) {
  called.add(id);
  return invocation(async () => {
    if (strikes("storage_slow")) await scheduler.wait(faults.storage_slow_ms);
    return strikes("storage_failing") ? storage.whileFailing(run) : run();
  });
}

async function alarm(id, storage, run) {
  alarms.delete(id);
  const failing = () => (strikes("alarm_failing") ? storage.whileFailing(run) : run());
  return called.has(id) ? invocation(failing) : run(); // else the retry of an alarm of an earlier take
}

/** Makes the storage of one object fail on demand, and notes when its alarm is due. */
function failingStorage(storage, id) {
  let failing = 0;
  const replace = (object, method, call) => {
    const original = object[method];
    object[method] = (...args) => call(() => original.apply(object, args), args);
  };
  const error = () => new Error(faults.storage_message);
  for (const method of STORAGE_METHODS) {
    replace(storage, method, (call) => (failing ? Promise.reject(error()) : call()));
  }
  replace(storage, "setAlarm", (call, [due]) => {
    alarms.set(id, Number(due));
    return call();
  });
  replace(storage, "deleteAlarm", (call) => {
    alarms.delete(id);
    return call();
  });
  try {
    replace(storage.sql, "exec", (call) => {
      if (failing) throw error();
      return call();
    });
  } catch {
    // not backed by SQLite
  }
  return {
    async whileFailing(run) {
      failing += 1;
      try {
        return await run();
      } finally {
        failing -= 1;
      }
    },
  };
}

const debug = console.debug;
console.debug = (...args) => {
  if (strikes("telemetry_suppressed")) return;
  (faults.telemetry_level ? console[faults.telemetry_level] : debug).apply(console, args);
};

/** What the harness tells and asks the wrapped Worker; `exported` names what the bundle exports. */
export function control(exported) {
  return class extends WorkerEntrypoint {
    exports() {
      return exported;
    }

    /** Starts a take: nothing has been called yet, and `next` faults are on. */
    begin(next) {
      faults = next;
      asked = {};
      started = open = 0;
      called = new Set();
    }

    /** Waits until nothing runs and no alarm is due within the time; returns what the take's trace items will be. */
    async quiet(alarmsWithinMs) {
      const until = Date.now() + alarmsWithinMs;
      const alarmDue = ([id, due]) => called.has(id) && due <= until && Date.now() - due < OVERDUE_MS;
      let [seen, since] = [open, Date.now()];
      for (;;) {
        if (open !== seen) [seen, since] = [open, Date.now()];
        const running = open > 0 && Date.now() - since < STUCK_MS;
        if (!running && ![...alarms].some(alarmDue)) break;
        await scheduler.wait(1);
      }
      return { started, called: [...called] };
    }
  };
}
