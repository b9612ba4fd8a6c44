// Runs the collector at the time that a test says, and tells which lines it wrote.
import collector from "../../../../firedrill/worker/collector.mjs";

export default {
  async fetch(request, env) {
    const { scheduledTime } = await request.json();
    const lines = [];
    const { error } = console;
    console.error = (line) => lines.push(line);
    try {
      await collector.scheduled({ scheduledTime, cron: "*/5 * * * *" }, env);
    } finally {
      console.error = error;
    }
    return Response.json(lines);
  },
};
