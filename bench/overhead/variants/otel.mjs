// Its documented set-up, every trace sampled.
import { instrument, instrumentDO } from "@microlabs/otel-cf-workers";
import * as subject from "../subject.mjs";

const config = (env) => ({ exporter: { url: env.OTLP_URL }, service: { name: "counter" } });

export const Counter = instrumentDO(subject.Counter, config);
export default instrument(subject.handlers, config);
