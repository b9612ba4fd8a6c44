/**
 * The heartbeat: a scheduled Worker that sends observed Workers their canary requests, by the public path as any caller.
 *
 * All requests of a session are sent in their order, even after one that fails: the last of them remove what the others
 * have stored. Their ids mark them for telemetry: see firedrill/canaries.py. What they leave in the logs of the observed
 * Worker is the signal; what goes wrong here is only one line of JSON.
 *
 * Bindings:
 *   CANARY     text: how the ids of canary requests begin
 *   TARGET_n   JSON: { address, session } of one Worker each
 */

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 10_000;

/**
 * @typedef {{ method: string, path: string, headers: Record<string, string>, body?: string }} Call
 * @typedef {{ address: string, session: Call[] }} Target
 */

export default {
  /** Never throws.
   * @param {{ scheduledTime: number }} controller
   * @param {Record<string, any>} env */
  async scheduled({ scheduledTime }, env) {
    const run = hex(Math.floor(scheduledTime / MINUTE_MS) % 0x10000, 4);
    const targets = Object.keys(env).filter((name) => name.startsWith("TARGET_"));
    const problems = await Promise.all(targets.map((name) => beat(env[name], `${env.CANARY}${run}f`)));
    const all = problems.flat();
    if (all.length > 0) console.error(JSON.stringify({ heartbeat: "failed", problems: all }));
  },
};

/** What went wrong with a Worker's session.
 * @param {Target} target
 * @param {string} prefix how the ids of its requests begin
 * @returns {Promise<string[]>} */
async function beat({ address, session }, prefix) {
  const problems = [];
  for (const [number, { method, path, headers, body }] of session.entries()) {
    try {
      const response = await fetch(`${address}${path}`, {
        method,
        headers: { "user-agent": "firedrill-heartbeat", ...headers, "x-request-id": `${prefix}${hex(number, 3)}` },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) problems.push(`${address}: ${method} request ${number} is answered with ${response.status}`);
    } catch (error) {
      problems.push(`${address}: ${method} request ${number} is not answered: ${/** @type {any} */ (error)?.name}`);
    }
  }
  return problems;
}

/** @param {number} value
 * @param {number} digits */
function hex(value, digits) {
  return value.toString(16).padStart(digits, "0");
}
