// A Worker whose default export is a class, with two classes of objects, one of them backed by key-value storage.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

export class Rows extends DurableObject {
  awake = 0; // gone when the object is evicted

  async work() {
    const { kv } = this.ctx.storage;
    kv.put("runs", (kv.get("runs") ?? 0) + 1);
    this.awake += 1;
    return { runs: kv.get("runs"), awake: this.awake };
  }

  async fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket, message) {
    this.awake += 1;
    if (message !== "silence") socket.send(`${message} ${this.awake}`);
  }
}

export class Keys extends DurableObject {
  async work() {
    await this.ctx.storage.put("runs", 1);
    return await this.ctx.storage.get("runs");
  }
}

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const stub = (namespace) => namespace.getByName(searchParams.get("id") ?? "one");
    const result = (work) => work.then(JSON.stringify, (error) => error.message);
    switch (pathname) {
      case "/both":
        return new Response(`${await result(stub(this.env.ROWS).work())} ${await result(stub(this.env.KEYS).work())}`);
      case "/socket":
        return stub(this.env.ROWS).fetch(request);
      case "/out":
        return new Response(await result(fetch("https://example.com/where?to").then((answer) => answer.text())));
    }
    return new Response(this.env.ADDED);
  }

  async scheduled({ cron }) {
    if (cron === "0 0 * * *") throw new Error("not at midnight");
  }
}
