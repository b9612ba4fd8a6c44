// Observed.
import { observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";
import { made } from "./code.mjs";

const { Room, Hidden, Frozen, Entry, handlers } = made(observeObject, observeWorker);
export { Room, Hidden, Frozen, Entry, handlers as default };
