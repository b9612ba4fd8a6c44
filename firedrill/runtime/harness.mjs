// Drives the wrapped Worker and collects what it emits: one POST is one take (see take.py for both shapes).
// It is the Worker's tail consumer as well as its caller, so a take needs no port and no process besides workerd.
import unsafe from "workerd:unsafe"; // workerd's own means of testing; nothing that is deployed can import it

const CONTROL = "FiredrillControl";
const EVENTS = "FiredrillEvents"; // the default export by another name: see config.py
const GIVE_UP_MS = 2000; // without any new item, after everything has returned; a reporter holds its lines for a while
const ANSWER_MS = 200; // a WebSocket message that is not answered by then will not be
const PARKED_MS = 250; // an upgrade whose WebSocket has been left, and that has not ended by then, will not
const UNREAD_MS = 500; // without any new item: an answer that has not been read by then will not be
const STREAM_MS = 1000; // a body that says nothing for so long is left, as by a client that has seen enough
const LONGEST_STREAM_MS = 3000; // and one that goes on for so long
const QUEUES_MS = 5000; // for messages of queues to be delivered
const ENTRYPOINT = "entrypoint "; // what the names of the bindings to named entrypoints begin with
const BESIDE = "beside "; // what the names of the bindings to the other Workers begin with
const QUEUE = "queue "; // what the names of the bindings to consumed queues begin with

let slow_ms = 0; // how much longer than usual the Worker may take, by the faults of the take
let items = []; // classic trace items, as JSON
let spans = []; // what only the streaming tail knows, from each invocation's onset on: see join() in tails.py

function prepared({ method, url, headers, body, binary, messages, cf }) {
  const upgrade = messages ? { Upgrade: "websocket" } : {};
  const content = binary ? Uint8Array.fromBase64(binary) : (body ?? undefined);
  try {
    const all = { ...headers, ...upgrade };
    return new Request(url, { method, headers: all, body: content, redirect: "manual", ...(cf && { cf }) });
  } catch (error) {
    throw new Error(`the request ${method} ${url} cannot be sent: ${error.message}`);
  }
}

/** A function that evicts all objects at every 1/`rate`-th call: what they store stays, their WebSockets hibernate.
 * Each call moves the Worker's clock on by so many ms. */
function evictions(rate, laterMs, control) {
  let asked = 0;
  return async () => {
    asked += 1;
    if (laterMs) await control.later(laterMs);
    if (Math.floor(asked * rate) > Math.floor((asked - 1) * rate)) await unsafe.evictAllDurableObjects();
  };
}

async function send(env, request, evict) {
  const worker = env.WORKER;
  const events = env[EVENTS] ?? worker;
  const { messages, every_ms, scheduled, queue, batch, rpc, args } = request;
  const ended = ({ outcome }) => ({ status: outcome === "ok" ? 200 : 500, body: outcome });
  try {
    await evict();
    if (scheduled) return ended(await events.scheduled({ cron: scheduled, scheduledTime: new Date() }));
    if (queue) return ended(await events.queue(queue, batch.map(message)));
    if (rpc) return { status: 200, body: await called(env, rpc, args) };
    const leaving = new AbortController();
    const response = await worker.fetch(prepared(request), { signal: leaving.signal });
    const headers = Object.fromEntries(response.headers);
    if (response.webSocket) {
      const { answers, closed } = await converse(response.webSocket, messages, every_ms, evict, env.CONTROL);
      if (!closed) leaving.abort(); // as when a tab is closed: not every server answers the close
      return { status: response.status, body: JSON.stringify(answers), headers };
    }
    return { status: response.status, body: await read(response.body), headers };
  } catch (error) {
    return { status: 500, body: `${error.name}: ${error.message}` }; // what the platform answers for an exception
  }
}

let sent = 0; // messages of queues, which have ids

function message(body) {
  return { id: `drill-${(sent += 1)}`, timestamp: new Date(), attempts: 1, body };
}

/** What a call by RPC returns, as JSON; `rpc` is a method of the default entrypoint, or of one that stands before it. */
async function called(env, rpc, args) {
  const [method, entrypoint] = rpc.split(".").reverse();
  const result = await (entrypoint ? env[ENTRYPOINT + entrypoint] : env.WORKER)[method](...args);
  const text = JSON.stringify(result) ?? "";
  result?.[Symbol.dispose]?.();
  return text;
}

