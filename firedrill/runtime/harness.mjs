// Drives the wrapped Worker and collects what it emits: one POST is one take (see take.py for both shapes).
// It is the Worker's tail consumer as well as its caller, so a take needs no port and no process besides workerd.
const CONTROL = "FiredrillControl";
const GIVE_UP_MS = 1000; // without any new item, after everything has returned

let items = []; // classic trace items, as JSON
let spans = []; // what only the streaming tail knows: see join() in collector.py

function prepared({ method, url, headers, body, messages }) {
  const upgrade = messages ? { Upgrade: "websocket" } : {};
  try {
    return new Request(url, { method, headers: { ...headers, ...upgrade }, body: body ?? undefined, redirect: "manual" });
  } catch (error) {
    throw new Error(`the request ${method} ${url} cannot be sent: ${error.message}`);
  }
}

async function send(worker, request, messages) {
  try {
    const response = await worker.fetch(request);
    if (response.webSocket) return { status: response.status, body: await converse(response.webSocket, messages) };
    return { status: response.status, body: await response.text() };
  } catch (error) {
    return { status: 500, body: `${error.name}: ${error.message}` }; // what the platform answers for an exception
  }
}

/** Sends each message and waits for one answer to each, or for the close. */
async function converse(socket, messages) {
  const answers = [];
  let wake = () => {};
  let closed = false;
  socket.addEventListener("message", ({ data }) => wake(answers.push(data)));
  socket.addEventListener("close", () => wake((closed = true)));
  socket.accept();
  for (const message of messages) {
    if (closed) break;
    const answered = new Promise((resolve) => (wake = resolve));
    socket.send(message);
    await answered;
  }
  if (!closed) socket.close(1000, "done");
  return JSON.stringify(answers);
}

async function take({ requests, concurrency, faults, alarms_within_ms }, env) {
  const ready = requests.map(prepared);
  await env.CONTROL.begin(faults);
  items = [];
  spans = [];
  const begun = Date.now();
  const responses = [];
  const sessions = new Map(); // session -> its latest request
  let next = 0;
  const caller = async () => {
    while (next < requests.length) {
      const index = next++;
      const { session, messages } = requests[index];
      const previous = session && sessions.get(session);
      const answered = Promise.resolve(previous).then(() => send(env.WORKER, ready[index], messages));
      sessions.set(session, answered);
      responses[index] = await answered;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const { started, called } = await env.CONTROL.quiet(alarms_within_ms);
  const objects = new Set(called);
  const mine = () => items.filter(({ durableObjectId: id }) => !id || objects.has(id)); // others: retries of earlier takes
  const complete = () => mine().length >= started && spans.length >= items.length;
  for (let last = Date.now(), seen = 0; !complete() && Date.now() - last < GIVE_UP_MS; ) {
    if (items.length > seen) [last, seen] = [Date.now(), items.length];
    await scheduler.wait(1);
  }
  return { responses, invocations: started, items: mine(), spans, started_ms: begun, ended_ms: Date.now() };
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

  async fetch(request, env) {
    if (request.method === "GET") return Response.json(await env.CONTROL.exports());
    try {
      return Response.json(await take(await request.json(), env));
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};
