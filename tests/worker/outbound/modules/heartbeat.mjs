// Runs the heartbeat at the time that a test says, and tells which lines it wrote.
import heartbeat from "../../../../firedrill/worker/heartbeat.mjs";

export default {
  async fetch(request, env) {
    const { scheduledTime } = await request.json();
    const lines = [];
    const { error } = console;
    console.error = (line) => lines.push(line);
    try {
      await heartbeat.scheduled({ scheduledTime, cron: "* * * * *" }, env);
    } finally {
      console.error = error;
    }
    return Response.json(lines);
  },
};
