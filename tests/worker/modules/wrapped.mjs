// The wrappers on plain objects, without the platform: one case per request, by the path's name. Exists only in tests.
// Answers { value, lines }: what the case returned, and the telemetry that it wrote.
import { current, observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";

const PULSE_WINDOW_MS = 300_000;
const THROWN = new RangeError("the same object");
const ID = { toString: () => "0123456789abcdef" };
const BROKEN = {
  get name() {
    throw new Error("not even a name");
  },
};

/** What the platform gives to a constructor; `last` is what it must wait for. */
function state(more) {
  const ctx = { id: ID, storage: { sql: { databaseSize: 4096 } }, last: undefined, ...more };
  ctx.blockConcurrencyWhile = (work) => (ctx.last = work());
  return ctx;
}

/** A query as builders make them: it runs whenever its then is called. */
class Query {
  static ran = 0;

  then(resolve, reject) {
    Query.ran += 1;
    return Promise.resolve(Query.ran).then(resolve, reject);
  }
}

class Plain {
  #secret = 1;
  static made = "static";

  get secret() {
    return this.#secret;
  }

  set secret(value) {
    this.#secret = value;
  }

  read() {
    return this.#secret;
  }

  self() {
    return this;
  }

  outer() {
    return this.read() + this.secret;
  }

  promise() {
    return Plain.kept;
  }

  thenable() {
    return {
      get then() {
        throw new Error("asked for its then");
      },
    };
  }

  query() {
    return new Query();
  }

  brokenThen() {
    return {
      then() {
        throw THROWN;
      },
    };
  }

  throws() {
    throw THROWN;
  }

  async rejects() {
    throw THROWN;
  }

  broken() {
    throw BROKEN;
  }

  async overlapping(keys) {
    const event = current();
    await null;
    event.keys = keys;
    current().removed = keys;
  }

  note(fields) {
    Object.assign(current(), fields);
  }

  alarm(info) {
    if (info?.handled) Object.assign(current(), { result: "error", error: "storage" });
    else if (info?.fails) throw new Error("the alarm fails");
    return "ran";
  }

  [Symbol.for("hook")]() {
    return this.#secret;
  }
}

const Observed = observeObject(Plain);
const make = (options, env = {}, more = {}) => {
  const ctx = state(more);
  const object = new (options ? observeObject(Plain, options) : Observed)(ctx, env);
  return { object, ctx };
};

const attempt = (call) => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};
const name = (error) => `${error.name}: ${error.message}`;

/** The lines' pulses of an instance whose last one was so many ms ago. */
async function pulses(lastActive) {
  const { object, ctx } = make({ lastActive });
  await ctx.last;
  object.read();
  object.read();
}

class Handlers {
  #secret = "handled";
  other = "other";

  fetch(request, env) {
    current().keys = 1;
    const status = Number(new URL(request.url).pathname.slice(1));
    return new Response(status === 304 ? null : this.#secret, { status });
  }

  async scheduled() {}

  async queue() {
    throw THROWN;
  }

  email() {
    return this.#secret;
  }

  async tail() {}
}
const worker = observeWorker(new Handlers(), {});

/** A namespace whose objects answer what notes how often it is looked at: the wrapper does, of what it observes. */
class Namespace {
  looks = 0;

