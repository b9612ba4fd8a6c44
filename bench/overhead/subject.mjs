// What every variant observes, written once: a Worker that adds to a counter in a Durable Object backed by SQLite.
import { DurableObject } from "cloudflare:workers";

export class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
  }

  /** Add to a counter; the answer is its new value. */
  async add(name, amount) {
    const upsert =
      "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value RETURNING value";
    return this.ctx.storage.sql.exec(upsert, name, amount).one().value;
  }
}

export const handlers = {
  /** `/{object}/{counter}` adds one. */
  async fetch(request, env) {
    const [, object, counter] = new URL(request.url).pathname.split("/");
    return Response.json({ value: await env.COUNTERS.getByName(object).add(counter, 1) });
  },
};
