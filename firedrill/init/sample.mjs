import { DurableObject } from "cloudflare:workers";
import { observeObject, observeWorker } from "firedrill";

export const Counter = observeObject(
  class Counter extends DurableObject {
    async add(amount) {
      const value = ((await this.ctx.storage.get("value")) ?? 0) + amount;
      await this.ctx.storage.put("value", value);
      return value;
    }

    async read() {
      return (await this.ctx.storage.get("value")) ?? 0;
    }
  },
);

export default observeWorker(
  {
    async fetch(request, env) {
      const [, kind, name] = new URL(request.url).pathname.split("/");
      if (kind !== "counters" || !name) return new Response("not found", { status: 404 });
      const counter = env.COUNTERS.get(env.COUNTERS.idFromName(name));
      const value = request.method === "POST" ? await counter.add(1) : await counter.read();
      return Response.json({ value });
    },
  },
  { COUNTERS: "Counter" },
);
