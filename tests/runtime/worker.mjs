// The smallest Worker that emits every kind of trace item the drill records.
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  #name; // a private member: the drill's wrapper has to leave `this` alone

  constructor(ctx, env) {
    super(ctx, env);
    this.#name = env.NAME;
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS counts (n INTEGER)");
  }

  async increment() {
    let result = "ok";
    try {
      this.#add();
    } catch (error) {
      result = error.message;
    }
    await this.ctx.storage.setAlarm(Date.now() + Number(this.env.ALARM_MS)).catch(() => {}); // fails as the rest does
    console.debug(JSON.stringify({ op: "increment", result, name: this.#name }));
    return result;
  }

  #add() {
    this.ctx.storage.sql.exec("INSERT INTO counts VALUES (1)");
  }

  async boom() {
    throw new RangeError("boom");
  }

  async alarm() {
    let result = "ok";
    try {
      await this.ctx.storage.deleteAll();
    } catch (error) {
      result = error.message;
    }
    console.debug(JSON.stringify({ op: "alarm", result }));
    if (result !== "ok") throw new Error(result);
  }

  async fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket, message) {
    console.debug(JSON.stringify({ op: "message" }));
    socket.send(`echo ${message}`);
  }

  async webSocketClose(socket, code) {
    socket.close(code);
  }
}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const stub = env.COUNTER.get(env.COUNTER.idFromName(url.searchParams.get("id") ?? "one"));
    let attempts = 0;
    switch (url.pathname) {
      case "/increment":
        for (;;) {
          try {
            attempts += 1;
            return Response.json({ result: await stub.increment(), attempts });
          } catch (error) {
            if (!error.retryable || attempts === 3) return Response.json({ error: error.message, attempts }, { status: 503 });
          }
        }
      case "/boom":
        return Response.json(await stub.boom());
      case "/socket":
        return stub.fetch(request);
      case "/later":
        return new Response(await scheduler.wait(60_000));
      case "/flood":
        for (let line = 0; line < 1000; line += 1) console.log("x".repeat(1000));
        return new Response("flooded");
      case "/name":
        return new Response(env.NAME);
    }
    return new Response("not found", { status: 404 });
  },
};
