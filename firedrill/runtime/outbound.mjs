// What stands for all that is outside: it answers what the drill file names, the most specific first, and notes the rest.
import { WorkerEntrypoint } from "cloudflare:workers";
import { responseOf } from "./wrapper/answers.mjs";

const MOST_KEPT = 100; // different URLs: a path may have an id in it

let unanswered = {}; // method and URL without query, of what nothing answers -> how often it was asked for

const placeOf = (url) => {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
};

/** Whether an answer is for a request; a `*` at the end of its URL stands for anything. */
function isFor({ method, url }, asked, place) {
  if (method && method !== asked) return false;
  return url.endsWith("*") ? place.startsWith(placeOf(url.slice(0, -1))) : place === placeOf(url);
}

export default {
  async fetch(request, env) {
    const place = placeOf(request.url);
    const answer = env.ANSWERS.find((each) => isFor(each, request.method, place));
    if (answer) return responseOf(answer);
    const what = `${request.method} ${place}`;
    if (what in unanswered || Object.keys(unanswered).length < MOST_KEPT) unanswered[what] = (unanswered[what] ?? 0) + 1;
    if (env.NETWORK) return env.NETWORK.fetch(request); // closed: it fails as without this Worker
    throw new Error(`the drill has no network: ${place}`);
  },
};

/** Tells the harness what had no answer. */
export class FiredrillUnanswered extends WorkerEntrypoint {
  /** What had none since this was asked for the last time. */
  told() {
    const told = unanswered;
    unanswered = {};
    return told;
  }
}
