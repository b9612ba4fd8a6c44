// The drill's wrapper around a deployed bundle: it makes chosen parts fail and counts invocations; the bundle itself does not change.
// It exists only in the drill. main.mjs, written by config.py, exports what the bundle exports, wrapped by this module.
//
// The state lives in the module: workerd runs the default handler, the Durable Objects and `Control` in one isolate.
import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
import { Books, Handling, end, keep, next, noteLine, told } from "./ledger.mjs";
import { OVERLOADED, UNREACHABLE, WAYS } from "./ways.mjs";

const HANDLERS = ["fetch", "scheduled", "queue", "email"]; // of a default export, each of which traffic should come to
const PROMISE = ["then", "catch", "finally"];
const STORAGE_METHODS = ["get", "put", "delete", "deleteAll", "list", "transaction", "getAlarm"];
const SYNCHRONOUS_METHODS = { sql: ["exec"], kv: ["get", "put", "delete", "list"] }; // of what SQLite gives the storage
const METRICS_INTAKE = /^https:\/\/api\.[\w.-]+\/api\/(v1\/distribution_points|v2\/series)$/;
const OVERDUE_MS = 250; // an alarm this late was deleted with its storage
const STUCK_MS = 1000; // an object that was reset leaves its calls open for ever
const FLOOD = "a line that is far too long. ".repeat(1000);
const LAST_RETRY = 6; // of an alarm: developers.cloudflare.com/durable-objects/api/alarms
const MOST_THROWN = 100; // different ones that are kept: a message may have an id in it

let faults = {}; // Faults of take.py
let asked = {}; // fault -> how often it could have struck in this take
let refusals = 0; // storage calls that failed in this take, since a fault made them
let due = []; // methods, with their classes, of which the next call throws
let started = 0; // invocations begun in this take: each ends in one trace item
let open = 0; // of these, not yet returned
let running = new Set(); // the same as objects: { what }
let thrown = new Map(); // what was thrown in this take, as JSON -> how often
const rejected = new Map(); // promises that nothing handles so far -> why they were rejected
const workflows = []; // names of those that are exported: an instance may wait for longer than any take lasts
let taking = false; // whether there are takes: a Worker that runs without them is never done
let called = new Set(); // Durable Object ids that this take has called
let reached = {}; // what the take came to: kind (see reach) -> name -> how often
const alarms = new Map(); // Durable Object id -> when its alarm is due, ms since the epoch
const retries = new Map(); // Durable Object id -> what its alarm is told at its next run, where that comes at once

/** Whether the fault strikes now; a fraction of a counter instead of chance, so that every take is the same.
 * A fault of objects does not strike `className` when the take has chosen others. Each of `kind` is counted by itself. */
function strikes(fault, className, kind = "") {
  if (className && faults.classes?.length && !faults.classes.includes(className)) return false;
  const count = (asked[fault + kind] = (asked[fault + kind] ?? 0) + 1);
  const struck = Math.floor((count - 1) * faults[fault]);
  return Math.floor(count * faults[fault]) > struck && struck < (faults.limit ?? Infinity);
}

/** Logs more than the 16,384 characters that a record holds, so that no line of the Worker's own is left in it. */
function flood(className) {
  if (strikes("flooding", className)) console.log(FLOOD);
}

/** Notes what traffic came to: a "class", its "storage", a call of it by a "handler" of the Worker ("direct") or by
 * another object ("peer"), a "handler", a "binding". */
function reach(kind, name) {
  const found = (reached[kind] ??= {});
  found[name] = (found[name] ?? 0) + 1;
}

/** Leave work behind that fails after the answer; once the Worker's own code runs, as its own would be left. */
function failInBackground(ctx, className) {
  if (strikes("background_failing", className)) ctx.waitUntil(Promise.reject(new Error(faults.background_message)));
}

/** Notes what the Worker threw, for the drill's report: the trace item of an RPC call says nothing of it. */
function note(what, how, error) {
  if (!taking) return;
  let text;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : `Error: ${error}`; // as a trace item has it
  } catch {
    text = "Error: an object that has no text";
  }
  const told = JSON.stringify({ what, how, text, stack: error instanceof Error ? `${error.stack}` : "" });
  if (thrown.has(told) || thrown.size < MOST_THROWN) thrown.set(told, (thrown.get(told) ?? 0) + 1);
}

addEventListener("unhandledrejection", ({ promise, reason }) => rejected.set(promise, reason));
addEventListener("rejectionhandled", ({ promise }) => rejected.delete(promise));

