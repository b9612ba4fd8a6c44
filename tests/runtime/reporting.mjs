// Fetches what a request names after its response, and writes a data point, as a reporter does.
export default {
  async fetch(request, env, ctx) {
    env.ANALYTICS.writeDataPoint({ indexes: ["index"], blobs: ["blob"], doubles: [1] });
    const report = async () => {
      const answered = await fetch(new URL(request.url).searchParams.get("to"), { method: "POST" });
      console.debug(JSON.stringify({ status: answered.status, body: await answered.json() }));
    };
    ctx.waitUntil(report().catch(() => console.debug('{"status":"none"}')));
    return new Response("done");
  },
};
