// Sends every trace item to the test's sink.
export default {
  async tail(items, env) {
    await env.SINK.fetch("http://sink/", { method: "POST", body: JSON.stringify(items) });
  },
};
