import heartbeat from "../../../../firedrill/worker/heartbeat.mjs";
import { scheduled } from "./scheduled.mjs";

export default scheduled(heartbeat, "* * * * *");
