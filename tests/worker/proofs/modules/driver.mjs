// Plays calls of the deployed Worker inside workerd, where that is fast, and collects what comes of them: a harness for
// firedrill.runtime. Calls follow one another, since those of one object that overlap share console lines. Only in tests.
import unsafe from "workerd:unsafe"; // workerd's own means of testing
import { line } from "../../../../firedrill/worker/line.mjs";
import { cases } from "./fuzz.mjs";

const CONTROL = "FiredrillControl";
const OBJECTS = "class ConversationStateDO";
const SHOWN = 300; // characters
const GIVE_UP_MS = 2_000; // without any new item

let items = [];

/** Waits for the items of so many calls, and of those that the gateway made in turn. */
async function complete(count) {
  const expected = () => count + items.filter(({ calls }) => calls).length;
  for (let last = Date.now(), seen = 0; items.length < expected() && Date.now() - last < GIVE_UP_MS; ) {
    if (items.length > seen) [last, seen] = [Date.now(), items.length];
    await scheduler.wait(1);
  }
}

/** Calls { object, method, args, evict }, each of which makes one item. */
async function steps(env, { calls }) {
  const answers = [];
  for (const { object, method, args, evict } of calls) {
    if (evict) await unsafe.evictAllDurableObjects();
    answers.push(await env[OBJECTS].getByName(object)[method](...args));
  }
  await complete(calls.length);
  return answers;
}

/** So many cases from a seed. An answer is { input, status, body, head }, { input, value } or { input, error }. */
async function fuzz(env, { seed, count }) {
  const next = cases(seed);
  const object = env[OBJECTS].getByName(`fuzz-${seed}`);
  const answers = [];
  while (answers.length < count) {
    const made = next();
    const answer = await ("operation" in made ? called(object, made) : requested(env.WORKER, made));
    if (answer) answers.push(answer);
  }
  await complete(answers.length);
  return answers;
}

/** Calls an object; undefined when the arguments cannot be sent, which the object never knows. */
async function called(object, { operation, args }) {
  const input = `${operation} ${shown(args)}`;
  try {
    return { input, value: await object[operation](...args) };
  } catch ({ name, message, remote }) {
    return remote ? { input, error: name === "Error" ? message : `${name}: ${message}` } : undefined;
  }
}

/** Asks the Worker; undefined when there is no such request. */
async function requested(worker, { method, path, headers, body, chunk }) {
  const input = `${method} ${path.slice(0, SHOWN)} ${shown(headers)} ${shown(body)}`;
  let request;
  try {
    request = new Request(`https://worker${path}`, { method, headers, body: chunk ? chunks(body, chunk) : body });
  } catch {
    return undefined;
  }
  const response = await worker.fetch(request);
  return { input, status: response.status, body: await response.text(), head: request.method === "HEAD" };
}

/** A body that arrives in pieces of so many bytes. */
function chunks(body, size) {
  if (body === undefined) return undefined;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(sent, (sent += size * Math.ceil(bytes.length / 5_000))));
    },
  });
}

/** The beginning of a value, for a person who looks for what went wrong. */
function shown(value) {
  if (value instanceof Uint8Array) return `${value.length} bytes: ${String.fromCharCode(...value.subarray(0, SHOWN))}`;
  try {
    return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part))?.slice(0, SHOWN);
  } catch {
    return Object.prototype.toString.call(value); // a circle
  }
}

/** The line of each combination of optional fields, [name, value] each; the last field changes first. */
function lines(_, { required, optional }) {
  const chosen = (number) => optional.filter((_, index) => (number >> (optional.length - 1 - index)) & 1);
  return Array.from({ length: 1 << optional.length }, (_, number) => line({ ...required, ...Object.fromEntries(chosen(number)) }));
}

const ORDERS = { steps, fuzz, lines };

export default {
  tail(arrived) {
    for (const { entrypoint, durableObjectId, event, outcome, exceptions, logs } of arrived) {
      // Nor a call that could not be sent, nor the alarm of an object that nobody called for five minutes.
      if (entrypoint === CONTROL || event?.rpcMethod === "" || event?.scheduledTime !== undefined) continue;
      const raised = exceptions.map(({ name, message }) => `${name}: ${message}`);
      const lines = logs.map(({ level, message }) => [level, ...message]);
      const calls = lines.some(([, line]) => String(line).includes('"attempts":'));
      items.push({ id: durableObjectId, outcome, exceptions: raised, lines, calls });
    }
  },

  async fetch(request, env) {
    if (request.method === "GET") return Response.json(await env.CONTROL.exports());
    const order = await request.json();
    items = [];
    const answers = await ORDERS[order.play](env, order);
    return Response.json({ answers, items });
  },
};
