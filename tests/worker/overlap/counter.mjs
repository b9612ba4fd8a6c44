// A Durable Object whose calls overlap: GET /<method>/<object>?calls=<n> makes so many at a time. Exists only in tests.
import { DurableObject } from "cloudflare:workers";
import { charge, current, observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";

class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS added (number INTEGER)");
  }

  #add(event, number) {
    charge(event, 0, this.ctx.storage.sql.exec("INSERT INTO added VALUES (?)", number).rowsWritten);
    event.keys = this.ctx.storage.sql.exec("SELECT COUNT(*) AS n FROM added").one().n;
  }

  /** Ends before the next call begins. */
  add(number) {
    this.#add(current(), number);
  }

  /** Writes nothing, so that its answer waits for nothing. */
  read(number) {
    return number;
  }

  /** Is still there when the next call begins. */
  async addLater(number) {
    const event = current();
    await scheduler.wait(1 + (number % 5));
    this.#add(event, number);
  }

  /** Every third one throws once it has added. */
  async addOrFail(number) {
    const event = current();
    await this.ctx.storage.sync();
    this.#add(event, number);
    if (number % 3 === 2) throw new RangeError("one of three");
  }

  /** Ends in five ways, one after the other. */
  async addInAllWays(number) {
    await this.ctx.storage.sync();
    this.#add(current(), number);
    const way = WAYS[number % WAYS.length];
    if (way) throw Object.assign(new Error(way.message ?? "none"), way);
  }

  /** Every second one is of a canary request. */
  async addOrProbe(number) {
    const event = current();
    if (number % 2) event.request = "f12ed21100000000";
    await this.ctx.storage.sync();
    this.#add(event, number);
  }

  /** Takes a WebSocket, whose messages are added as by addOrFail. */
  async fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket, text) {
    try {
      await this.addOrFail(Number(text));
    } finally {
      socket.send(text);
    }
  }
}

/** What one of five calls throws; the others end well. */
const WAYS = [
  undefined,
  undefined,
  { name: "InputError" },
  { overloaded: true },
  { message: "storage operation failed" },
];

/** Send so many messages at a time, each on a WebSocket of its own, and wait for their echoes. */
async function talk(counter, numbers) {
  const sockets = await Promise.all(numbers.map(() => counter.fetch("http://counter/", { headers: { upgrade: "websocket" } })));
  const echoes = sockets.map(({ webSocket }) => {
    webSocket.accept();
    return new Promise((resolve) => webSocket.addEventListener("message", resolve));
  });
  sockets.forEach(({ webSocket }, number) => webSocket.send(String(number)));
  await Promise.all(echoes);
  for (const { webSocket } of sockets) webSocket.close();
}

const Observed = observeObject(Counter);
export { Observed as Counter };

const worker = {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, method, name] = pathname.split("/");
    const counter = env.COUNTER.getByName(name);
    const numbers = Array.from({ length: Number(searchParams.get("calls") ?? 1) }, (_, number) => number);
    if (method === "talk") await talk(counter, numbers);
    else if (method === "readOneByOne") for (const number of numbers) await counter.read(number);
    else if (method === "oneByOne") for (const number of numbers) await counter.add(number);
    else await Promise.allSettled(numbers.map((number) => counter[method](number)));
    return Response.json({ id: counter.id.toString() });
  },
};
export default observeWorker(worker, { COUNTER: "Counter" });
