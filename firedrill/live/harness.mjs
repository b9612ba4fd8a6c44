// The tail consumer of a Worker that runs without takes (see worker.py). What it is told waits here until it is
// acknowledged, so that nothing is lost and nothing comes twice: an answer that did not arrive is asked for again.
const CONTROL = "FiredrillControl";
const WAIT_MS = 1000; // then an empty answer, and the next question
const LOOK_MS = 5;
const MOST = 1000; // entries in one answer

let acknowledged = 0; // number of the first entry that waits
let waiting = [];

async function next(after) {
  waiting.splice(0, after - acknowledged);
  acknowledged = after;
  for (const until = Date.now() + WAIT_MS; !waiting.length && Date.now() < until; ) await scheduler.wait(LOOK_MS);
  const entries = waiting.slice(0, MOST);
  return { next: after + entries.length, entries };
}

export default {
  tail(items) {
    for (const item of items) if (item.entrypoint !== CONTROL) waiting.push({ item: JSON.parse(JSON.stringify(item)) });
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
        waiting.push({ span });
      },
    };
  },

  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/faults") return Response.json((await env.CONTROL.set(await request.json())) ?? null);
    if (pathname === "/tail") return Response.json(await next(Number(searchParams.get("after"))));
    return Response.json(await env.CONTROL.exports());
  },
};
