// Classes of all kinds, observed as a user would, and a Worker that plays one scenario per request. Exists only in tests.
//   GET /<scenario>/<room>   answers the scenario's result as JSON, and the room's id in the header x-room
import { DurableObject, RpcTarget, env as imported, exports as importedExports, withEnv } from "cloudflare:workers";
import { current, observeObject, observeWorker, rows } from "../../../firedrill/worker/telemetry.mjs";

class NotAllowed extends Error {
  name = "NotAllowed";
}

class Base extends DurableObject {
  inherited() {
    return this.secret();
  }

  overridden() {
    return "base";
  }
}

class Counter extends RpcTarget {
  #count = 0;

  add(number) {
    return (this.#count += number);
  }
}

class Room extends Base {
  #count = 0;
  own = () => "not for callers";

  get count() {
    return this.#count;
  }

  secret() {
    return `secret ${this.#count}`;
  }

  overridden() {
    return `room over ${super.overridden()}`;
  }

  add(number) {
    current().keys = this.#count + number;
    return (this.#count += number);
  }

  async addTwice(number) {
    this.add(number);
    await scheduler.wait(1);
    return this.add(number);
  }

  async late() {
    const event = current();
    await scheduler.wait(1);
    event.removed = 7;
    current().written = 8; // taken too late: goes nowhere
  }

  fail(name, message) {
    throw Object.assign(name === "NotAllowed" ? new NotAllowed(message) : new Error(message), { name });
  }

  async failLater(name, message) {
    await scheduler.wait(1);
    this.fail(name, message);
  }

  async sleep(ms) {
    await scheduler.wait(ms);
  }

  counter() {
    return new Counter();
  }

  elsewhere(id) {
    return this.env.PLAIN.get(this.env.PLAIN.idFromString(id)).hello("elsewhere");
  }

  get broken() {
    throw new Error("the getter fails");
  }

  addWithin({ stubs }, number) {
    return stubs[0].add(number);
  }

  addTo(stub, number) {
    return stub.add(number);
  }

  query() {
    const event = current();
    const sql = this.ctx.storage.sql;
    rows(event, sql.exec("CREATE TABLE IF NOT EXISTS t (a)"));
    rows(event, sql.exec("INSERT INTO t VALUES (1), (2)"));
    return rows(event, sql.exec("SELECT a FROM t")).map(({ a }) => a);
  }

  fill() {
    this.ctx.storage.sql.exec("CREATE TABLE filled AS SELECT zeroblob(50000)"); // charged to nobody
  }

  inBackground() {
    this.ctx.waitUntil(Promise.reject(new Error("in the background")));
    return "done";
  }

  async ring(failures, ms) {
    await this.ctx.storage.put("failures", failures);
    await this.ctx.storage.setAlarm(Date.now() + ms);
  }

  async alarm() {
    const failures = await this.ctx.storage.get("failures");
    await this.ctx.storage.put("failures", failures - 1, { allowUnconfirmed: true });
    await this.ctx.storage.sync();
    if (failures > 0) throw new Error("the alarm fails");
  }

  fetch(request) {
    if (request.headers.get("upgrade") === "websocket") {
      const { 0: client, 1: server } = new WebSocketPair();
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    const status = Number(new URL(request.url).searchParams.get("status") ?? 200);
    if (status === 0) throw new Error("the fetch handler fails");
    return new Response("body", { status, headers: { "x-count": String(this.#count) } });
  }

  webSocketMessage(socket, message) {
    if (message === "throw") throw new Error("cannot read this");
    socket.send(`${message} ${(this.#count += 1)}`);
  }

  webSocketClose(socket, code) {
    socket.close(code);
  }
}

const Observed = observeObject(Room, { rejects: ["NotAllowed"], operations: { addTwice: "add_twice" } });
export { Observed as Room };

/** Called, but not observed. */
export class Plain extends DurableObject {
  hello(name) {
    return `hello ${name}`;
  }
}

/** Reached by `ctx.exports` alone; called, but not observed. */
export class Hidden extends Plain {}

/** A client's socket of a room: what it gets, one after the other. */
async function socketOf(room) {
  const response = await room.fetch("http://room/", { headers: { upgrade: "websocket" } });
  const socket = response.webSocket;
  const arrived = [];
  let wake = () => {};
  const note = (what) => {
    arrived.push(what);
    wake();
  };
  socket.addEventListener("message", ({ data }) => note(data));
  socket.addEventListener("close", ({ code }) => note(code));
  socket.accept();
  const next = async () => {
    while (arrived.length === 0) await new Promise((resolve) => (wake = resolve));
    return arrived.shift();
  };
  return { socket, next };
}

const caught = (promise) => Promise.resolve(promise).catch(({ name, message, remote }) => ({ name, message, remote }));

const SCENARIOS = {
  nothing: () => null,
  sync: async ({ room }) => [await room.add(2), await room.add(3)],
  addTwice: ({ room }) => room.addTwice(2),
  slow: ({ room }) => room.sleep(400),
  inherited: async ({ room }) => [await room.inherited(), await room.overridden()],
  getter: async ({ room }) => (await room.add(4), await room.count),
  property: async ({ room }) => {
    let ended = 0;
    const count = await room.count.finally(() => (ended += 1));
    return [count, ended, await room.broken.catch(({ message }) => message)];
  },
  refused: async ({ room }) => [await caught(room.own()), await caught(room.missing())],
  everyObject: ({ room }) => [room.toString(), typeof room.hasOwnProperty("add"), "then" in room],
  late: ({ room }) => room.late(),
  query: ({ room }) => room.query(),
  sizes: async ({ room }) => [await room.add(1), await room.fill(), await room.query()],
  rejected: ({ room }) => caught(room.fail("NotAllowed", "no")),
  caught: ({ room }) => caught(room.failLater("TypeError", "x is not a function")),
  uncaught: ({ room }) => room.failLater("TypeError", "x is not a function"),
  storage: ({ room }) => caught(room.fail("Error", "SQLITE_FULL")),
  inBackground: ({ room }) => room.inBackground(),
  pipelined: ({ room }) => room.counter().add(5),
  argument: ({ room, env, name }) => room.addTo(env.ROOM.getByName(`${name}-other`), 6),
  within: ({ room, env, name }) => room.addWithin({ stubs: [env.ROOM.getByName(`${name}-other`)] }, 6),
  stub: ({ room, env }) => [room.constructor === env.PLAIN.getByName("any").constructor, room.name, String(room), "add" in room],
  derived: async ({ room }) => [await new Proxy(room, {}).add(1), await Object.create(room).add(1)],
  absent: ({ env }) => [typeof env.ABSENT, "ABSENT" in env],
  notSendable: async ({ room }) => [await caught(room.add(Symbol("one"))), await caught(room.fetch("nowhere"))],
  elsewhere: ({ room, env }) => room.elsewhere(env.PLAIN.newUniqueId().toString()),
  ring: ({ room }) => room.ring(1, 1),
  addAfterwards: ({ room }) => room.add(1),
  fetched: async ({ room }) => {
    const response = await room.fetch("http://room/");
    return [response.status, response.headers.get("x-count"), await response.text()];
  },
  status: async ({ room, query }) => new Response(null, await room.fetch(`http://room/?status=${query}`)),
  fetchFails: ({ room }) => caught(room.fetch("http://room/?status=0")),
  socket: async ({ room }) => {
    const { socket, next } = await socketOf(room);
    const got = [];
    for (const message of ["a", "b"]) {
      socket.send(message);
      got.push(await next());
    }
    socket.close(4000);
    got.push(await next());
    return got;
  },
  socketFails: async ({ room }) => {
    const { socket, next } = await socketOf(room);
    socket.send("throw");
    socket.send("c");
    const got = await next();
    socket.close(4001);
    return [got, await next()];
  },
  upgrade: ({ room }) => room.fetch("http://room/", { headers: { upgrade: "websocket" } }),
  retried: async ({ env, name }) => {
    await caught(env.ROOM.getByName(name).fail("Error", "Network connection lost."));
    return env.ROOM.getByName(name).fail("Error", "SQLITE_FULL");
  },
  recovered: async ({ env, name, query }) => {
    const object = () => env.ROOM.getByName(name);
    await caught(object().fetch("http://room/?status=0"));
    return (await object().fetch(`http://room/?status=${query}`)).status;
  },
  several: async ({ room }) => [await room.add(1), await caught(room.fail("Error", "SQLITE_FULL")), await room.late()],
  reversed: ({ room, env, name }) => {
    const later = room.failLater("Error", "SQLITE_FULL");
    return Promise.all([caught(later), caught(env.ROOM.getByName(`${name}-2`).fail("TypeError", "sooner"))]);
  },
  parallel: ({ env, name }) => Promise.all([1, 2, 3].map((number) => env.ROOM.getByName(`${name}-${number}`).add(number))),
  unfinished: ({ room, ctx }) => (ctx.waitUntil(room.late()), "done"),
  byId: ({ env, name }) => env.ROOM.get(env.ROOM.idFromName(name)).add(1),
  another: ({ env, name }) => env.PLAIN.getByName(name).hello("plain"),
  imported: async ({ name }) => {
    await scheduler.wait(1);
    return imported.ROOM.getByName(name).add(2);
  },
  exported: ({ ctx, name }) => ctx.exports.Hidden.getByName(name).hello("hidden"),
  importedExport: ({ name }) => importedExports.Hidden.getByName(name).hello("hidden"),
  anotherEnv: ({ env, name }) => withEnv({ ROOM: env.ROOM }, () => scheduler.wait(1).then(() => imported.ROOM.getByName(name).add(2))),
  background: ({ ctx }) => (ctx.waitUntil(Promise.reject(new Error("in the background"))), "done"),
  explicit: ({ room, event }) => (Object.assign(event, { op: "mine", result: "miss" }), room.add(1)),
  throws: () => {
    throw new Error("a bug in the Worker");
  },
  streams: () => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    scheduler.wait(20).then(() => writer.write(new TextEncoder().encode("late"))).then(() => writer.close());
    return new Response(readable);
  },
};

const worker = {
  greeting: "this stays the Worker",

  async fetch(request, env, ctx) {
    const event = current();
    const { pathname, searchParams } = new URL(request.url);
    const [, scenario, name] = pathname.split("/");
    if (this.greeting === undefined) throw new Error("this is not the Worker");
    const room = env.ROOM.getByName(name);
    const result = await SCENARIOS[scenario]({ room, env, ctx, name, event, query: searchParams.get("q") });
    if (result instanceof Response && result.webSocket) return result;
    const response = result instanceof Response ? new Response(result.body, result) : Response.json(result ?? null);
    response.headers.set("x-room", room.id.toString());
    response.headers.set("x-request-id", event.request);
    return response;
  },
};

export default observeWorker(worker, { ROOM: "Room", ABSENT: "Room", Hidden: "Hidden" }, { rejects: ["NotAllowed"], operations: { addTwice: "add_twice" } });