/** A value with the texts in braces replaced that were captured from earlier answers; all others stay. */
function filled(value, captured) {
  if (typeof value === "string") return value.replace(/\{(\w+)\}/g, (all, name) => captured[name] ?? all);
  if (Array.isArray(value)) return value.map((each) => filled(each, captured));
  if (Object(value) !== value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, captured)]));
}

/** Captures what a request asks for from its answer: `json.` and a path, `headers.` and a name, or `body`, or of these what
 * a pattern finds; returns the names of what is not in it, which stand for nothing from then on. */
function capture({ capture: wanted }, { body, headers = {} }, captured) {
  const missing = [];
  for (const [name, place] of Object.entries(wanted)) {
    const [, at, pattern] = place.match(/^([^/]*)(?:\/(.+)\/)?$/);
    const [source, ...path] = at.split(".");
    let value = source === "body" ? body : headers[path.join(".").toLowerCase()];
    if (source === "json") value = path.reduce((inner, step) => inner?.[step], parsed(body));
    if (pattern) {
      const found = String(value ?? "").match(new RegExp(pattern));
      value = found?.[1] ?? found?.[0];
    }
    captured[name] = value === undefined || value === null ? "nothing" : String(value);
    if (captured[name] === "nothing") missing.push(name);
  }
  return missing;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of a body; one that does not end, such as a stream of events, is cancelled when it says nothing more. */
async function read(body) {
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const until = Date.now() + LONGEST_STREAM_MS + slow_ms;
  for (let text = ""; ; ) {
    const part = await Promise.race([reader.read(), scheduler.wait(STREAM_MS + slow_ms)]);
    if (part?.value) text += decoder.decode(part.value, { stream: true });
    if (part?.done) return text + decoder.decode();
    if (!part || Date.now() > until) {
      await reader.cancel();
      return text;
    }
  }
}

/** Sends each message and waits a while for one answer to each, or sends one every so many ms; then closes and waits for
 * the other side to do so. */
async function converse(socket, messages, everyMs, evict, control) {
  const answers = [];
  let wake = () => {};
  let closed = false;
  const heard = (data) => answers.push(typeof data === "string" ? data : { binary: new Uint8Array(data).toBase64() });
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => wake(heard(data)));
  socket.addEventListener("close", () => wake((closed = true)));
  socket.accept();
  const say = async (words) => {
    const heard = new Promise((resolve) => (wake = resolve));
    words();
    await Promise.race([heard, scheduler.wait(ANSWER_MS + slow_ms)]);
  };
  for (const message of messages) {
    await evict();
    const content = message.binary === undefined ? message : Uint8Array.fromBase64(message.binary);
    if (closed) break;
    if (!everyMs) await say(() => socket.send(content));
    else {
      socket.send(content);
      await scheduler.wait(everyMs);
    }
  }
  if (everyMs && slow_ms) await scheduler.wait(ANSWER_MS + slow_ms);
  // what comes unasked may have been taken for an answer
  for (const until = Date.now() + ANSWER_MS + slow_ms; messages.length > 0 && !closed && Date.now() < until; ) {
    await scheduler.wait(2);
    if (!(await control.hears())) break;
  }
  if (!closed) await say(() => socket.close(1000, "done"));
  else socket.close(); // the Worker's own end waits for it
  return { answers, closed };
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

/** The method and URL of a request, null of what is none. */
function askedFor({ method, url, scheduled, queue, rpc }) {
  return scheduled || queue || rpc ? null : `${method} ${new URL(url).href}`;
}

/** A function that notes of an answer whether the Worker was asked, or its assets had answered; it takes one of those
 * that `arrived` for each. */
function reached(arrived) {
  const left = [...arrived];
  return ({ asked, ...response }) => {
    const index = left.indexOf(asked);
    if (index >= 0) left.splice(index, 1);
    return { ...response, arrived: !asked || index >= 0 };
  };
}

async function take({ requests, concurrency, faults, alarms_within_ms, limit_ms }, env) {
  for (const each of requests) if (!each.rpc && !each.queue) prepared(each); // what cannot be sent is told at once
  const captured = new Map(); // session -> what its answers gave
  const uncaptured = [];
  const exchange = async (index) => {
    const known = captured.get(requests[index].session) ?? {};
    captured.set(requests[index].session, known);
    const request = filled(requests[index], known);
    const answer = await send(env, request, evict);
    uncaptured.push(...capture(requests[index], answer, known).map((name) => [index, name]));
    return { status: answer.status, body: answer.body, asked: askedFor(request) };
  };
  await env.CONTROL.begin(faults);
  slow_ms = faults.storage_slow_ms;
  items = [];
  spans = [];
  const begun = Date.now();
  const responses = [];
  const inTurn = inSessions();
  const evict = evictions(faults.evicting, faults.later_ms, env.CONTROL);
  let next = 0;
  const caller = async () => {
    while (next < requests.length) {
      const index = next++;
      responses[index] = await inTurn(requests[index], () => exchange(index));
    }
  };
  const answers = () => Object.keys(responses).length; // those to come are holes
  const all = Promise.all(Array.from({ length: concurrency }, caller));
  const hung = await Promise.race([all.then(() => null), stalled(env.CONTROL, answers, limit_ms)]);
  if (hung) return { ...hung, unanswered: [...Array(next).keys()].filter((index) => !(index in responses)) };
  const { started, called, ...state } = await settled(env, alarms_within_ms);
  const objects = new Set(called);
  // others: retries of alarms of earlier takes, and what these have left open, also of objects that this one calls again
  const mine = ({ durableObjectId: id, started_ms, eventTimestamp }) =>
    (!id || objects.has(id)) && (started_ms ?? eventTimestamp) >= begun;
  const told = () => ({ items: items.filter(mine), spans: spans.filter(mine) });
  const ended = (some) => some.filter(({ ended_ms }) => ended_ms !== undefined).length;
  const open = (some) => some.length - ended(some);
  const parked = (some) => some.filter((span) => span.ended_ms === undefined && lasts(span)).length;
  const lasts = ({ upgraded, entrypoint }) => upgraded || state.workflows.includes(entrypoint);
  const complete = (since) => {
    const now = told();
    const waived = Date.now() - since > PARKED_MS ? parked(now.spans) : 0;
    return now.spans.length >= started && open(now.spans) <= waived && now.items.length >= ended(now.spans);
  };
  for (let last = Date.now(), seen = ""; !complete(last) && Date.now() - last < GIVE_UP_MS; ) {
    const now = `${items.length} ${spans.length} ${open(spans)}`;
    if (now !== seen) [last, seen] = [Date.now(), now];
    if (Date.now() - last > UNREAD_MS) await env.CONTROL.letGo();
    await scheduler.wait(1);
  }
  const times = { started_ms: begun, ended_ms: Date.now() };
  const recorded = told();
  const begunHere = Math.max(started, recorded.spans.length);
  const { arrived, ...seen } = await env.CONTROL.seen();
  const outside = await env.OUTBOUND.told();
  if (Object.keys(outside).length) state.reached = { ...state.reached, outside };
  return { responses: responses.map(reached(arrived)), uncaptured, invocations: begunHere, ...recorded, ...seen, ...state, ...times };
}

/** Waits until nothing runs and every message of the Worker's queues is delivered; returns the Worker's state then. */
async function settled(env, alarmsWithinMs) {
  const queues = Object.keys(env).filter((name) => name.startsWith(QUEUE));
  for (let empty = queues.length === 0, until = Date.now() + QUEUES_MS; ; ) {
    const state = await env.CONTROL.quiet(alarmsWithinMs, empty);
    const waiting = await Promise.all(queues.map(async (name) => (await env[name].metrics()).backlogCount));
    const emptied = waiting.every((count) => count === 0);
    if ((empty && emptied) || Date.now() > until) return state;
    empty = emptied;
    await scheduler.wait(5);
  }
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

const named = (key, value) => (key === "entrypoint" && value === EVENTS ? undefined : value);

export default {
  tail(arrived) {
    for (const item of arrived) if (item.entrypoint !== CONTROL) items.push(JSON.parse(JSON.stringify(item, named)));
  },

  tailStream({ event, timestamp }) {
    if (event.entrypoint === CONTROL) return undefined;
    const span = { entrypoint: named("entrypoint", event.entrypoint), durableObjectId: event.durableObjectId, kind: event.info?.type };
    span.started_ms = timestamp.getTime();
    span.returned = false;
    spans.push(span);
    return {
      return({ event }) {
        span.returned = true;
        span.upgraded = span.kind === "fetch" && event.info?.statusCode === undefined; // to a WebSocket
      },
      outcome(outcome) {
        span.ended_ms = outcome.timestamp.getTime();
      },
    };
  },

  async fetch(request, env, ctx) {
    if (request.method === "GET") {
      const others = Object.keys(env).filter((name) => name.startsWith(BESIDE));
      await Promise.all(others.map((name) => env[name].exports()));
      return Response.json(await env.CONTROL.exports());
    }
    const { readable, writable } = new TransformStream();
    ctx.waitUntil(answer(await request.json(), env, writable.getWriter()));
    return new Response(readable);
  },
};
