// The deployed bundle, with a clock that each call sets, and a look at what an object really stores. Only in tests.
import deployed, { ConversationStateDO as Deployed } from "deployed";

const clock = Date.now;
let now = 0;
Date.now = () => now || clock();

export default deployed;

export class ConversationStateDO extends Deployed {
  constructor(ctx, env) {
    const observed = super(ctx, env);
    return new Proxy(observed, { get: (_, name) => (name === "at" ? at.bind(null, ctx, observed) : observed[name]) });
  }
}

/** Call a method at a time of `ms`, and say what it answered and how much is stored then. */
async function at(ctx, observed, ms, method, ...args) {
  now = ms;
  try {
    const answer = await observed[method](...args).catch(({ name, message }) => ({ name, message }));
    return { answer, id: ctx.id.toString(), keys: keys(ctx.storage.sql), bytes: ctx.storage.sql.databaseSize };
  } finally {
    now = 0;
  }
}

function keys(sql) {
  const tables = sql.exec("SELECT name FROM sqlite_master WHERE name = 'tools'").toArray();
  return tables.length === 0 ? 0 : sql.exec("SELECT COUNT(*) AS count FROM tools").one().count;
}
