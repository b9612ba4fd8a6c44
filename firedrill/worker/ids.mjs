/**
 * The ids in telemetry: of an instance, and of a request.
 * Bindings: none.
 */
import { CANARY } from "./contract.mjs";

/** The salted hash by which telemetry names an instance; none without a salt, since ids are not written in clear.
 * @param {unknown} salt
 * @param {string} instance
 * @returns {Promise<string | undefined>} 12 hex digits */
export async function hashedId(salt, instance) {
  if (typeof salt !== "string" || salt === "") return undefined;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(salt), algorithm, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(instance)), 0, 6);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The caller's request id if it has the form of one, else a random one.
 * @param {Request} request
 * @returns {string} 16 hex digits */
export function requestId(request) {
  const given = request.headers.get("x-request-id");
  if (given !== null && /^[0-9a-f]{16}$/.test(given)) return given;
  return digits() + digits();
}

/** 8 random hex digits. No secret: nobody may do anything by a request's id. */
function digits() {
  return Math.floor(Math.random() * 2 ** 32).toString(16).padStart(8, "0");
}

/** Whether a request is one that `firedrill verify` or the heartbeat sends, by its id.
 * @param {unknown} id
 * @returns {boolean} */
export function isCanary(id) {
  return typeof id === "string" && id.startsWith(CANARY);
}
