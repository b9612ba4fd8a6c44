/** Seats of shows: POST /shows/{show}/seats reserves one, GET tells how many are left. */
import { DurableObject } from "cloudflare:workers";
import { current, observeObject, observeWorker } from "firedrill";

const SEATS = 200;

export const Show = observeObject(class Show extends DurableObject {
  async reserve() {
    const left = await this.left();
    if (left === 0) {
      current().result = "rejected";
      return null;
    }
    await this.ctx.storage.put("left", left - 1);
    return left - 1;
  }

  async left() {
    return (await this.ctx.storage.get("left")) ?? SEATS;
  }
});

export default observeWorker({
  async fetch(request, env) {
    const [, show] = new URL(request.url).pathname.match(/^\/shows\/([\w-]+)\/seats$/) ?? [];
    if (!show) {
      return Response.json({ error: "not found" }, { status: 404 });
    }
    const stub = env.SHOWS.getByName(show);
    if (request.method === "GET") {
      return Response.json({ left: await stub.left() });
    }
    const left = await stub.reserve();
    return left === null ? Response.json({ error: "sold out" }, { status: 409 }) : Response.json({ left });
  },
}, { SHOWS: "Show" });
