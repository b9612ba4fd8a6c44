// Runs a Worker's schedule at the time that a test says, and tells which lines it wrote.
export const scheduled = (worker, cron) => ({
  async fetch(request, env) {
    const { scheduledTime } = await request.json();
    const lines = [];
    const { error } = console;
    console.error = (line) => lines.push(line);
    try {
      await worker.scheduled({ scheduledTime, cron }, env);
    } finally {
      console.error = error;
    }
    return Response.json(lines);
  },
});
