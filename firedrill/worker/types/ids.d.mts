/** The salted hash by which telemetry names an instance; none without a salt, since ids are not written in clear.
 * @param {unknown} salt
 * @param {string} instance
 * @returns {Promise<string | undefined>} 12 hex digits */
export function hashedId(salt: unknown, instance: string): Promise<string | undefined>;
/** The caller's request id if it has the form of one, else a random one.
 * @param {Request} request
 * @returns {string} 16 hex digits */
export function requestId(request: Request): string;
/** Whether a request is one that `firedrill verify` or the heartbeat sends, by its id.
 * @param {unknown} id
 * @returns {boolean} */
export function isCanary(id: unknown): boolean;
