// The object alone, as in a Worker that leaves its handlers as they are.
import { observeObject } from "../../../firedrill/worker/telemetry.mjs";
import * as subject from "../subject.mjs";

export const Counter = observeObject(subject.Counter);
export { handlers as default } from "../subject.mjs";
