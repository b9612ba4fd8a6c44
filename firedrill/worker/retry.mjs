/**
 * Bounded retries with exponential backoff and full jitter.
 * Bindings: none.
 */
import { CallError, isRetryable } from "./errors.mjs";

const MAX_DELAY_MS = 2_000;

/**
 * Call until it succeeds, fails for good or `attempts` calls were made; then raises CallError. Before retry n (from 1)
 * it waits a random time below `baseMs` * 2^(n-1), at most MAX_DELAY_MS.
 * @template T
 * @param {() => Promise<T>} call
 * @param {{ attempts: number, baseMs: number, random?: () => number, wait?: (ms: number) => Promise<unknown> }} policy
 * @returns {Promise<T>}
 */
export async function withRetries(call, { attempts, baseMs, random = Math.random, wait = sleep }) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw new CallError(error, attempt > 1);
      await wait(random() * Math.min(MAX_DELAY_MS, baseMs * 2 ** (attempt - 1)));
    }
  }
}

/** @param {number} ms */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
