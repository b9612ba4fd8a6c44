// Runs the Worker's pure parts on cases from the test, many per request.
import { line } from "../../../firedrill/worker/line.mjs";
import { failure } from "../../../firedrill/worker/errors.mjs";
import { withRetries } from "../../../firedrill/worker/retry.mjs";

// What JSON cannot say, by name.
const STRANGE = {
  NaN, Infinity, undefined, bigint: 10n, symbol: Symbol("s"), function: () => 1, date: new Date(0), nothing: null,
};

function revived(key, value) {
  return value !== null && typeof value === "object" && "strange" in value ? STRANGE[value.strange] : value;
}

function raised({ message = "x", ...properties }) {
  return Object.assign(new Error(message), properties);
}

async function retry({ attempts, baseMs, random, errors }) {
  const waits = [];
  const call = async () => {
    if (errors.length > 0) throw raised(errors.shift());
    return "done";
  };
  const wait = async (ms) => waits.push(ms);
  const policy = { attempts, baseMs, random: () => random, wait };
  const ended = await withRetries(call, policy).catch(({ name, outcome, cause }) => ({ name, outcome, ...cause, message: cause.message }));
  return { ended, waits };
}

function classify({ called, rejects, thrown, ...error }) {
  return failure(thrown === undefined ? raised(error) : thrown, called, rejects);
}

const RUNS = { "/line": line, "/retry": retry, "/failure": classify };

export default {
  async fetch(request) {
    const cases = JSON.parse(await request.text(), revived);
    const run = RUNS[new URL(request.url).pathname];
    return Response.json(await Promise.all(cases.map(run)));
  },
};
