import collector from "../../../../firedrill/worker/collector.mjs";
import { scheduled } from "./scheduled.mjs";

export default scheduled(collector, "*/5 * * * *");
