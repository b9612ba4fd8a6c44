// A Durable Object whose calls overlap: GET /<method>/<object>?calls=<n> makes so many at a time. Exists only in tests.
import { DurableObject } from "cloudflare:workers";
import { charge, current, observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";

class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS added (number INTEGER)");
  }

  #add(event, number) {
    charge(event, 0, this.ctx.storage.sql.exec("INSERT INTO added VALUES (?)", number).rowsWritten);
    event.keys = this.ctx.storage.sql.exec("SELECT COUNT(*) AS n FROM added").one().n;
  }

  /** Ends before the next call begins. */
  add(number) {
    this.#add(current(), number);
  }

  /** Writes nothing, so that its answer waits for nothing. */
  read(number) {
    return number;
  }

  /** Is still there when the next call begins. */
  async addLater(number) {
    const event = current();
    await scheduler.wait(1 + (number % 5));
    this.#add(event, number);
  }

  /** Every third one throws once it has added. */
  async addOrFail(number) {
    const event = current();
    await this.ctx.storage.sync();
    this.#add(event, number);
    if (number % 3 === 2) throw new RangeError("one of three");
  }
}

const Observed = observeObject(Counter);
export { Observed as Counter };

const worker = {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, method, name] = pathname.split("/");
    const counter = env.COUNTER.getByName(name);
    const numbers = Array.from({ length: Number(searchParams.get("calls") ?? 1) }, (_, number) => number);
    if (method === "readOneByOne") for (const number of numbers) await counter.read(number);
    else if (method === "oneByOne") for (const number of numbers) await counter.add(number);
    else await Promise.allSettled(numbers.map((number) => counter[method](number)));
    return Response.json({ id: counter.id.toString() });
  },
};
export default observeWorker(worker, { COUNTER: "Counter" });