/** Counts a run of `what`: a handler of the Worker, or a method with its class. */
async function invocation(what, run) {
  const [mine, all] = [{ what }, running];
  started += 1;
  open += 1;
  all.add(mine);
  try {
    return await run();
  } catch (error) {
    note(what, "thrown", error);
    throw error;
  } finally {
    open -= 1;
    all.delete(mine);
  }
}

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
function watchCalls(name, binding) {
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

let services = []; // names of bindings whose every property is a method of another Worker
let standIns = {}; // bindings that are not to be had here -> what their methods answer

/** Lets bindings answer what the drill file says; `fetchers` are names of bindings to other Workers. */
export function standFor(answers, fetchers) {
  standIns = answers;
  services = fetchers;
}

/** A binding whose methods answer; what `fetch` answers is a response's status, headers and body. */
function standIn(answers) {
  const answer = (method) => async () => {
    if (method !== "fetch") return structuredClone(answers[method]);
    const { body, ...options } = answers.fetch;
    return typeof body === "object" ? Response.json(body, options) : new Response(body, options);
  };
  const get = (_, method) => (Object.hasOwn(answers, method) ? answer(method) : undefined);
  return new Proxy({}, { get });
}

/** `env` with the take's bindings in place of the deployed ones, and with namespaces passed through `namespace`. */
function environment(env, namespace = (binding) => binding) {
  return new Proxy(env, {
    has: (target, name) => Object.hasOwn(standIns, name) || name in target,
    get(target, name) {
      if (Object.hasOwn(standIns, name)) return standIn(standIns[name]);
      if (Object.hasOwn(faults.bindings ?? {}, name)) return faults.bindings[name];
      const binding = target[name];
      if (binding?.constructor?.name === "Fetcher") {
        if (services.includes(name)) reach("binding", name); // each property of it is a method to call
        return binding;
      }
      if (typeof binding?.writeDataPoint === "function") return dataset(name);
      return typeof binding?.idFromName === "function" ? namespace(binding, name) : binding;
    },
  });
}

/** A function that wraps the namespaces of an object's env: calls of other objects are noted. */
function peers(classes) {
  const get = (target, member, binding) => {
    const value = target[member];
    if (typeof value !== "function" || member === "constructor") return value;
    return (...args) => {
      if (member === "get" || member === "getByName") reach("peer", classes[binding]);
      return value.apply(target, args);
    };
  };
  return (namespace, binding) => new Proxy(namespace, { get: (target, member) => get(target, member, binding) });
}

/** A member of a promise, or of what is a promise besides, as a property of an object that is read. */
function memberOf(target, key) {
  return PROMISE.includes(key) ? target[key]?.bind(target) : target[key];
}

/** What a call that fails on its way returns: as with RPC promises, it can be called on before it is awaited. */
function refused(error) {
  const promised = (key) => (...args) => Promise.reject(error)[key](...args);
  const get = (_, key) => (PROMISE.includes(key) ? promised(key) : refused(error));
  return new Proxy(() => {}, { apply: () => refused(error), get });
}

/** A function that wraps namespaces for one invocation of the default handler: their stubs fail as the faults say.
 * `classes` has the class of each binding; `handling` notes the calls. */
function failingNamespace(classes, handling) {
  const calls = {}; // class -> this invocation's attempts to call it, and which faults strike it
  const failure = (name) => {
    const call = (calls[name] ??= {
      attempts: 0,
      overloaded: strikes("overloaded", name),
      unreachable: strikes("unreachable", name),
      way: strikes("called_failing", name) && WAYS[(asked.called_failing - 1) % WAYS.length],
    });
    call.attempts += 1;
    if (call.way) return call.way;
    if (call.overloaded) return OVERLOADED;
    return call.unreachable && call.attempts <= (faults.unreachable_attempts ?? Infinity) ? UNREACHABLE : null;
  };
  const call = (of, run) => {
    reach("direct", of.class);
    const { injected, message, ...properties } = failure(of.class) ?? {};
    const refuse = () => refused(Object.assign(new Error(message), properties));
    return handling.call(of, injected, message ? refuse : run);
  };
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
  return (target, binding) => namespace(target, classes[binding]);
}

/** The default export, a handler object or a WorkerEntrypoint class, wrapped; `classes` has the class of each binding.
 * A named entrypoint is wrapped likewise, with its name and a dot as `prefix`. */
export function wrapDefault(exported, classes, prefix = "") {
  if (typeof exported === "function") {
    const Wrapped = class extends exported {
      constructor(ctx, env) {
        const handling = new Handling();
        super(ctx, environment(env, failingNamespace(classes, handling)));
        return calls(this, (run, method) => handle(prefix + method, ctx, handling, run));
      }
    };
    return named(Wrapped, exported);
  }
  const get = (_, name) => {
    const handler = exported?.[name];
    if (typeof handler !== "function") return handler;
    return (event, env, ctx) => {
      const handling = new Handling();
      const mine = environment(env, failingNamespace(classes, handling));
      return handle(prefix + name, ctx, handling, () => handler.call(exported, event, mine, ctx));
    };
  };
  return new Proxy({}, { get });
}

/** What a bundle exports besides: a named entrypoint or a workflow is wrapped, all else stays what it is. */
export function wrapNamed(exported, name, classes) {
  if (isEntrypoint(exported)) return wrapDefault(exported, classes, `${name}.`);
  if (!extending(WorkflowEntrypoint, exported)) return exported ?? {}; // a name in a text may look like an export
  workflows.push(name);
  const Wrapped = class extends exported {
    run(...args) {
      reach("handler", `${name}.run`);
      return super.run(...args);
    }
  };
  return named(Wrapped, exported);
}

const extending = (base, exported) => typeof exported === "function" && exported.prototype instanceof base;
const isEntrypoint = (exported) => extending(WorkerEntrypoint, exported) || typeof exported?.fetch === "function";
const isHandler = (exported, name) => typeof (exported?.prototype ?? exported)?.[name] === "function";

/** The handlers of a bundle: those of its default export, and the names of its other entrypoints and workflows. */
export function handlersOf(deployed) {
  const names = Object.keys(deployed).filter((name) => name !== "default");
  return [
    ...HANDLERS.filter((name) => isHandler(deployed.default, name)),
    ...names.filter((name) => isEntrypoint(deployed[name]) || extending(WorkflowEntrypoint, deployed[name])),
  ];
}

function handle(what, ctx, handling, run) {
  reach("handler", what);
  return invocation(what, () => {
    if (strikes("worker_throws")) throw new Error(faults.worker_message);
    flood();
    return noted(handling.begin(what), end, () => {
      const result = run();
      failInBackground(ctx);
      return result;
    });
  });
}

/** Runs what a deed is of, and lets `close` note how it ended. */
async function noted(deed, close, run) {
  try {
    const value = await run();
    close(deed, false, value);
    return value;
  } catch (error) {
    close(deed, true, error);
    throw error;
  }
}

/** `instance` as the runtime sees it: each method goes through `through(run, name, args)`, and `run` takes others in
 * place of its arguments; calls from inside do not. */
function calls(instance, through) {
  return new Proxy(instance, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      return (...args) => through((others = args) => Reflect.apply(value, target, others), name, args);
    },
  });
}

