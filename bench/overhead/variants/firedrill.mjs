// Both wrappers of firedrill/worker/telemetry.mjs: one line for the object, one for the Worker.
import { observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";
import * as subject from "../subject.mjs";

export const Counter = observeObject(subject.Counter);
export default observeWorker(subject.handlers, { COUNTERS: "Counter" });
