// The deployed Worker (planned.mjs) beside one as somebody might write it, who lets errors quote whatever they got; and
// a witness of what reporters send. Only in tests.
//   GET /told         what was sent since the last time
//   /own/<scenario>   a scenario of the other Worker; /own/socket takes a WebSocket
import { DurableObject } from "cloudflare:workers";
import { current, observeObject, observeWorker } from "../../../../firedrill/worker/telemetry.mjs";
import { analyticsReporter, datadogReporter, reporters } from "../../../../firedrill/worker/reporter.mjs";
import planned from "./planned.mjs";

export { ConversationStateDO } from "./planned.mjs";

const told = [];

/** Notes what is fetched, once whoever else replaces `fetch` has done so. */
let listening = false;
function listen() {
  if (listening) return;
  listening = true;
  const { fetch } = globalThis;
  globalThis.fetch = (url, options) => {
    told.push([url, options.body]);
    return fetch(url, options);
  };
}

function quoting(text, cause) {
  const error = new TypeError(`cannot read ${text}`, { cause });
  error.stack = `TypeError: cannot read ${text}\n    at ${text} (${text}.mjs:1:1)`;
  return Object.assign(error, { detail: text, code: text });
}

export const Own = observeObject(
  class Own extends DurableObject {
    fail(text) {
      throw quoting(text, this.env.TELEMETRY_SALT);
    }

    async failLater(text) {
      await scheduler.wait(1);
      this.fail(text);
    }

    /** Puts what it got into every field that is not named by the code. */
    fields(text) {
      Object.assign(current(), {
        id: text, request: text, keys: text, bytes: text, removed: text, trigger: text, reason: text, outcome: text,
        result: text, error: text, status: text, ms: text, lag: text, detail: text, [text]: text,
      });
    }

    async ring(text) {
      await this.ctx.storage.put("text", text);
      await this.ctx.storage.setAlarm(Date.now() + 1);
    }

    async alarm({ retryCount }) {
      const text = await this.ctx.storage.get("text");
      if (retryCount === 0) throw quoting(text);
    }

    fetch(request) {
      if (request.headers.get("upgrade") !== "websocket") throw quoting(`${request.url} ${request.headers.get("cookie")}`);
      const { 0: client, 1: server } = new WebSocketPair();
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }

    webSocketMessage(socket, message) {
      if (message.startsWith("quote")) throw quoting(message);
      socket.send("heard");
    }

    webSocketClose(socket, code, reason) {
      socket.close();
      throw quoting(`${reason} ${this.env.OTHER}`);
    }
  },
);

const caught = (promise) => promise.catch(() => undefined);

const own = observeWorker(
  {
    async fetch(request, env) {
      const { pathname, search } = new URL(request.url);
      const [, , scenario, name] = pathname.split("/");
      const object = env.OWN.getByName(name);
      if (scenario === "socket") return object.fetch(request);
      if (scenario === "throw") throw quoting(`${search} ${await request.text()}`);
      if (scenario === "fetch") await caught(object.fetch(request));
      else await caught(object[scenario](`${search} ${await request.text()}`));
      return new Response("done");
    },
  },
  { OWN: "Own" },
  { reporter: reporters(datadogReporter({ batchMs: 1 }), analyticsReporter()) },
);

export default {
  fetch(request, env, ctx) {
    listen();
    const { pathname } = new URL(request.url);
    if (pathname === "/told") return Response.json(told.splice(0));
    const dataset = { writeDataPoint: (point) => told.push(point) };
    const given = new Proxy(env, { get: (_, name) => (name === "FIREDRILL_ANALYTICS" ? dataset : env[name]) });
    return (pathname.startsWith("/own/") ? own : planned).fetch(request, given, ctx);
  },
};