/** The Durable Object class `name`, wrapped; `undefined` (the bundle has no such export) becomes one that nobody calls.
 * `classes` has the class of each binding. */
export function wrapObject(exported, name, classes) {
  if (exported === undefined) return class {};
  breakable(exported, name);
  const Wrapped = class extends exported {
    constructor(ctx, env) {
      const id = ctx.id.toString();
      const books = new Books(name, id, ctx.storage);
      const object = { name, id, ctx, books, storage: failingStorage(ctx.storage, id, name, books) };
      if (strikes("start_failing", name)) object.storage.failUntilCalled();
      noteWhileBlocking(ctx, `blockConcurrencyWhile of ${name}`);
      try {
        super(ctx, environment(env, peers(classes)));
      } catch (error) {
        called.add(object.id); // no method will be called, yet there is a trace item
        note(`the constructor of ${name}`, "thrown", error);
        throw error;
      }
      return calls(this, (run, method, args) =>
        method === "alarm" ? alarm(object, args[0] ?? {}, run) : operate(object, method, run),
      );
    }
  };
  return named(Wrapped, exported);
}

/** Lets the methods of a class throw from the inside, so that whoever observes them sees it as any exception. */
function breakable(exported, name) {
  const ends = [Object.prototype, DurableObject.prototype, undefined, null];
  for (let each = exported.prototype; !ends.includes(each); each = Object.getPrototypeOf(each)) {
    for (const [method, property] of Object.entries(Object.getOwnPropertyDescriptors(each))) {
      const { value } = property;
      if (method === "constructor" || typeof value !== "function" || !property.configurable) continue;
      Object.defineProperty(each, method, { ...property, value: breaking(value, `${name}.${method}`) });
    }
  }
}

