// What a take is about: the faults that are on, what it came to so far, and whether a fault strikes now.
//
// It lives in this module: workerd runs the default handler, the Durable Objects and `Control` in one isolate.
const FLOOD = "a line that is far too long. ".repeat(1000);
const MOST_THROWN = 100; // different ones that are kept: a message may have an id in it

export const take = {
  taking: false, // whether there are takes: a Worker that runs without them is never done
  number: 0, // of the takes so far
  ...fresh({}),
};

export const rejected = new Map(); // promises that nothing handles so far -> why they were rejected
export const alarms = new Map(); // Durable Object id -> when its alarm is due, ms since the epoch
export const prompt = new Set(); // ids of Durable Objects whose alarm the drill itself set, to come at once
export const again = new Map(); // Durable Object id -> how often its alarm was set again
export const retries = new Map(); // Durable Object id -> what its alarm is told at its next run, where that comes at once

/** What a take begins with; `faults` as take.py has them. */
export function fresh(faults) {
  return {
    faults,
    asked: {}, // fault -> how often it could have struck
    refusals: 0, // storage calls that failed since a fault made them
    due: [], // methods, with their classes, of which the next call throws
    started: 0, // invocations begun: each ends in one trace item
    open: 0, // of these, not yet returned, and calls of objects by workflows
    over: false, // whether nothing that begins is part of it any more
    running: new Set(), // the same as objects: { what }
    thrown: new Map(), // what was thrown, as JSON -> how often
    called: new Set(), // ids of the Durable Objects that were called
    answers: [], // functions that let go of answers of objects
    reached: {}, // what it came to: kind (see reach) -> name -> how often
  };
}

/** Whether faults of objects are meant for a class: of all, where the take has chosen none. */
export function meant(className) {
  return !take.faults.classes?.length || take.faults.classes.includes(className);
}

/** Whether the fault strikes now; a fraction of a counter instead of chance, so that every take is the same.
 * A fault of objects does not strike `className` when the take has chosen others. Each of `kind` is counted by itself. */
export function strikes(fault, className, kind = "") {
  if (className && !meant(className)) return false;
  const count = (take.asked[fault + kind] = (take.asked[fault + kind] ?? 0) + 1);
  const struck = Math.floor((count - 1) * take.faults[fault]);
  return Math.floor(count * take.faults[fault]) > struck && struck < (take.faults.limit ?? Infinity);
}

/** Logs more than the 16,384 characters that a record holds, so that no line of the Worker's own is left in it. */
export function flood(className) {
  if (strikes("flooding", className, className)) console.log(FLOOD);
}

/** Notes what traffic came to: a "class", its "storage", a call of it by a "handler" of the Worker ("direct") or by
 * another object ("peer"), a "handler", a "binding". */
export function reach(kind, name) {
  const found = (take.reached[kind] ??= {});
  found[name] = (found[name] ?? 0) + 1;
}

/** Leave work behind that fails after the answer; once the Worker's own code runs, as its own would be left. */
export function failInBackground(ctx, className) {
  // Counted together, handlers and objects that take turns would be struck or spared as a kind.
  if (strikes("background_failing", className, className)) ctx.waitUntil(Promise.reject(new Error(take.faults.background_message)));
}

/** Notes what the Worker threw, for the drill's report: the trace item of an RPC call says nothing of it. */
export function note(what, how, error) {
  if (!take.taking) return;
  let text;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : `Error: ${error}`; // as a trace item has it
  } catch {
    text = "Error: an object that has no text";
  }
  const told = JSON.stringify({ what, how, text, stack: error instanceof Error ? `${error.stack}` : "" });
  if (take.thrown.has(told) || take.thrown.size < MOST_THROWN) take.thrown.set(told, (take.thrown.get(told) ?? 0) + 1);
}

addEventListener("unhandledrejection", ({ promise, reason }) => rejected.set(promise, reason));
addEventListener("rejectionhandled", ({ promise }) => rejected.delete(promise));

/** Counts a call of an object, by what goes on for longer than the take, until it is answered; returns what it returns. */
export function inFlight(result) {
  const mine = take.number;
  const done = () => {
    if (take.number === mine) take.open -= 1;
  };
  take.open += 1;
  Promise.resolve(result).then(done, done);
  return result;
}

/** An object's answer: where nobody reads it, nor the object the body of its request, workerd waits for good, and neither
 * of the two is told, unless the harness lets go of it. */
export function answered({ body }) {
  if (!body || !take.taking) return;
  const { promise, resolve } = Promise.withResolvers(); // only who has got the answer can let go of it
  promise.then(() => body.locked || body.cancel()).catch(() => {});
  take.answers.push(resolve);
}

/** Counts a run of `what`: a handler of the Worker, or a method with its class. */
export async function invocation(what, run) {
  const [mine, all] = [{ what }, take.running];
  take.started += 1;
  take.open += 1;
  all.add(mine);
  try {
    return await run();
  } catch (error) {
    note(what, "thrown", error);
    throw error;
  } finally {
    take.open -= 1;
    all.delete(mine);
  }
}
