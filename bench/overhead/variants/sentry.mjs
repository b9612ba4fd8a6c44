// Its documented set-up, every trace sampled, and RPC told to carry the trace so that the object's call is a span.
import * as Sentry from "@sentry/cloudflare";
import * as subject from "../subject.mjs";

const options = (env) => ({
  dsn: env.SENTRY_DSN,
  tracesSampleRate: 1,
  rpcTracePropagationBindings: ["COUNTERS"],
});

export const Counter = Sentry.instrumentDurableObjectWithSentry(options, subject.Counter);
export default Sentry.withSentry(options, subject.handlers);
