/**
 * The telemetry fields of a failure.
 * @param {any} raised anything that was thrown
 * @param {boolean} [called] by a call of an object, not by the code around it
 * @param {string[]} [rejects] names of errors that are the caller's mistake
 * @returns {Failure}
 */
export function failure(raised: any, called?: boolean, rejects?: string[]): Failure;
/** What an HTTP status says of the request.
 * @param {number} [status]
 * @returns {"ok" | "miss" | "rejected" | "error"} */
export function statusResult(status?: number): "ok" | "miss" | "rejected" | "error";
/** Whether to repeat an idempotent call that failed: the platform and the category say so.
 * @param {any} raised
 * @returns {boolean} */
export function isRetryable(raised: any): boolean;
/** The caller's mistake. Its message is shown to the caller; `status` and `headers` are for HTTP answers. */
export class InputError extends Error {
    /**
     * @param {string} message
     * @param {{ status?: number, headers?: Record<string, string> }} [answer]
     */
    constructor(message: string, { status, headers }?: {
        status?: number;
        headers?: Record<string, string>;
    });
    status: number;
    headers: Record<string, string>;
}
/** A call of the object that failed after all attempts, for the gateway: `cause` is what the last attempt raised. */
export class CallError extends Error {
    /** @param {unknown} cause
     * @param {boolean} retried */
    constructor(cause: unknown, retried: boolean);
    outcome: string;
}
/** @typedef {{ result: "miss" | "rejected" | "error", error: string, name: string }} Failure telemetry fields */
/** Names of errors that are the caller's mistake. */
export const REJECTS: string[];
/**
 * telemetry fields
 */
export type Failure = {
    result: "miss" | "rejected" | "error";
    error: string;
    name: string;
};