  getByName() {
    const looked = () => (this.looks += 1);
    class Stub {
      hello() {
        return {
          get then() {
            return looked() && undefined;
          },
        };
      }
    }
    return new Stub();
  }
}

/** The methods of an observed class, as `worker` has handlers. */
function instance(options, ctx = {}, env = {}) {
  return new (observeWorker(Handlers, {}, options))(ctx, env);
}

/** What came of all handlers. */
async function handled(handlers) {
  return [
    handlers.other,
    await handlers.email({}, {}),
    handlers.email(),
    await handlers.fetch(new Request("http://worker/200"), {}).text(),
    (await handlers.scheduled({}, {})) ?? "nothing",
    (await handlers.tail([], {})) ?? "nothing",
    (await handlers.queue({}, {}).catch((error) => error)) === THROWN,
  ];
}

/** A call of the Worker with a reporter; what it gave to waitUntil, and the number of lines before that ended. */
async function reported(report, lines, isClass = false) {
  let waited;
  const reporter = { report };
  const ctx = { waitUntil: (promise) => (waited = promise) };
  const handlers = isClass ? instance({ reporter }, ctx) : observeWorker(new Handlers(), {}, { reporter });
  const response = handlers.fetch(new Request("http://worker/200"), {}, ctx);
  const before = lines.length;
  await waited;
  return [response.status, before, waited instanceof Promise];
}

const CASES = {
  operations: async () => {
    const operations = { fetch: "join", LIMITS: { fetch: "limit" } };
    for (const first of ["ROOMS", "LIMITS"]) {
      const only = async (request, env) => Response.json(await env[first].getByName("a").fetch());
      const handlers = observeWorker({ fetch: only }, { ROOMS: "Room", LIMITS: "Limit" }, { operations });
      const namespace = { getByName: () => ({ fetch: async () => "answered" }) };
      await handlers.fetch(new Request("http://worker/"), { ROOMS: namespace, LIMITS: namespace }, { waitUntil() {} });
    }
    return operations;
  },
  privates: () => {
    const { object } = make();
    object.secret = 5;
    return [object.secret, object.read(), object[Symbol.for("hook")]()];
  },
  identity: () => {
    const { object } = make();
    return [
      object instanceof Plain,
      object instanceof Observed,
      object.constructor === Observed,
      Observed.name,
      Observed.made,
      object.read === object.read,
      "read" in object,
      object.toString === Object.prototype.toString,
    ];
  },
  inner: () => make().object.outer(),
  self: () => {
    const { object } = make();
    return object.self() === object.self().self();
  },
  promise: async () => {
    Plain.kept = Promise.resolve("kept");
    const returned = make().object.promise();
    return [returned === Plain.kept, await returned];
  },
  thenable: () => typeof make().object.thenable(),
  query: async () => {
    const handlers = observeWorker({ scheduled: () => new Query() }, {});
    return [await make().object.query(), await handlers.scheduled({}, {}), Query.ran];
  },
  brokenThen: async () => (await make().object.brokenThen().then(undefined, (error) => error)) === THROWN,
  thrown: async () => {
    const { object } = make();
    return [attempt(() => object.throws()) === THROWN, (await object.rejects().catch((error) => error)) === THROWN];
  },
  replaced: () => {
    const { object } = make();
    object.read();
    object.read = () => "replaced";
    return object.read();
  },
  overlapping: () => {
    const { object } = make();
    return Promise.all([object.overlapping(1), object.overlapping(2)]);
  },
  outside: () => Object.assign(current(), { op: "nowhere" }).op,
  anonymous: () => name(attempt(() => observeObject(class {}))),
  className: () => new (observeObject(class {
    hello() {}
  }, { className: "Named" }))(state(), {}).hello(),
  bundled: () => make({ className: "Other" }).object.read(),
  note: () => make().object.note({ op: "noted", result: "miss", keys: 3, class: "Other", at: "gateway" }),
  alarms: () => {
    const { object } = make();
    const scheduledTime = Date.now() - 50;
    for (const info of [
      undefined,
      { retryCount: 0, isRetry: false, scheduledTime },
      { retryCount: 0, fails: true },
      { retryCount: 5, fails: true },
      { retryCount: 6, fails: true },
      { retryCount: 3 },
      { retryCount: 0, handled: true },
      { retryCount: 6, handled: true },
    ]) {
      attempt(() => object.alarm(info));
    }
  },
  early: () => make().object.alarm({ scheduledTime: Date.now() + 1000 }),
  noSalt: () => make(undefined, { TELEMETRY_SALT: "" }).object.read(),
  salt: async () => {
    const { object } = make(undefined, { TELEMETRY_SALT: "salt" });
    for (let turns = 0; turns < 10; turns += 1) await null;
    return object.read();
  },
  noSql: () => {
    const storage = {
      get sql() {
        throw new Error("not backed by SQLite");
      },
    };
    return make(undefined, {}, { storage }).object.read();
  },
  sqlFails: () => {
    const sql = {
      get databaseSize() {
        throw new Error("storage is down");
      },
    };
    return make(undefined, {}, { storage: { sql } }).object.read();
  },
  sqlFailsOnce: () => {
    let asked = 0;
    const sql = {
      get databaseSize() {
        asked += 1;
        throw new Error("storage is down");
      },
    };
    const { object } = make(undefined, {}, { storage: { sql } });
    object.read();
    object.read();
    return asked;
  },
  firstPulse: () => pulses(undefined),
  pulseInThisWindow: () => pulses(() => Date.now()),
  pulseLater: () => pulses(async () => Date.now()),
  pulseInAnEarlierWindow: () => pulses(() => Date.now() - PULSE_WINDOW_MS),
  pulseUnknown: () => pulses(() => Promise.reject(new Error("no alarm"))),
  lost: (lines) => {
    const { object } = make();
    const debug = console.debug;
    console.debug = () => {
      throw new Error("the console is down");
    };
    const values = [object.read(), object.read()];
    console.debug = debug;
    return [...values, object.read(), object.read()];
  },
  lostEnd: () => {
    const { object } = make();
    return [attempt(() => object.broken()) === BROKEN, object.read()];
  },
  lostBegin: () => {
    const { object } = make();
    const info = {
      get retryCount() {
        throw new Error("no count");
      },
    };
    return [object.alarm(info), object.read()];
  },
  statuses: () => [200, 304, 404, 409, 503].map((status) => worker.fetch(new Request(`http://worker/${status}`), {}).status),
  handlers: () => handled(worker),
  entrypoint: () => handled(instance()),
  reportedByClass: (lines) => reported(async () => "sent", lines, true),
  kept: () => {
    let kept;
    const namespace = new Namespace();
    const handlers = {
      scheduled(_, { ROOM }) {
        kept = ROOM;
        ROOM.getByName("any").hello();
      },
    };
    observeWorker(handlers, { ROOM: "Room" }).scheduled({}, { ROOM: namespace });
    const during = namespace.looks;
    kept.getByName("any").hello();
    return [during, namespace.looks];
  },
  made: () => {
    let asked = 0;
    const stub = { hello: () => "hello" };
    const namespace = { getByName: () => (asked += 1) && stub };
    const { scheduled } = observeWorker({ scheduled: (_, { ROOM }) => ROOM.getByName("any").hello() }, { ROOM: "Room" });
    return [scheduled({}, { ROOM: namespace }), asked];
  },
  notReported: (lines) => reported(() => undefined, lines),
  reported: (lines) => reported(async () => "sent", lines),
  notSent: (lines) => reported(async () => "failed", lines),
  reporterRejects: (lines) => reported(() => Promise.reject(new Error("the reporter fails")), lines),
  reporterThrows: (lines) =>
    reported(() => {
      throw new Error("the reporter is broken");
    }, lines),
};

export default {
  async fetch(request) {
    const lines = [];
    console.debug = (line) => lines.push(line);
    const value = await CASES[new URL(request.url).pathname.slice(1)](lines);
    return Response.json({ value: value ?? null, lines });
  },
};
