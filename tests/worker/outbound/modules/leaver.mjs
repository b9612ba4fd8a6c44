// Sends an order on and is gone before it is carried out: what the callee was about to do, it no longer does.
export default {
  async fetch(request, env) {
    const leave = new AbortController();
    const answer = env.REPORTER.fetch(request, { signal: leave.signal });
    await scheduler.wait(200);
    leave.abort();
    return Response.json(await answer.then(() => "answered", (error) => error.name));
  },
};
