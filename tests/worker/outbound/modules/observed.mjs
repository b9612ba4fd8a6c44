// An observed Worker with a reporter whose times are short.
import { datadogReporter } from "../../../../firedrill/worker/reporter.mjs";
import { observeWorker } from "../../../../firedrill/worker/telemetry.mjs";

const limits = { batchMs: 20, pollMs: 10, timeoutMs: 20_000, maxRetryMs: 0, pauseMs: 1 };

export default observeWorker({ fetch: () => Response.json("done") }, {}, { reporter: datadogReporter(limits) });
