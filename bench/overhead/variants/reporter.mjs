// Both wrappers and the asynchronous reporter. Its default of 1,000 waiting events is for one isolate of many: here
// one isolate gets all requests, and an event counts only if it is sent.
import { datadogReporter } from "../../../firedrill/worker/reporter.mjs";
import { observeObject, observeWorker } from "../../../firedrill/worker/telemetry.mjs";
import * as subject from "../subject.mjs";

export const Counter = observeObject(subject.Counter);
export default observeWorker(subject.handlers, { COUNTERS: "Counter" }, { reporter: datadogReporter({ maxPending: 100_000 }) });
