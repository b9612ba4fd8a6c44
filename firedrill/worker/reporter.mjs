/**
 * Reporters: where a Worker's finished events go besides its console line, after the response is on its way.
 *
 * Bindings, each optional; without its own, a reporter reports nothing and the line is written at once:
 *   DD_API_KEY               secret: Datadog's API key; turns datadogReporter on
 *   DD_SITE                  text: Datadog's site; default datadoghq.com
 *   FIREDRILL_METRIC_PREFIX  text: what metric names start with, the final dot included; default none
 *   FIREDRILL_ANALYTICS      Analytics Engine dataset; turns analyticsReporter on
 */

/**
 * What became of an event: `sent` when every configured destination has taken it. After `failed` it may have arrived
 * at one of them, or its answer was lost; the console line, which is written in any case, is what counts.
 * @typedef {"sent" | "failed"} Fate
 *
 * @typedef {Record<string, unknown>} Event by wire name, its values unchecked; only those named below are reported
 *
 * Call `report` when the event is complete, once, in the invocation that it is about, and hand the promise to that
 * invocation's `ctx.waitUntil`: it settles seconds later and never rejects. Undefined: nothing is configured.
 * @typedef {{ report(event: Event, env: any): Promise<Fate> | undefined }} Reporter
 *
 * @typedef {{ event: Event, fate?: Fate, told?: () => void }} Entry `told` when its fate is known
 */

/** Whether one invocation may settle a promise of another, which then goes on in its own: by default since 2024-10-14.
 * Source: developers.cloudflare.com/workers/configuration/compatibility-flags (cross-request promise resolution) */
const TELLS = /** @type {any} */ (globalThis).Cloudflare?.compatibilityFlags?.handle_cross_request_promise_resolution === true;

const LIMITS = {
  /** Time in which events gather for one POST; milliseconds, as are all times here. */
  batchMs: 500,
  /** Time between two looks at what became of an event that another invocation sends. */
  pollMs: 200,
  /** Time that Datadog has for an answer. */
  timeoutMs: 2_000,
  /** Longest wait before the one retry; a Retry-After beyond it means no retry. */
  maxRetryMs: 1_000,
  /** Time after a failure in which nothing is tried. */
  pauseMs: 10_000,
  /** Longest such time, when Retry-After asks for more. */
  maxPauseMs: 60_000,
  /** Events that wait at most; what comes on top fails at once. */
  maxPending: 1_000,
};

/**
 * Sends events to Datadog as distributions, `<prefix>reported.operations` (its sum is the number of events) and
 * `<prefix>reported.latency` (ms, events with `ms` only). Not as counts: of two count points with the same second and
 * tags only the later one counts, and a Worker runs in many isolates.
 *
 * One of the invocations that wait sends for all of them, and tells them what came of it. Each has a timer nevertheless: the
 * runtime takes an invocation that waits for another only as hung, and should the sender vanish, the next one to look takes over.
 * Each batch is POSTed at most twice, the second time after a 429, a 5xx or a network error; no answer in time is not
 * tried again. So an event is counted twice at most, if its first POST was taken and the answer to it was lost.
 * Source: docs.datadoghq.com/api/latest/metrics (submit distribution points),
 * docs.datadoghq.com/serverless/aws_lambda/metrics (understanding distribution metrics)
 * @param {Partial<typeof LIMITS>} [limits]
 * @returns {Reporter}
 */
export function datadogReporter(limits = {}) {
  const { batchMs, pollMs, timeoutMs, maxRetryMs, pauseMs, maxPauseMs, maxPending } = { ...LIMITS, ...limits };
  const turnMs = 2 * timeoutMs + maxRetryMs + pollMs;
  /** @type {Entry[]} */
  let pending = [];
  /** How many of them, the first ones, are being sent. */
  let sending = 0;
  let turnEnds = 0;
  let pausedUntil = 0;

  /** @param {Event} event
   * @param {any} env
   * @returns {Promise<Fate>} */
  async function report(event, env) {
    if (pending.length >= maxPending || Date.now() < pausedUntil) return "failed";
    /** @type {Entry} */
    const entry = { event };
    const first = pending.length === sending;
    pending.push(entry);
    // The first one sends. The others are told, since that a timer fires takes longer than to set it; or they look when it has
    // most likely been answered.
    if (first) await scheduler.wait(batchMs);
    else if (TELLS) await told(entry, batchMs + turnMs);
    else await scheduler.wait(batchMs + pollMs);
    while (entry.fate === undefined) {
      if (Date.now() < turnEnds) await scheduler.wait(pollMs);
      else await flush(env);
    }
    return entry.fate;
  }

  /** Send all that is pending. It stays pending until its fate is known, so that another can take over.
   * @param {any} env */
  async function flush(env) {
    const turn = Date.now() + turnMs;
    turnEnds = turn;
    const batch = [...pending];
    sending = batch.length;
    const request = distributions(batch.map((entry) => entry.event), env);
    let answer = await post(request, timeoutMs);
    if (answer.retryMs <= maxRetryMs) {
      await scheduler.wait(answer.retryMs);
      answer = await post(request, timeoutMs);
    }
    if (turnEnds !== turn) return; // another took over
    turnEnds = sending = 0;
    if (!answer.taken) pausedUntil = Date.now() + Math.min(maxPauseMs, Math.max(pauseMs, answer.retryAfterMs));
    for (const entry of answer.taken ? batch : pending) {
      entry.fate = answer.taken ? "sent" : "failed";
      entry.told?.();
    }
    pending = pending.filter((entry) => entry.fate === undefined);
  }

  return { report: (event, env) => (env.DD_API_KEY ? report(event, env) : undefined) };
}

