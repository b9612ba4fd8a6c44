// A Worker with a class that reads its storage when it starts, and never again.
import { DurableObject } from "cloudflare:workers";
import { observeObject, observeWorker } from "../../firedrill/worker/telemetry.mjs";

export const Counter = observeObject(
  class Counter extends DurableObject {
    constructor(ctx, env) {
      super(ctx, env);
      ctx.blockConcurrencyWhile(async () => {
        this.value = (await ctx.storage.get("value")) ?? 0;
      });
    }

    async next() {
      return (this.value += 1);
    }
  },
);

const handlers = {
  async fetch(request, env) {
    return Response.json(await env.COUNTERS.getByName(new URL(request.url).pathname).next());
  },
};

export default observeWorker(handlers, { COUNTERS: "Counter" });
