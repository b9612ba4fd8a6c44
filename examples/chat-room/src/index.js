// Chat rooms: one Durable Object per room. Members talk over WebSockets that may hibernate; everybody else over HTTP.
import { DurableObject } from "cloudflare:workers";
import { observeObject, observeWorker } from "firedrill";

export const ChatRoom = observeObject(class ChatRoom extends DurableObject {
  #sql;

  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, author TEXT, text TEXT, sent INTEGER)");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Keep a message and send it to every member. */
  async post(author, text) {
    const message = { author, text, sent: Date.now() };
    this.#sql.exec("INSERT INTO messages (author, text, sent) VALUES (?, ?, ?)", author, text, message.sent);
    this.#sql.exec(
      "DELETE FROM messages WHERE id <= (SELECT MAX(id) FROM messages) - ?",
      Number(this.env.HISTORY_LIMIT),
    );
    this.#broadcast(message);
    return message;
  }

  /** The latest messages, oldest first. */
  async history(count) {
    const rows = this.#sql.exec("SELECT author, text, sent FROM messages ORDER BY id DESC LIMIT ?", count);
    return rows.toArray().reverse();
  }

  /** Who is in the room. */
  async members() {
    return this.ctx.getWebSockets().map((socket) => socket.deserializeAttachment().author);
  }

  /** A member joins. */
  async fetch(request) {
    const { 0: client, 1: server } = new WebSocketPair();
    const author = new URL(request.url).searchParams.get("as");
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment({ author });
    return new Response(null, { status: 101, webSocket: client });
  }

  async webSocketMessage(socket, text) {
    await this.post(socket.deserializeAttachment().author, text);
  }

  async webSocketClose(socket, code) {
    socket.close(code, "goodbye");
    this.#broadcast({ left: socket.deserializeAttachment().author });
  }

  #broadcast(message) {
    for (const socket of this.ctx.getWebSockets()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
  }
}, { operations: { fetch: "join" } });

export default observeWorker({
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, room, what] = /^\/rooms\/([\w-]{1,64})\/(messages|members|socket)$/.exec(pathname) ?? [];
    if (!room) return new Response("no such page", { status: 404 });
    const stub = env.ROOMS.getByName(room);
    switch (`${request.method} ${what}`) {
      case "GET messages":
        return Response.json(await stub.history(Number(searchParams.get("count") ?? 20)));
      case "POST messages": {
        const { author, text } = await request.json();
        if (!author || !text) return new Response("author and text are missing", { status: 400 });
        return Response.json(await stub.post(author, text), { status: 201 });
      }
      case "GET members":
        return Response.json(await stub.members());
      case "GET socket":
        if (!searchParams.get("as")) return new Response("as whom?", { status: 400 });
        if (request.headers.get("Upgrade") !== "websocket") return new Response("not a WebSocket", { status: 426 });
        return stub.fetch(request);
    }
    return new Response("method not allowed", { status: 405 });
  },
}, { ROOMS: "ChatRoom" }, { operations: { fetch: "join" } });
