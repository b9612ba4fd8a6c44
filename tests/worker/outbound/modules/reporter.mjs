// Reports events as a test orders and tells what became of them. Orders with one `name` share a reporter.
import { analyticsReporter, datadogReporter, reporters } from "../../../../firedrill/worker/reporter.mjs";

const KINDS = {
  datadog: (limits) => datadogReporter(limits),
  analytics: () => analyticsReporter(),
  both: (limits) => reporters(datadogReporter(limits), analyticsReporter()),
};
const named = new Map();

// What JSON cannot say, by name.
const STRANGE = { NaN, Infinity, bigint: 10n, symbol: Symbol("s"), function: () => 1, nothing: null, object: {} };

function revived(key, value) {
  return value !== null && typeof value === "object" && "strange" in value ? STRANGE[value.strange] : value;
}

export default {
  async fetch(request, env) {
    const { name, kind = "datadog", limits, rounds, waitMs = 0 } = JSON.parse(await request.text(), revived);
    if (!named.has(name)) named.set(name, KINDS[kind](limits));
    const answers = [];
    for (const events of rounds) {
      if (answers.length > 0) await scheduler.wait(waitMs);
      const fates = events.map((event) => named.get(name).report(event, env));
      let failedAtOnce = 0;
      for (const fate of fates) fate?.then((settled) => (failedAtOnce += settled === "failed" ? 1 : 0));
      for (let turn = 0; turn < 10; turn += 1) await null;
      const before = failedAtOnce;
      answers.push({ failedAtOnce: before, fates: await Promise.all(fates.map((fate) => fate ?? "none")) });
    }
    return Response.json({ rounds: answers, points: env.FIREDRILL_ANALYTICS?.written() ?? [] });
  },
};
