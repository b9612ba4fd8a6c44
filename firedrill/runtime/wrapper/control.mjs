// What the harness tells and asks the wrapped Worker; and the Worker's way out, by the network and by console lines.
import { WorkerEntrypoint } from "cloudflare:workers";
import { watchCalls } from "./bindings.mjs";
import { later } from "./clock.mjs";
import { handlersOf, workflows } from "./handlers.mjs";
import { keep, noteLine, told } from "./ledger.mjs";
import { alarms, fresh, note, prompt, rejected, strikes, take } from "./take.mjs";

const METRICS_INTAKE = /^https:\/\/api\.[\w.-]+\/api\/(v1\/distribution_points|v2\/series)$/;
const OVERDUE_MS = 250; // an alarm this late was deleted with its storage
const PAUSE_MS = 100; // a run of a workflow that calls nothing for so long may wait for longer than any take lasts
const STUCK_MS = 1000; // an object that was reset leaves its calls open for ever

// A drill does not leave this machine, yet a Worker that reports to Datadog has to be heard for its lines to be real.
const network = globalThis.fetch;
globalThis.fetch = async (resource, options) => {
  if (METRICS_INTAKE.test(resource?.url ?? resource)) {
    return new Response('{"errors":[]}', { status: strikes("intake_failing") ? 403 : 202 });
  }
  try {
    return await network(resource, options);
  } catch (error) {
    delete error?.remote; // what is outside is no other Worker, though one stands for it here
    throw error;
  }
};

const debug = console.debug;
console.debug = (...args) => {
  // counted together, lines of an object and of its caller would alternate, and all of one be struck
  const kind = String(args[0]).match(/"(at|class|op)":"[^"]*"/g)?.join() ?? "";
  if (strikes("telemetry_suppressed", "", kind)) return;
  if (strikes("telemetry_failing")) {
    noteLine(true);
    throw new Error("refused by the drill");
  }
  noteLine(false);
  (take.faults.telemetry_level ? console[take.faults.telemetry_level] : debug).apply(console, args);
};

/** Makes the tables of databases as `wrangler d1 migrations apply` does, each migration once. */
async function migrate(env, migrations) {
  for (const { binding, name, sql } of migrations) {
    const database = env[binding];
    const known = "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";
    await database.prepare(known).run();
    if (await database.prepare("SELECT 1 FROM d1_migrations WHERE name = ?").bind(name).first()) continue;
    await database.prepare(sql).run();
    await database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name).run();
  }
}

/** What the harness tells and asks the wrapped Worker; `deployed` is what the bundle exports, `migrations` are those of
 * its databases. */
export function control(deployed, migrations) {
  return class extends WorkerEntrypoint {
    /** Gets it ready; returns what it exports. */
    async exports() {
      await migrate(this.env, migrations);
      for (const [name, binding] of Object.entries(this.env)) watchCalls(name, binding);
      return { names: Object.keys(deployed), handlers: handlersOf(deployed) };
    }

    /** Starts a take: nothing has been called yet, and `next` faults are on. */
    begin(next) {
      Object.assign(take, fresh(next), { taking: true, number: take.number + 1 });
      rejected.clear();
      later(0);
      keep();
    }

    /** Switches `next` faults on, and all others off, in a Worker that runs without takes. */
    set(next) {
      Object.assign(take, { faults: next, asked: {} });
    }

    /** Moves the Worker's clock on. */
    later(ms) {
      later(ms);
    }

    /** How much has begun in this take, what of it has not returned, and what was thrown. */
    state() {
      const { started, refusals, reached } = take;
      const thrown = [...take.thrown].map(([each, times]) => ({ ...JSON.parse(each), times }));
      return { started, running: [...take.running].map(({ what }) => what), thrown, refusals, reached, workflows };
    }

    /** Whether an object is at work on what a WebSocket has sent. */
    hears() {
      return [...take.running].some(({ what }) => what.endsWith(".webSocketMessage"));
    }

    /** Waits until nothing runs and no alarm is due within the time; returns what the take's trace items will be.
     * With `last`, what begins later is no part of the take. */
    async quiet(alarmsWithinMs, last) {
      const until = Date.now() + alarmsWithinMs;
      const lateMs = (id) => (prompt.has(id) ? STUCK_MS : OVERDUE_MS);
      const mine = (id, due) => take.called.has(id) && (due <= until || prompt.has(id));
      const alarmDue = ([id, due]) => mine(id, due) && Date.now() - due < lateMs(id);
      let [seen, since] = [take.open, Date.now()];
      for (;;) {
        if (take.open !== seen) [seen, since] = [take.open, Date.now()];
        const running = take.open > 0 && Date.now() - since < STUCK_MS + (take.faults.storage_slow_ms ?? 0);
        const paused = workflows.length === 0 || Date.now() - since >= PAUSE_MS;
        if (!running && paused && ![...alarms].some(alarmDue)) break;
        await scheduler.wait(1);
      }
      take.over = last;
      for (const reason of rejected.values()) note("", "rejected", reason);
      return { ...this.state(), called: [...take.called] };
    }

    /** Lets go of the answers of objects that nobody has read. */
    letGo() {
      for (const letGo of take.answers.splice(0)) letGo();
    }

    /** What was seen of the take: once it is over, since lines that wait for a reporter come late. */
    seen() {
      return told();
    }
  };
}
