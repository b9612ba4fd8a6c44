/**
 * The collector: a scheduled Worker that takes what Cloudflare measures of the stack's Durable Objects to Datadog.
 *
 * Every run asks for the same minutes as the four runs before it, so that late data and failed runs are made good: of
 * several points of one series and time, Datadog keeps the last. Nothing is retried within a run. Each metric is named
 * `<prefix>platform.*` with the prefix of its Worker; see docs/platform-metrics.md for metrics and sources. Each run
 * counts itself too, with whether all went well, so that a monitor sees when runs stay away or fail.
 *
 * Bindings:
 *   ACCOUNT_ID        text: the Cloudflare account
 *   CLOUDFLARE_TOKEN  secret: API token with Account Analytics: Read and Workers Scripts: Read
 *   DD_API_KEY        secret: Datadog's API key
 *   DD_SITE           text: Datadog's site
 *   WORKERS           JSON: script name -> { prefix, tags } of its metrics
 */

const CLOUDFLARE = "https://api.cloudflare.com/client/v4";
const MINUTE_MS = 60_000;
/** Minutes that are left to Cloudflare to complete its data, and that a run asks for. */
const LAG = 5;
const SPAN = 25;
/** Minutes in which the newest record of a stored size is looked for. */
const STORAGE_SPAN = 24 * 60;
const TIMEOUT_MS = 10_000;
const MAX_ROWS = 10_000;
/** At about 1 kB each, well below the 500 kB that a request to Datadog may have. */
const SERIES_PER_POST = 200;

// Source: docs.datadoghq.com/api/latest/metrics (submit metrics, v2)
const COUNT = 1;
const GAUGE = 3;

/**
 * What is asked for. `fields`: name at Cloudflare -> name of the metric, what a value is multiplied by, unit.
 * `newest`: instead of a point for each row, one for the newest row of each class, at the end of the run's minutes.
 * @typedef {{ name: string, type: number, time: string, span: number, newest?: boolean, dimensions: string[],
 *   aggregate: "sum" | "max", fields: Record<string, [string, number, string]> }} Dataset
 */

/** @type {Dataset[]} */
const DATASETS = [
  {
    name: "durableObjectsInvocationsAdaptiveGroups",
    type: COUNT,
    time: "datetimeMinute",
    span: SPAN,
    dimensions: ["status"],
    aggregate: "sum",
    fields: {
      requests: ["requests", 1, "request"],
      errors: ["errors", 1, "error"],
      wallTime: ["wall_time", 1e-3, "millisecond"],
    },
  },
  {
    name: "durableObjectsPeriodicGroups",
    type: COUNT,
    time: "datetimeMinute",
    span: SPAN,
    dimensions: [],
    aggregate: "sum",
    fields: {
      activeTime: ["active_time", 1e-3, "millisecond"],
      cpuTime: ["cpu_time", 1e-3, "millisecond"],
      duration: ["duration", 1, "gigabyte second"],
      rowsRead: ["rows_read", 1, "row"],
      rowsWritten: ["rows_written", 1, "row"],
      exceededCpuErrors: ["exceeded_cpu", 1, "error"],
      exceededMemoryErrors: ["exceeded_memory", 1, "error"],
      fatalInternalErrors: ["internal_errors", 1, "error"],
      inboundWebsocketMsgCount: ["messages_received", 1, "message"],
      outboundWebsocketMsgCount: ["messages_sent", 1, "message"],
    },
  },
  {
    name: "durableObjectsSqlStorageGroups",
    type: GAUGE,
    time: "datetimeHour",
    span: STORAGE_SPAN,
    newest: true,
    dimensions: [],
    aggregate: "max",
    fields: { storedBytes: ["stored_bytes", 1, "byte"] },
  },
];

/**
 * @typedef {{ ACCOUNT_ID: string, CLOUDFLARE_TOKEN: string, DD_API_KEY: string, DD_SITE: string,
 *   WORKERS: Record<string, { prefix: string, tags: string[] }> }} Env
 * @typedef {{ prefix: string, tags: string[] }} Target of a namespace's metrics
 * @typedef {{ metric: string, type: number, unit: string, interval?: number, tags: string[],
 *   points: { timestamp: number, value: number }[] }} Series
 */

export default {
  /** Never throws: what goes wrong is one line of JSON.
   * @param {{ scheduledTime: number }} controller
   * @param {Env} env */
  async scheduled({ scheduledTime }, env) {
    const until = Math.floor(scheduledTime / MINUTE_MS - LAG) * MINUTE_MS;
    /** @type {string[]} */
    const problems = [];
    /** @template T
     * @param {string} what
     * @param {() => Promise<T>} act
     * @returns {Promise<T | undefined>} */
    const attempt = async (what, act) => {
      try {
        return await act();
      } catch (error) {
        problems.push(`${what}: ${reason(error)}`);
      }
    };
    const targets = (await attempt("namespaces", () => namespaces(env))) ?? new Map();
    const collected = targets.size === 0 ? [] : DATASETS.map((dataset) =>
      attempt(dataset.name, async () => {
        const { rows, errors } = await query(dataset, [...targets.keys()], until, env);
        problems.push(...errors.map((error) => `${dataset.name}: ${error}`));
        return series(dataset, rows, targets, until);
      }),
    );
    const all = (await Promise.all(collected)).flatMap((found) => found ?? []);
    do {
      const part = all.splice(0, SERIES_PER_POST);
      if (all.length === 0) part.push(...itself(scheduledTime, problems.length === 0, env));
      await attempt("intake", () => post(part, env));
    } while (all.length > 0);
    if (problems.length > 0) {
      console.error(JSON.stringify({ collector: "failed", until: new Date(until).toISOString(), problems }));
    }
  },
};

