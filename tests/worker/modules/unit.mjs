// Runs the Worker's pure parts on cases from the test, many per request.
import { line } from "../../../worker/src/telemetry.mjs";
import { withRetries } from "../../../worker/src/retry.mjs";

// What JSON cannot say, by name.
const STRANGE = {
  NaN, Infinity, undefined, bigint: 10n, symbol: Symbol("s"), function: () => 1, date: new Date(0), nothing: null,
};

function revived(key, value) {
  return value !== null && typeof value === "object" && "strange" in value ? STRANGE[value.strange] : value;
}

async function retry({ attempts, baseMs, random, errors }) {
  const waits = [];
  const call = async () => {
    if (errors.length > 0) throw Object.assign(new Error("x"), errors.shift());
    return "done";
  };
  const wait = async (ms) => waits.push(ms);
  const { error, ...result } = await withRetries(call, { attempts, baseMs, random: () => random, wait });
  return { ...result, waits };
}

export default {
  async fetch(request) {
    const cases = JSON.parse(await request.text(), revived);
    const run = new URL(request.url).pathname === "/line" ? line : retry;
    return Response.json(await Promise.all(cases.map(run)));
  },
};
