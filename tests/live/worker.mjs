// The smallest Worker that a stack can be run with: an object that counts, and a line of telemetry from both sides.
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  async add(id) {
    const line = { at: "object", op: "add", result: "ok", id };
    try {
      const total = ((await this.ctx.storage.get("total")) ?? 0) + 1;
      await this.ctx.storage.put("total", total);
      return total;
    } catch (error) {
      line.result = "error";
      throw error;
    } finally {
      console.debug(JSON.stringify(line));
    }
  }
}

export default {
  async fetch(request, env) {
    const id = new URL(request.url).searchParams.get("id");
    const line = { at: "gateway", id };
    const counter = env.COUNTER.getByName(`counter ${Number(id) % 8}`); // calls of one object are not to overlap
    try {
      return new Response(await counter.add(id));
    } catch (error) {
      return new Response(error.message, { status: (line.status = 500) });
    } finally {
      console.debug(JSON.stringify(line));
    }
  },
};
