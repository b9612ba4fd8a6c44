// Three lines per operation, as one writes them by hand: request, result, response.
import * as subject from "../subject.mjs";

export class Counter extends subject.Counter {
  async add(name, amount) {
    const value = await super.add(name, amount);
    console.log(JSON.stringify({ level: "info", message: "counter added", counter: name, amount, value }));
    return value;
  }
}

export default {
  async fetch(request, env) {
    const started = Date.now();
    const { method, url } = request;
    console.log(JSON.stringify({ level: "info", message: "request received", method, url }));
    const response = await subject.handlers.fetch(request, env);
    const { status } = response;
    console.log(JSON.stringify({ level: "info", message: "response sent", method, url, status, ms: Date.now() - started }));
    return response;
  },
};
