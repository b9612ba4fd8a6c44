// A Worker with a class that stores nothing, which calls objects of another one that stores nothing either; and a cron handler.
import { DurableObject } from "cloudflare:workers";
import { observeObject, observeWorker } from "../../firedrill/worker/telemetry.mjs";

export const Relay = observeObject(
  class Relay extends DurableObject {
    async say(name) {
      const left = await this.env.LIMITERS.getByName(name).take();
      return left > 0;
    }
  },
);

export const Limiter = observeObject(
  class Limiter extends DurableObject {
    left = 1000;

    async take() {
      this.left -= 1;
      return this.left;
    }
  },
);

const handlers = {
  async fetch(request, env) {
    const name = new URL(request.url).pathname;
    return Response.json(await env.RELAYS.getByName(name).say(name));
  },

  async scheduled() {},
};

export default observeWorker(handlers, { RELAYS: "Relay" });