/**
 * Writes each event as one data point to Analytics Engine, which neither blocks nor answers: well below the 25 points
 * that one invocation may write. Index: `<class>.<op>`. Blobs: class, op, result, error, outcome, reason. Doubles: 1,
 * ms, attempts, status. What an event lacks is "" or 0.
 * Source: developers.cloudflare.com/analytics/analytics-engine/limits
 * @returns {Reporter}
 */
export function analyticsReporter() {
  return {
    report(event, env) {
      if (!env.FIREDRILL_ANALYTICS) return undefined;
      const blobs = [event.class, event.op, event.result, event.error, event.outcome, event.reason].map(word);
      const doubles = [1, ...[event.ms, event.attempts, event.status].map(number)];
      try {
        env.FIREDRILL_ANALYTICS.writeDataPoint({ indexes: [`${blobs[0]}.${blobs[1]}`], blobs, doubles });
        return Promise.resolve("sent");
      } catch {
        return Promise.resolve("failed");
      }
    },
  };
}

/** Reports to all of them that are configured.
 * @param {...Reporter} all
 * @returns {Reporter} */
export function reporters(...all) {
  return {
    report(event, env) {
      const fates = all.map((reporter) => reporter.report(event, env)).filter((fate) => fate !== undefined);
      if (fates.length === 0) return undefined;
      return Promise.all(fates).then((settled) => (settled.includes("failed") ? "failed" : "sent"));
    },
  };
}

/** Wait until its fate is told, at most so long.
 * @param {Entry} entry
 * @param {number} ms */
async function told(entry, ms) {
  /** @type {any} */
  let timer;
  await new Promise((/** @type {(_: void) => void} */ resolve) => {
    entry.told = resolve;
    timer = setTimeout(resolve, ms);
  });
  clearTimeout(timer);
}

/** The POST that reports the events: one series for each metric and set of tags, its time the one of sending.
 * @param {Event[]} events
 * @param {any} env
 * @returns {{ url: string, init: RequestInit }} */
function distributions(events, env) {
  const prefix = `${env.FIREDRILL_METRIC_PREFIX ?? ""}reported.`;
  /** @type {Map<string, { metric: string, tags: string[], values: number[] }>} */
  const series = new Map();
  /** @param {string} name
   * @param {string[]} tags */
  const valuesOf = (name, tags) => {
    const key = `${name} ${tags}`;
    const found = series.get(key) ?? { metric: prefix + name, tags, values: [] };
    series.set(key, found);
    return found.values;
  };
  for (const event of events) {
    const tags = [`class:${word(event.class) || "none"}`, `operation:${word(event.op) || "unknown"}`];
    const result = [`result:${word(event.result) || "ok"}`, `error_category:${word(event.error) || "none"}`];
    const count = valuesOf("operations", [...tags, ...result]);
    count[0] = (count[0] ?? 0) + 1;
    if (typeof event.ms === "number") valuesOf("latency", tags).push(number(event.ms));
  }
  const now = Math.floor(Date.now() / 1000);
  const body = [...series.values()].map(({ metric, tags, values }) => {
    return { metric, type: "distribution", tags, points: [[now, values]] };
  });
  return {
    url: `https://api.${env.DD_SITE ?? "datadoghq.com"}/api/v1/distribution_points`,
    init: {
      method: "POST",
      headers: { "content-type": "application/json", "dd-api-key": env.DD_API_KEY },
      body: JSON.stringify({ series: body }),
    },
  };
}

/** @param {unknown} value of an event, as its code set it
 * @returns {string} "" for none */
function word(value) {
  return typeof value === "string" ? value.replace(/[^\w.]/g, "").slice(0, 40) : "";
}

/** @param {unknown} value
 * @returns {number} 0 for none */
function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** POST once; never throws.
 * @param {{ url: string, init: RequestInit }} request
 * @param {number} timeoutMs
 * @returns {Promise<{ taken: boolean, retryMs: number, retryAfterMs: number }>} `retryMs`: the wait before a retry,
 *   Infinity for none; `retryAfterMs`: what the answer asks for, 0 if nothing */
async function post({ url, init }, timeoutMs) {
  const backoffMs = 100 + 200 * Math.random();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    const retryAfterMs = Number(response.headers.get("retry-after")) * 1000 || 0;
    const again = response.status === 429 || response.status >= 500;
    return { taken: response.ok, retryMs: again ? retryAfterMs || backoffMs : Infinity, retryAfterMs };
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    return { taken: false, retryMs: late ? Infinity : backoffMs, retryAfterMs: 0 };
  }
}
