/**
 * Bounded retries with exponential backoff and full jitter.
 * Bindings: none.
 */
import { isRetryable } from "./errors.mjs";

const MAX_DELAY_MS = 2_000;

/**
 * @template T
 * @typedef {{ attempts: number } & (
 *   { ok: true, outcome: "first_try" | "recovered", value: T } |
 *   { ok: false, outcome: "exhausted" | "not_retried", error: unknown })} Attempted
 */

/**
 * Call until it succeeds, fails for good or `attempts` calls were made. Before retry n (from 1) it waits a random time
 * below `baseMs` * 2^(n-1), at most MAX_DELAY_MS. Never throws: a failure is returned.
 * @template T
 * @param {() => Promise<T>} call
 * @param {{ attempts: number, baseMs: number, random?: () => number, wait?: (ms: number) => Promise<unknown> }} policy
 * @returns {Promise<Attempted<T>>}
 */
export async function withRetries(call, { attempts, baseMs, random = Math.random, wait = sleep }) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const value = await call();
      return { ok: true, outcome: attempt === 1 ? "first_try" : "recovered", attempts: attempt, value };
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) {
        return { ok: false, outcome: attempt === 1 ? "not_retried" : "exhausted", attempts: attempt, error };
      }
      await wait(random() * Math.min(MAX_DELAY_MS, baseMs * 2 ** (attempt - 1)));
    }
  }
}

/** @param {number} ms */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
