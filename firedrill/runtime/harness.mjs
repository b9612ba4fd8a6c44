// Drives the wrapped Worker and collects what it emits: one POST is one take (see take.py for both shapes).
// It is the Worker's tail consumer as well as its caller, so a take needs no port and no process besides workerd.
import unsafe from "workerd:unsafe"; // workerd's own means of testing; nothing that is deployed can import it

const CONTROL = "FiredrillControl";
const GIVE_UP_MS = 2000; // without any new item, after everything has returned; a reporter holds its lines for a while
const ANSWER_MS = 200; // a WebSocket message that is not answered by then will not be

let items = []; // classic trace items, as JSON
let spans = []; // what only the streaming tail knows: see join() in tails.py

function prepared({ method, url, headers, body, messages }) {
  const upgrade = messages ? { Upgrade: "websocket" } : {};
  try {
    return new Request(url, { method, headers: { ...headers, ...upgrade }, body: body ?? undefined, redirect: "manual" });
  } catch (error) {
    throw new Error(`the request ${method} ${url} cannot be sent: ${error.message}`);
  }
}

/** A function that evicts all objects at every 1/`rate`-th call: what they store stays, their WebSockets hibernate. */
function evictions(rate) {
  let asked = 0;
  return async () => {
    asked += 1;
    if (Math.floor(asked * rate) > Math.floor((asked - 1) * rate)) await unsafe.evictAllDurableObjects();
  };
}

async function send(worker, request, { messages, scheduled }, evict) {
  try {
    await evict();
    if (scheduled) {
      const { outcome } = await worker.scheduled({ cron: scheduled, scheduledTime: new Date() });
      return { status: outcome === "ok" ? 200 : 500, body: outcome };
    }
    const response = await worker.fetch(request);
    if (response.webSocket) return { status: response.status, body: await converse(response.webSocket, messages, evict) };
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { status: 500, body: `${error.name}: ${error.message}` }; // what the platform answers for an exception
  }
}

/** Sends each message and waits a while for one answer to each; then closes and waits for the other side to do so. */
async function converse(socket, messages, evict) {
  const answers = [];
  let wake = () => {};
  let closed = false;
  socket.addEventListener("message", ({ data }) => wake(answers.push(data)));
  socket.addEventListener("close", () => wake((closed = true)));
  socket.accept();
  const say = async (words) => {
    const heard = new Promise((resolve) => (wake = resolve));
    words();
    await Promise.race([heard, scheduler.wait(ANSWER_MS)]);
  };
  for (const message of messages) {
    await evict();
    if (!closed) await say(() => socket.send(message));
  }
  if (!closed) await say(() => socket.close(1000, "done"));
  return JSON.stringify(answers);
}

/** A function that says what a request has to wait for: those before it in its session, save what it overlaps with. */
function inSessions() {
  const sessions = new Map(); // session -> what its requests wait for and whether the latest one overlaps
  return ({ session, overlaps }, start) => {
    const { before, all, overlapping } = sessions.get(session) ?? {};
    const previous = overlaps && overlapping ? before : all;
    const answered = Promise.resolve(session && previous).then(start);
    sessions.set(session, { before: previous, all: Promise.all([all, answered]), overlapping: overlaps });
    return answered;
  };
}

/** Waits until nothing has begun and nothing was answered for `limitMs`; returns the Worker's state then. */
async function stalled(control, answered, limitMs) {
  for (let seen, since = Date.now(); ; ) {
    await scheduler.wait(limitMs / 4);
    const state = await control.state();
    const now = `${state.started} ${answered()}`;
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since >= limitMs) return state;
  }
}

async function take({ requests, concurrency, faults, alarms_within_ms, limit_ms }, env) {
  const ready = requests.map(prepared);
  await env.CONTROL.begin(faults);
  items = [];
  spans = [];
  const begun = Date.now();
  const responses = [];
  const inTurn = inSessions();
  const evict = evictions(faults.evicting);
  let next = 0;
  const caller = async () => {
    while (next < requests.length) {
      const index = next++;
      responses[index] = await inTurn(requests[index], () => send(env.WORKER, ready[index], requests[index], evict));
    }
  };
  const answers = () => Object.keys(responses).length; // those to come are holes
  const all = Promise.all(Array.from({ length: concurrency }, caller));
  const hung = await Promise.race([all.then(() => null), stalled(env.CONTROL, answers, limit_ms)]);
  if (hung) return { ...hung, unanswered: [...Array(next).keys()].filter((index) => !(index in responses)) };
  const { started, called, running, thrown } = await env.CONTROL.quiet(alarms_within_ms);
  const objects = new Set(called);
  const mine = () => items.filter(({ durableObjectId: id }) => !id || objects.has(id)); // others: retries of earlier takes
  const complete = () => mine().length >= started && spans.length >= items.length;
  for (let last = Date.now(), seen = 0; !complete() && Date.now() - last < GIVE_UP_MS; ) {
    if (items.length > seen) [last, seen] = [Date.now(), items.length];
    await scheduler.wait(1);
  }
  const span = { started_ms: begun, ended_ms: Date.now() };
  return { responses, invocations: started, items: mine(), spans, running, thrown, ...span };
}

/** Writes what the take recorded as JSON, or { refused }; and spaces before it, to show that JavaScript still runs. */
async function answer(order, env, writer) {
  const write = (text) => writer.write(new TextEncoder().encode(text));
  const beating = setInterval(() => write(" ").catch(() => {}), order.limit_ms / 4);
  const recorded = await take(order, env).catch((error) => ({ refused: error.message }));
  clearInterval(beating);
  await write(JSON.stringify(recorded));
  await writer.close();
}

export default {
  tail(arrived) {
    for (const item of arrived) if (item.entrypoint !== CONTROL) items.push(JSON.parse(JSON.stringify(item)));
  },

  tailStream({ event, timestamp }) {
    if (event.entrypoint === CONTROL) return undefined;
    const span = { entrypoint: event.entrypoint, durableObjectId: event.durableObjectId, kind: event.info?.type };
    span.started_ms = timestamp.getTime();
    span.returned = false;
    return {
      return() {
        span.returned = true;
      },
      outcome(outcome) {
        span.ended_ms = outcome.timestamp.getTime();
        spans.push(span);
      },
    };
  },

  async fetch(request, env, ctx) {
    if (request.method === "GET") return Response.json(await env.CONTROL.exports());
    const { readable, writable } = new TransformStream();
    ctx.waitUntil(answer(await request.json(), env, writable.getWriter()));
    return new Response(readable);
  },
};
