/**
 * Call until it succeeds, fails for good or `attempts` calls were made; then raises CallError. Before retry n (from 1)
 * it waits a random time below `baseMs` * 2^(n-1), at most MAX_DELAY_MS.
 * @template T
 * @param {() => Promise<T>} call
 * @param {{ attempts: number, baseMs: number, random?: () => number, wait?: (ms: number) => Promise<unknown> }} policy
 * @returns {Promise<T>}
 */
export function withRetries<T>(call: () => Promise<T>, { attempts, baseMs, random, wait }: {
    attempts: number;
    baseMs: number;
    random?: () => number;
    wait?: (ms: number) => Promise<unknown>;
}): Promise<T>;
