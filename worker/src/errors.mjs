/**
 * What can be raised, and what it means: one decision table for the object and the gateway.
 * Bindings: none.
 */

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
  /** @param {unknown} cause */
  constructor(cause) {
    super("The call of the object failed.", { cause });
    this.name = "CallError";
  }
}

/**
 * @typedef {{ name: string, message: string, remote?: boolean, retryable?: boolean, overloaded?: boolean }} Raised
 * @typedef {{ category: string, when: (error: Raised) => boolean }} Decision
 */

/** Raised by code, here or (`remote`) in the object, which then has logged it itself. First match decides.
 * @type {Decision[]} */
const IN_CODE = [
  { category: "validation", when: ({ name }) => name === "InputError" },
  { category: "storage", when: ({ message }) => /SQLITE_|storage/i.test(message) },
  { category: "code", when: () => true },
];

/** Raised by the platform on the way to the object: the object knows nothing of it. First match decides.
 * Source: developers.cloudflare.com/durable-objects/best-practices/error-handling
 * @type {Decision[]} */
const ON_THE_WAY = [
  { category: "overloaded", when: ({ overloaded }) => overloaded === true },
  { category: "timeout", when: ({ name, message }) => name === "TimeoutError" || /time-?out|timed out/i.test(message) },
  { category: "unreachable", when: () => true },
];

/** Whether to try an idempotent call again: the platform says so, and the object does not drown.
 * @param {unknown} raised
 * @returns {boolean} */
export function isRetryable(raised) {
  const { retryable, overloaded } = described(raised);
  return retryable === true && overloaded !== true;
}

/**
 * The telemetry fields of a failure.
 * @param {unknown} raised anything that was thrown
 * @returns {{ result: "rejected" | "error", error: string, name: string }}
 */
export function failure(raised) {
  const called = raised instanceof CallError;
  const error = described(called ? raised.cause : raised);
  const table = called && error.remote !== true ? ON_THE_WAY : IN_CODE;
  const category = /** @type {Decision} */ (table.find(({ when }) => when(error))).category;
  return { result: category === "validation" ? "rejected" : "error", error: category, name: error.name };
}

/** @param {unknown} raised
 * @returns {Raised} */
function described(raised) {
  if (!(raised instanceof Error)) return { name: typeof raised, message: "" };
  const { remote, retryable, overloaded } = /** @type {Raised} */ (raised);
  const message = String(raised.message);
  // With a compatibility date before 2026-04-21, the name of an error of the object arrives in its message.
  const tunnelled = raised.name === "Error" ? /^(\w+Error): /.exec(message) : null;
  return { name: String(tunnelled?.[1] ?? raised.name), message, remote, retryable, overloaded };
}
