// A Worker whose answers are the same bare and observed: the path of a request is /<point>. Exists only in tests.
import { DurableObject, RpcPromise, WorkerEntrypoint, env as imported, exports as importedExports } from "cloudflare:workers";

const keys = (object) => Object.getOwnPropertyNames(object).sort();
const attempt = (run) => {
  try {
    return run();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
const caught = (promise) => promise.then((value) => value, (error) => `${error.name}: ${error.message}`);

/** What a test finds that has put a spy in the place of each: one by a definition, as spies are, and one by setting it. */
function spiedOn(object, names) {
  return names.map((name, at) => {
    const original = object[name];
    const spy = (...args) => `spied ${Reflect.apply(original, object, args)}`;
    spy.calls = at;
    if (at % 2 === 0) Object.defineProperty(object, name, { value: spy, configurable: true, writable: true });
    else object[name] = spy;
    return [object[name].calls, object[name].length, typeof object[name]];
  });
}

/** The Worker; `observeObject` and `observeWorker` may leave things as they are. */
export function made(observeObject, observeWorker) {
  const unhandled = [];
  addEventListener("unhandledrejection", ({ reason }) => unhandled.push(String(reason)));
  const left = async (run) => {
    unhandled.length = 0;
    await run();
    await scheduler.wait(20);
    return [...unhandled];
  };

  class Room extends DurableObject {
    static #made = 0;
    static kind = "room";
    static Inner = class Inner {};
    #number;
    target = new.target === Room;
    field = () => this.#number;

    constructor(ctx, env) {
      super(ctx, env);
      this.#number = ++Room.#made;
      this.isTarget = new.target === Room;
    }

    static count() {
      return this.#made > 0;
    }

    static get counted() {
      return this.#made > 0;
    }

    get secret() {
      return this.#number > 0;
    }

    itself() {
      const prototype = Object.getPrototypeOf(this);
      return [
        keys(prototype),
        Object.getPrototypeOf(prototype) === DurableObject.prototype,
        this.constructor === Room,
        this.constructor.name,
        this.isTarget,
        this.target,
        this instanceof Room,
        this instanceof Exported,
        this.constructor.count(),
        keys(this),
        Object.hasOwn(this, "itself"),
        new this.constructor.Inner() instanceof Room.Inner,
      ];
    }

    number() {
      return this.#number > 0;
    }

    spied() {
      const room = new Exported(this.ctx, this.env);
      const spies = spiedOn(room, ["number", "fetch", "field"]);
      return [spies, room.number(), room.fetch({ url: "http://room/a" }), room.field(), room.secret];
    }

    fails() {
      throw new RangeError("on purpose");
    }

    async slow() {
      await scheduler.wait(5);
      return "slow";
    }

    nested() {
      return { deep: { value: 7 } };
    }

    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/fails") throw new RangeError("on purpose");
      return new Response(`room ${pathname}`, { headers: { "x-room": "yes" } });
    }
  }
  const Exported = observeObject(Room);

  /** Reached by `ctx.exports` alone. */
  const Hidden = observeObject(
    class Hidden extends DurableObject {
      hello() {
        return "hello";
      }
    },
  );

  /** Frozen: a proxy may not say otherwise of what it has. */
  const Frozen = observeObject(
    class Frozen extends DurableObject {
      arrow = () => "arrow";

      constructor(ctx, env) {
        super(ctx, env);
        Object.freeze(this);
      }

      own() {
        return this.arrow();
      }
    },
  );

  const known = new WeakSet();
  const points = {
    class: () => [
      Exported.name,
      Exported.length,
      Exported.kind,
      Exported.count(),
      Exported.counted,
      Exported.count === Exported.count,
      new Exported.Inner() instanceof Exported.Inner,
      keys(Exported),
      keys(Exported.prototype),
      Object.getPrototypeOf(Exported) === DurableObject,
      attempt(() => Exported()),
      typeof Exported,
      String(Exported).slice(0, 10),
    ],
    instance: ({ room }) => room.itself(),
    frozen: ({ env }) => env.FROZEN.getByName("any").own(),
    env: ({ env }) => {
      const all = [env, env.ROOM, env.ROOM.get, env.ROOM.idFromName];
      const before = [env, env.ROOM].map((each) => known.has(each));
      for (const each of [env, env.ROOM]) known.add(each);
      return [
        before,
        all.map((each) => typeof each),
        env.ROOM === env.ROOM,
        env.ROOM.get === env.ROOM.get,
        env.ROOM === imported.ROOM,
        keys(env),
        Object.keys(imported).sort(),
        "ROOM" in env,
        "NONE" in env,
        env.NONE ?? null,
        JSON.stringify(env),
        JSON.stringify(env.ROOM),
        Object.entries(env).map(([name, value]) => [name, typeof value]),
        { ...env }.ROOM === env.ROOM,
        env.ROOM.constructor.name,
        String(env.ROOM),
        env.ROOM instanceof env.FROZEN.constructor,
      ];
    },
    later: async ({ env }) => {
      const namespace = env.ROOM;
      await scheduler.wait(1);
      return [namespace === env.ROOM, namespace === imported.ROOM, await imported.ROOM.getByName("later").number()];
    },
    stub: ({ room, env }) => [
      keys(room),
      Object.getOwnPropertySymbols({ ...room }).length,
      Object.keys(room).sort(),
      JSON.stringify(room),
      ["number", "fetch", "m", "toJSON", "then", "catch", "name", "id"].map((name) => [name, name in room]),
      ["number", "fetch", "m", "then", "toString", "name"].map((name) => typeof room[name]),
      room.name,
      room.id.equals(env.ROOM.idFromName("any")),
      String(room),
      room.constructor.name,
      room instanceof room.constructor,
    ],
    sealed: async ({ room }) => {
      return [Reflect.preventExtensions(room), await room.number()];
    },
    promise: async ({ room }) => {
      const [promise, chained] = [room.number(), room.nested().deep.value];
      const done = [];
      await room.number().finally(() => done.push("finally"));
      await room.fails().catch(() => done.push("catch"));
      return [typeof promise, promise instanceof RpcPromise, promise instanceof Promise, await promise, await promise, await chained, done, Object.keys(promise)];
    },
    property: async ({ room }) => [await room.secret, await caught(room.missing()), await caught(room.number.missing())],
    fetched: async ({ room }) => {
      const promise = room.fetch("http://room/a");
      const response = await promise;
      return [promise instanceof Promise, response.status, response.headers.get("x-room"), await response.text(), await caught(room.fetch("http://room/fails"))];
    },
    detached: ({ room }) => {
      const { fetch } = room;
      return typeof fetch;
    },
    thrown: ({ room }) => room.fails().catch((error) => [error.name, error.message, error.remote, error instanceof RangeError]),
    order: async ({ room }) => {
      const done = [];
      await Promise.all([room.slow().then((each) => done.push(each)), room.number().then((each) => done.push(each)), room.fetch("http://room/").then(() => done.push("fetch"))]);
      return done.length;
    },
    unhandledCall: ({ room }) => left(() => void room.fails()),
    unhandledFetch: ({ room }) => left(() => void room.fetch("http://room/fails")),
    unhandledChain: ({ room }) => left(() => void room.fails().finally(() => {})),
    unhandledOwn: () => left(() => void Promise.reject(new RangeError("of the Worker's own"))),
    handledCall: ({ room }) => left(() => caught(room.fails())),
    handledFetch: ({ room }) => left(() => caught(room.fetch("http://room/fails"))),
    handledLater: ({ room }) =>
      left(async () => {
        const promise = room.fails();
        await null;
        await caught(promise);
      }),
    exports: async ({ ctx }) => [
      Object.keys(ctx.exports).sort(),
      ctx.exports.Hidden === ctx.exports.Hidden,
      ctx.exports.Hidden === importedExports.Hidden,
      await ctx.exports.Hidden.getByName("any").hello(),
      await importedExports.Hidden.getByName("any").hello(),
      typeof ctx.exports.Entry,
      ctx.exports.Hidden.constructor.name,
      "Hidden" in ctx.exports,
      JSON.stringify(ctx.exports),
    ],
    sent: async ({ room, self }) => [await self.use({ room }), await caught(self.use({ room: null }))],
  };

  const answer = async (request, env, ctx) => {
    const point = new URL(request.url).pathname.slice(1);
    const value = await points[point]({ env, ctx, room: env.ROOM.getByName("any"), self: ctx.exports.Entry });
    return Response.json(value ?? null);
  };
  const objects = { ROOM: "Room", FROZEN: "Frozen", Hidden: "Hidden" };

  const Entry = observeWorker(
    class Entry extends WorkerEntrypoint {
      static #kept = "kept";
      early = this.env.ROOM === imported.ROOM;

      static kept() {
        return this.#kept;
      }

      fetch(request) {
        return answer(request, this.env, this.ctx);
      }

      itself() {
        const prototype = Object.getPrototypeOf(this);
        return [keys(prototype), this.constructor === Entry, this.constructor.name, this.constructor.kept(), this.early];
      }

      async use({ room }) {
        return [await room.number(), this.env.ROOM === imported.ROOM];
      }
    },
    objects,
  );
  const told = async ({ ROOM }, { exports }) => [
    await ROOM.getByName("any").number(),
    ROOM === imported.ROOM,
    await imported.ROOM.getByName("any").number(),
    await exports.Hidden.getByName("any").hello(),
    exports.Hidden === importedExports.Hidden,
  ];
  const tested = observeWorker({ fetch: async (_request, env, ctx) => Response.json(await told(env, ctx)) }, objects);
  points.handed = async () => {
    const answers = [];
    for (const env of [imported, new Proxy(imported, {})]) {
      const ctx = { waitUntil() {}, exports: importedExports };
      answers.push(await (await tested.fetch(new Request("http://any/"), env, ctx)).json());
    }
    return answers;
  };
  points.spied = async ({ room }) => {
    const worker = observeWorker({ kind: "Worker", fetch: () => "fetched", queue: async () => "queued", named() { return this.kind; } }, objects);
    const spies = spiedOn(worker, ["fetch", "named", "queue"]);
    const replaced = [worker.fetch(), worker.named(), await worker.queue({}, imported, { waitUntil() {} })];
    return [spies, replaced, await room.spied()];
  };
  points.entry = async ({ self, ctx }) => [await self.itself(), Entry.kept(), Entry.name, Object.keys(ctx).length];
  points.byClass = async ({ self }) => {
    const named = ["class", "env", "stub", "promise", "unhandledCall", "later"];
    return Promise.all(named.map(async (each) => (await self.fetch(`http://self/${each}`)).json()));
  };

  return { Room: Exported, Hidden, Frozen, Entry, handlers: observeWorker({ fetch: answer }, objects), points };
}
