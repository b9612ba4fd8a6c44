/**
 * What can be raised, and what it means: the decision table of firedrill/components/error_categories.py, applied.
 * Bindings: none.
 */
import { CATEGORIES, REJECTED, RULES } from "./contract.mjs";

/** The caller's mistake. Its message is shown to the caller; `status` and `headers` are for HTTP answers. */
export class InputError extends Error {
  /**
   * @param {string} message
   * @param {{ status?: number, headers?: Record<string, string> }} [answer]
   */
  constructor(message, { status = 400, headers = {} } = {}) {
    super(message);
    this.name = "InputError";
    this.status = status;
    this.headers = headers;
  }
}

/** A call of the object that failed after all attempts, for the gateway: `cause` is what the last attempt raised. */
export class CallError extends Error {
  /** @param {unknown} cause
   * @param {boolean} retried */
  constructor(cause, retried) {
    super("The call of the object failed.", { cause });
    this.name = "CallError";
    this.outcome = retried ? "exhausted" : "not_retried";
  }
}

/** @typedef {{ result: "miss" | "rejected" | "error", error: string, name: string }} Failure telemetry fields */

/** Names of errors that are the caller's mistake. */
export const REJECTS = [REJECTED];

/**
 * The telemetry fields of a failure.
 * @param {any} raised anything that was thrown
 * @param {boolean} [called] by a call of an object, not by the code around it
 * @param {string[]} [rejects] names of errors that are the caller's mistake
 * @returns {Failure}
 */
export function failure(raised, called = false, rejects = REJECTS) {
  const { name, message, error } = described(raised);
  const way = called && error.remote !== true;
  const rule = RULES.find(
    (rule) =>
      (rule.property === undefined || error[rule.property] === true) &&
      (rule.name === undefined || rule.name === name) &&
      (rule.message === undefined || rule.message.test(message)) &&
      (rule.way === undefined || way),
  );
  const category = rejects.includes(name) ? "validation" : (rule?.category ?? "code");
  return { result: CATEGORIES[category].result, error: category, name };
}

/** What an HTTP status says of the request.
 * @param {number} [status]
 * @returns {"ok" | "miss" | "rejected" | "error"} */
export function statusResult(status = 200) {
  if (status >= 500) return "error";
  if (status === 404) return "miss";
  return status >= 400 ? "rejected" : "ok";
}

/** Whether to repeat an idempotent call that failed: the platform and the category say so.
 * @param {any} raised
 * @returns {boolean} */
export function isRetryable(raised) {
  return raised?.retryable === true && CATEGORIES[failure(raised, true).error].retryable;
}

/** @param {any} raised */
function described(raised) {
  if (!(raised instanceof Error)) return { name: typeof raised, message: "", error: /** @type {any} */ ({}) };
  const message = String(raised.message);
  // With a compatibility date before 2026-04-21, the name of an error of the object arrives in its message.
  const tunnelled = raised.name === "Error" ? /^(\w+Error): /.exec(message) : null;
  return { name: String(tunnelled?.[1] ?? raised.name), message, error: /** @type {any} */ (raised) };
}