/** Where the metrics of each Durable Object namespace of the stack's Workers go, by its id, which goes nowhere.
 * @param {Env} env
 * @returns {Promise<Map<string, Target>>} */
async function namespaces(env) {
  const url = `${CLOUDFLARE}/accounts/${env.ACCOUNT_ID}/workers/durable_objects/namespaces?per_page=1000`;
  const response = await accepted(url, { headers: { authorization: `Bearer ${env.CLOUDFLARE_TOKEN}` } });
  /** @type {any} */
  const { result } = await response.json();
  const targets = new Map();
  for (const namespace of result ?? []) {
    const worker = env.WORKERS[namespace.script];
    if (worker === undefined) continue;
    const tags = [...worker.tags, `script:${namespace.script}`, `class:${namespace.class}`];
    targets.set(namespace.id, { prefix: worker.prefix, tags });
  }
  return targets;
}

/** The rows of a dataset, newest first, and what its answer says is wrong with it; a part may be missing.
 * @param {Dataset} dataset
 * @param {string[]} ids of namespaces
 * @param {number} until
 * @param {Env} env
 * @returns {Promise<{ rows: any[], errors: string[] }>} */
async function query({ name, time, span, dimensions, aggregate, fields }, ids, until, env) {
  const text = `query ($account: string!, $namespaces: [string!], $since: Time!, $until: Time!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
      rows: ${name}(
        limit: ${MAX_ROWS}
        orderBy: [${time}_DESC]
        filter: { namespaceId_in: $namespaces, ${time}_geq: $since, ${time}_lt: $until }
      ) {
        dimensions { ${["namespaceId", time, ...dimensions].join(" ")} }
        ${aggregate} { ${Object.keys(fields).join(" ")} }
      }
    }
  }
}`;
  const since = new Date(until - span * MINUTE_MS).toISOString();
  const variables = { account: env.ACCOUNT_ID, namespaces: ids, since, until: new Date(until).toISOString() };
  const response = await accepted(`${CLOUDFLARE}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.CLOUDFLARE_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  /** @type {any} */
  const { data, errors } = await response.json();
  const rows = data?.viewer?.accounts?.[0]?.rows ?? [];
  const told = (errors ?? []).map((/** @type {any} */ error) => withoutIds(String(error?.message ?? "no message")));
  if (rows.length === MAX_ROWS) told.push(`more than ${MAX_ROWS} rows, the oldest are missing`);
  return { rows, errors: told };
}

/** @param {Dataset} dataset
 * @param {any[]} rows newest first; values that are missing make no point
 * @param {Map<string, Target>} targets
 * @param {number} until
 * @returns {Series[]} one for each metric and set of tags */
function series({ type, time, newest, dimensions, aggregate, fields }, rows, targets, until) {
  /** @type {Map<string, Series>} */
  const found = new Map();
  for (const row of rows) {
    const target = targets.get(row?.dimensions?.namespaceId);
    const timestamp = (newest ? until : Date.parse(row?.dimensions?.[time])) / 1000;
    if (target === undefined || Number.isNaN(timestamp)) continue;
    const tags = [...target.tags, ...dimensions.map((name) => `${name}:${row.dimensions[name] ?? "unknown"}`)];
    for (const [field, [name, factor, unit]] of Object.entries(fields)) {
      const value = row[aggregate]?.[field];
      if (typeof value !== "number") continue;
      const metric = `${target.prefix}platform.${name}`;
      const key = `${metric} ${tags}`;
      const point = { timestamp, value: value * factor };
      const same = found.get(key);
      if (same === undefined) {
        found.set(key, { metric, type, unit, ...(type === COUNT && { interval: 60 }), tags, points: [point] });
      } else if (!newest) {
        same.points.push(point);
      }
    }
  }
  return [...found.values()];
}

/** That it has run, once for each Worker.
 * @param {number} scheduledTime
 * @param {boolean} well
 * @param {Env} env
 * @returns {Series[]} */
function itself(scheduledTime, well, env) {
  const timestamp = Math.floor(scheduledTime / MINUTE_MS) * 60;
  return Object.entries(env.WORKERS).map(([script, { prefix, tags }]) => ({
    metric: `${prefix}platform.collections`,
    type: COUNT,
    unit: "execution",
    interval: 60,
    tags: [...tags, `script:${script}`, `result:${well ? "ok" : "failed"}`],
    points: [{ timestamp, value: 1 }],
  }));
}

/** @param {Series[]} part
 * @param {Env} env */
async function post(part, env) {
  const response = await accepted(`https://api.${env.DD_SITE}/api/v2/series`, {
    method: "POST",
    headers: { "dd-api-key": env.DD_API_KEY, "content-type": "application/json" },
    body: JSON.stringify({ series: part }),
  });
  await response.body?.cancel();
}

/** The answer to a request; throws for any status but success.
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<Response>} */
async function accepted(url, init) {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`HTTP ${response.status}`);
}

/** What to log of an error: our own say what it is; of others the name alone, since a message may quote an answer.
 * @param {unknown} error */
function reason(error) {
  if (!(error instanceof Error)) return "unknown";
  return error.name === "Error" ? withoutIds(error.message) : error.name;
}

/** @param {string} text */
function withoutIds(text) {
  return text.replace(/[0-9a-f]{12,}/gi, "(id)").slice(0, 200);
}
