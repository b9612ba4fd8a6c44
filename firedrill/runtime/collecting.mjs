// Runs the deployed collector at simulated times. What it asks for reaches the address of the order that it runs for,
// with the time and the host that it asked before the path; what it logs as an error is answered.
import { AsyncLocalStorage } from "node:async_hooks";
import collector from "./worker.mjs";

const orders = new AsyncLocalStorage();
const { fetch: outside } = globalThis;
const { error: written } = console;

globalThis.fetch = (input, init) => {
  const { address, time } = orders.getStore();
  const { host, pathname, search } = new URL(input);
  return outside(`${address}/${time}/${host}${pathname}${search}`, init);
};

console.error = (...line) => {
  const order = orders.getStore();
  if (order) order.lines.push(line.join(" "));
  else written(...line);
};

export default {
  async fetch(request, env) {
    const { address, times, cron } = await request.json();
    const lines = [];
    for (const time of times) {
      await orders.run({ address, time, lines }, () => collector.scheduled({ scheduledTime: time, cron }, env));
    }
    return Response.json(lines);
  },
};
