/** A Worker with each way to observe a class; what wrangler types makes of wrangler.jsonc is its Env. */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { current, observeObject, observeWorker, observedObject, observedWorker, rows } from "firedrill";
import { InputError } from "firedrill/errors";
import { datadogReporter } from "firedrill/reporter";

@observedObject({ operations: { fetch: "join" } })
export class Room extends DurableObject<Env> {
  #posts = 0;

  post(text: string): number {
    if (text === "") throw new InputError("an empty message");
    this.#posts += 1;
    return this.#posts;
  }

  async allowed(who: string) {
    return this.env.LIMITS.getByName(who).take(1);
  }
}

export const Limit = observeObject(
  class Limit extends DurableObject<Env> {
    take(count: number): boolean {
      const [row] = rows(current(), this.ctx.storage.sql.exec<{ left: number }>("SELECT 10 - ? AS left", count));
      return row.left > 0;
    }
  },
  { lastActive: async (ctx, env) => ((await ctx.storage.getAlarm()) ?? 0) + Object.keys(env.ROOMS).length },
);
export type Limit = InstanceType<typeof Limit>;

export const Untyped = observeObject(class Untyped extends DurableObject<Env> {});

@observedWorker({ ROOMS: "Room" })
export class Admin extends WorkerEntrypoint<Env> {
  async clear(room: string): Promise<number> {
    return this.env.ROOMS.getByName(room).post("cleared");
  }
}

const handlers = {
  async fetch(request, env) {
    if (request.method === "DELETE") {
      const cleared: number = await env.ADMIN.clear("lobby");
      return Response.json({ cleared });
    }
    const posts: number = await env.ROOMS.getByName("lobby").post(request.url);
    const left: boolean = await env.LIMITS.getByName("ada").take(posts);
    return Response.json({ posts, left });
  },
} satisfies ExportedHandler<Env>;

export default observeWorker(handlers, { ROOMS: "Room", LIMITS: "Limit" }, { reporter: datadogReporter() });
