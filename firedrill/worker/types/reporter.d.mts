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
export function datadogReporter(limits?: Partial<typeof LIMITS>): Reporter;
/**
 * Writes each event as one data point to Analytics Engine, which neither blocks nor answers: well below the 25 points
 * that one invocation may write. Index: `<class>.<op>`. Blobs: class, op, result, error, outcome, reason. Doubles: 1,
 * ms, attempts, status. What an event lacks is "" or 0.
 * Source: developers.cloudflare.com/analytics/analytics-engine/limits
 * @returns {Reporter}
 */
export function analyticsReporter(): Reporter;
/** Reports to all of them that are configured.
 * @param {...Reporter} all
 * @returns {Reporter} */
export function reporters(...all: Reporter[]): Reporter;
/**
 * What became of an event: `sent` when every configured destination has taken it. After `failed` it may have arrived
 * at one of them, or its answer was lost; the console line, which is written in any case, is what counts.
 */
export type Fate = "sent" | "failed";
/**
 * by wire name, its values unchecked; only those named below are reported
 *
 * Call `report` when the event is complete, once, in the invocation that it is about, and hand the promise to that
 * invocation's `ctx.waitUntil`: it settles seconds later and never rejects. Undefined: nothing is configured.
 */
export type Event = Record<string, unknown>;
/**
 * What became of an event: `sent` when every configured destination has taken it. After `failed` it may have arrived
 * at one of them, or its answer was lost; the console line, which is written in any case, is what counts.
 */
export type Reporter = {
    report(event: Event, env: any): Promise<Fate> | undefined;
};
/**
 * `told` when its fate is known
 */
export type Entry = {
    event: Event;
    fate?: Fate;
    told?: () => void;
};
declare namespace LIMITS {
    let batchMs: number;
    let pollMs: number;
    let timeoutMs: number;
    let maxRetryMs: number;
    let pauseMs: number;
    let maxPauseMs: number;
    let maxPending: number;
}
export {};
