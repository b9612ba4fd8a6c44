// The deployed bundle, and what shall go wrong in a request and in the object that it is for, by its header x-plan
// (JSON). It holds until the next request. Exists only in tests.
//   way         [error, ...]               so many calls of the object fail on the way, each with these properties
//   storage     { member, times, error }   a member of the object's storage raises, always or so many times
//   abort       member                     the object is reset while it waits for this member
//   slow        { member, ms }             this member takes so long
//   input       true                       what the object gets is not what the gateway has checked
//   retryCount  n                          the next alarm is told of so many earlier runs that failed
//   background  "gateway" or "object"      leaves a promise behind that rejects
//   talk        "gateway" or "object"      writes more to the console than Cloudflare keeps, before its line
//   console     text                       lines with this text cannot be written
//   leave       ms                         the client, which is this module, leaves after so long
//   alarms      n                          the answer waits until so many alarms have run, so that they belong to the take
import deployed, { ConversationStateDO as Deployed } from "deployed";

const KEPT = 16_384; // characters of a record's console lines
const CLIENT = "/client"; // what the paths of a client's own requests begin with

let plan = {};
let planned = ""; // id of the object that it is for

const raised = ({ message = "x", ...properties }) => Object.assign(new Error(message), properties);

const { debug } = console;
console.debug = (line) => {
  if (plan.console && line.includes(plan.console)) throw new Error("the console is broken");
  debug.call(console, line);
};

const planOf = (ctx) => (ctx.id.toString() === planned ? plan : {});

/** Make members of an object's storage do as planned; `fail` is how they raise. */
function breakable(ctx, storage, members, fail) {
  for (const member of members) {
    const original = storage[member].bind(storage);
    storage[member] = (...args) => {
      const { abort, slow, storage: broken } = planOf(ctx);
      if (abort === member) return ctx.abort("reset by the test");
      if (slow?.member === member) return scheduler.wait(slow.ms).then(() => original(...args));
      if (broken?.member !== member || broken.times === 0) return original(...args);
      if (broken.times) broken.times -= 1;
      return fail(raised(broken.error));
    };
  }
}

export class ConversationStateDO extends Deployed {
  constructor(ctx, env) {
    breakable(ctx, ctx.storage, ["getAlarm", "setAlarm", "deleteAll"], (error) => Promise.reject(error));
    breakable(ctx, ctx.storage.sql, ["exec"], (error) => {
      throw error;
    });
    const observed = super(ctx, env);
    return new Proxy(observed, {
      get(_, name) {
        const method = observed[name];
        if (typeof method !== "function" || name === "constructor") return method;
        return (...args) => {
          const mine = planOf(ctx);
          if (mine.background === "object") ctx.waitUntil(Promise.reject(new Error("in the background")));
          if (mine.talk === "object") talk();
          if (mine.input) args[0] = "neither an entry nor an id";
          return name === "alarm" ? alarm(mine, method, args[0]) : method(...args);
        };
      },
    });
  }
}

function talk() {
  console.log("x".repeat(KEPT + 1));
}

async function alarm(mine, method, { retryCount, ...info }) {
  const told = mine.retryCount ?? retryCount;
  delete mine.retryCount;
  try {
    await method({ ...info, retryCount: told });
  } finally {
    mine.alarms -= 1;
  }
}

/** `env` with a namespace whose stubs fail as planned: each is used for one call. */
function failing(env, errors) {
  const namespace = {
    getByName(...args) {
      const error = errors.shift();
      const call = () => Promise.reject(raised(error));
      return error ? new Proxy({}, { get: () => call }) : env.CONVERSATION_STATE.getByName(...args);
    },
  };
  return new Proxy(env, { get: (_, name) => (name === "CONVERSATION_STATE" ? namespace : env[name]) });
}

/** Ask as a client who leaves before the answer. */
async function leave(request, ctx, ms) {
  const gone = new AbortController();
  const { method, headers } = request;
  const options = { method, headers, body: (await request.text()) || undefined, signal: gone.signal };
  const answer = ctx.exports.default.fetch(request.url.replace(CLIENT, ""), options);
  await scheduler.wait(ms);
  gone.abort();
  return new Response(await answer.then(() => "answered", () => "left"));
}

export default {
  async fetch(request, env, ctx) {
    plan = JSON.parse(request.headers.get("x-plan") ?? "{}");
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(CLIENT)) return leave(request, ctx, plan.leave);
    planned = env.CONVERSATION_STATE.idFromName(pathname.split("/")[2] ?? "").toString();
    if (plan.talk === "gateway") talk();
    const answer = deployed.fetch(request, failing(env, plan.way ?? []), ctx);
    if (plan.background === "gateway") ctx.waitUntil(Promise.reject(new Error("in the background")));
    const response = await answer;
    while (plan.alarms > 0) await scheduler.wait(5);
    return response;
  },
};