function breaking(method, key) {
  return new Proxy(method, {
    apply(target, self, args) {
      const index = due.indexOf(key);
      if (index < 0) return Reflect.apply(target, self, args);
      due.splice(index, 1);
      const error = new Error(faults.object_message);
      if (target.constructor.name === "AsyncFunction") return Promise.reject(error);
      throw error;
    },
  });
}

/** Notes what is thrown while an object blocks: it is reset then, and its caller's exception does not say where. */
function noteWhileBlocking(ctx, what) {
  const block = ctx.blockConcurrencyWhile.bind(ctx);
  const noted = (run) => async () => {
    try {
      return await run();
    } catch (error) {
      note(what, "thrown", error);
      throw error;
    }
  };
  ctx.blockConcurrencyWhile = (run) => block(noted(run));
}

/** A class under the name of the one that it extends: code may ask for it. */
function named(Wrapped, exported) {
  return Object.defineProperty(Wrapped, "name", { value: exported.name });
}

async function operate({ name, id, ctx, books, storage }, method, run) {
  if (taking) called.add(id);
  reach("class", name);
  return invocation(`${name}.${method}`, async () => {
    const arrived = next();
    if (strikes("storage_slow", name)) await scheduler.wait(faults.storage_slow_ms);
    flood(name);
    if (strikes("object_throws", name)) due.push(`${name}.${method}`);
    const failing = strikes("storage_failing", name);
    storage.begin();
    return noted(books.begin(method, arrived), (...how) => books.end(...how), () => {
      const result = failing ? storage.whileFailing(run) : run();
      failInBackground(ctx, name);
      return result;
    });
  });
}

async function alarm({ name, id, books, storage }, given, run) {
  alarms.delete(id);
  const info = retries.get(id) ?? given;
  retries.delete(id);
  const atOnce = faults.alarm_attempts !== undefined && faults.alarm_attempts !== null;
  const struck = async () => {
    const arrived = next();
    if (strikes("alarm_slow", name)) await scheduler.wait(faults.storage_slow_ms);
    const tried = info.retryCount ?? 0;
    const chosen = info.failing ?? strikes("alarm_failing", name);
    const failing = chosen && (!atOnce || tried < faults.alarm_attempts);
    const told = info.failing === undefined ? undefined : [info];
    try {
      storage.begin();
      const close = (...how) => books.end(...how);
      const fail = () => (failing ? storage.whileFailing(() => run(told)) : run(told));
      return await noted(books.begin("alarm", arrived, info), close, fail);
    } catch (error) {
      if (atOnce && tried < LAST_RETRY) {
        const { scheduledTime } = info;
        retries.set(id, { retryCount: tried + 1, isRetry: true, scheduledTime, failing: chosen });
        storage.alarmAtOnce();
      }
      throw error;
    }
  };
  return called.has(id) || !taking ? invocation(`${name}.alarm`, struck) : run(); // else the retry of an alarm of an earlier take
}

/** Makes the storage of one object fail on demand, charges `books`, and notes when its alarm is due. */
function failingStorage(storage, id, className, books) {
  let failing = 0;
  let lingering = false; // what an operation leaves behind fails with it, until another one begins
  const fails = () => failing > 0 || lingering;
  const setAlarm = storage.setAlarm.bind(storage);
  const replace = (object, method, call) => {
    const original = object[method];
    object[method] = (...args) => {
      if (!method.endsWith("Alarm")) reach("storage", className); // alarms alone hold nothing
      return call(() => original.apply(object, args), args, method);
    };
  };
  const error = (method) => {
    refusals += 1;
    books.charge(method, true);
    return new Error(faults.storage_message);
  };
  const charged = (method, result) => {
    books.charge(method, false, result);
    return result;
  };
  const synchronously = (call, _, method) => {
    if (fails()) throw error(method);
    return charged(method, call());
  };
  const asynchronously = (call, _, method) => (fails() ? Promise.reject(error(method)) : charged(method, call()));
  for (const method of STORAGE_METHODS) replace(storage, method, asynchronously);
  replace(storage, "setAlarm", (call, [due], method) => {
    if (fails()) return Promise.reject(error(method));
    alarms.set(id, Number(due));
    return charged(method, call());
  });
  replace(storage, "deleteAlarm", (call, _, method) => {
    if (fails()) return Promise.reject(error(method));
    alarms.delete(id);
    return charged(method, call());
  });
  try {
    for (const [part, methods] of Object.entries(SYNCHRONOUS_METHODS)) {
      for (const method of methods) replace(storage[part], method, synchronously);
    }
    replace(storage, "transactionSync", (call, _, method) => {
      if (fails()) throw error(method);
      return call();
    });
  } catch {
    // not backed by SQLite
  }
  return {
    /** An operation begins: what an earlier one has left behind is over. */
    begin() {
      lingering = false;
    },
    async whileFailing(run) {
      failing += 1;
      try {
        return await run();
      } finally {
        failing -= 1;
        lingering = true;
      }
    },
    /** While the object is constructed, and for what it does before its first operation. */
    failUntilCalled() {
      lingering = true;
    },
    /** Where the platform would wait for longer than a take lasts. */
    alarmAtOnce() {
      const now = Date.now();
      alarms.set(id, now);
      setAlarm(now);
    },
  };
}

// A drill does not leave this machine, yet a Worker that reports to Datadog has to be heard for its lines to be real.
const network = globalThis.fetch;
globalThis.fetch = async (resource, options) => {
  if (!METRICS_INTAKE.test(resource?.url ?? resource)) return network(resource, options);
  return new Response('{"errors":[]}', { status: strikes("intake_failing") ? 403 : 202 });
};

const debug = console.debug;
console.debug = (...args) => {
  // counted together, lines of an object and of its caller would alternate, and all of one be struck
  const kind = String(args[0]).match(/"(at|class|op)":"[^"]*"/g)?.join() ?? "";
  if (strikes("telemetry_suppressed", "", kind)) return;
  if (strikes("telemetry_failing")) {
    noteLine(true);
    throw new Error("refused by the drill");
  }
  noteLine(false);
  (faults.telemetry_level ? console[faults.telemetry_level] : debug).apply(console, args);
};

/** Makes the tables of databases as `wrangler d1 migrations apply` does, each migration once. */
async function migrate(env, migrations) {
  for (const { binding, name, sql } of migrations) {
    const database = env[binding];
    const known = "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";
    await database.prepare(known).run();
    if (await database.prepare("SELECT 1 FROM d1_migrations WHERE name = ?").bind(name).first()) continue;
    await database.prepare(sql).run();
    await database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name).run();
  }
}

/** What the harness tells and asks the wrapped Worker; `deployed` is what the bundle exports, `migrations` are those of
 * its databases. */
export function control(deployed, migrations) {
  return class extends WorkerEntrypoint {
    /** Gets it ready; returns what it exports. */
    async exports() {
      await migrate(this.env, migrations);
      for (const [name, binding] of Object.entries(this.env)) watchCalls(name, binding);
      return { names: Object.keys(deployed), handlers: handlersOf(deployed) };
    }

    /** Starts a take: nothing has been called yet, and `next` faults are on. */
    begin(next) {
      faults = next;
      asked = {};
      refusals = 0;
      due = [];
      taking = true;
      keep();
      started = open = 0;
      running = new Set();
      thrown = new Map();
      rejected.clear();
      called = new Set();
      reached = {};
    }

    /** Switches `next` faults on, and all others off, in a Worker that runs without takes. */
    set(next) {
      faults = next;
      asked = {};
    }

    /** How much has begun in this take, what of it has not returned, and what was thrown. */
    state() {
      const told = [...thrown].map(([each, times]) => ({ ...JSON.parse(each), times }));
      return { started, running: [...running].map(({ what }) => what), thrown: told, refusals, reached, workflows };
    }

    /** Waits until nothing runs and no alarm is due within the time; returns what the take's trace items will be. */
    async quiet(alarmsWithinMs) {
      const until = Date.now() + alarmsWithinMs;
      const alarmDue = ([id, due]) => called.has(id) && due <= until && Date.now() - due < OVERDUE_MS;
      let [seen, since] = [open, Date.now()];
      for (;;) {
        if (open !== seen) [seen, since] = [open, Date.now()];
        const running = open > 0 && Date.now() - since < STUCK_MS + (faults.storage_slow_ms ?? 0);
        if (!running && ![...alarms].some(alarmDue)) break;
        await scheduler.wait(1);
      }
      for (const reason of rejected.values()) note("", "rejected", reason);
      return { ...this.state(), called: [...called], ...told() };
    }
  };
}
