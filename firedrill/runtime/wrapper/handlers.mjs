// The Worker's own handlers, its named entrypoints and its workflows, wrapped.
import { WorkerEntrypoint, WorkflowEntrypoint, withEnv, withEnvAndExports } from "cloudflare:workers";
import { environment } from "./bindings.mjs";
import { calls, named, noted } from "./calls.mjs";
import { Handling, arrive, end } from "./ledger.mjs";
import { failingNamespace, workflowNamespace } from "./namespaces.mjs";
import { failInBackground, flood, invocation, reach, strikes, take } from "./take.mjs";

const HANDLERS = ["fetch", "scheduled", "queue", "email"]; // of a default export, each of which traffic should come to

export const workflows = []; // names of those that are exported: an instance may wait for longer than any take lasts

/** The default export, a handler object or a WorkerEntrypoint class, wrapped; `classes` has the class of each binding and export.
 * A named entrypoint is wrapped likewise, with its name and a dot as `prefix`. */
export function wrapDefault(exported, classes, prefix = "") {
  if (typeof exported === "function") {
    const Wrapped = class extends exported {
      constructor(ctx, env) {
        const handling = new Handling();
        const [mine, within] = surroundings(env, ctx, failingNamespace(classes, handling));
        super(ctx, mine);
        return calls(this, (run, method, [event]) =>
          handle(prefix + method, event, ctx, handling, (args) => within(() => run(args))),
        );
      }
    };
    return named(Wrapped, exported);
  }
  const get = (_, name) => {
    const handler = exported?.[name];
    if (typeof handler !== "function") return handler;
    return (event, env, ctx) => {
      const handling = new Handling();
      const [mine, within] = surroundings(env, ctx, failingNamespace(classes, handling));
      return handle(prefix + name, event, ctx, handling, () => within(() => handler.call(exported, event, mine, ctx)));
    };
  };
  return new Proxy({}, { get });
}

/** The `env` of an invocation, and a function that runs code with it, and with `ctx.exports`, as those of `cloudflare:workers`. */
function surroundings(env, ctx, namespace) {
  const mine = environment(env, namespace);
  if (Object(ctx.exports) !== ctx.exports) return [mine, (run) => withEnv(mine, run)];
  const get = (exports, name) => {
    const exported = exports[name];
    return typeof exported?.idFromName === "function" ? namespace(exported, name) : exported;
  };
  ctx.exports = new Proxy(ctx.exports, { get });
  return [mine, (run) => withEnvAndExports(mine, ctx.exports, run)];
}

/** What a bundle exports besides: a named entrypoint or a workflow is wrapped, all else stays what it is. */
export function wrapNamed(exported, name, classes) {
  if (isEntrypoint(exported)) return wrapDefault(exported, classes, `${name}.`);
  if (!extending(WorkflowEntrypoint, exported)) return exported ?? {}; // a name in a text may look like an export
  workflows.push(name);
  const Wrapped = class extends exported {
    constructor(ctx, env) {
      super(ctx, environment(env, workflowNamespace(classes)));
    }

    run(...args) {
      reach("handler", `${name}.run`);
      return super.run(...args);
    }
  };
  return named(Wrapped, exported);
}

const extending = (base, exported) => typeof exported === "function" && exported.prototype instanceof base;
const isEntrypoint = (exported) => extending(WorkerEntrypoint, exported) || typeof exported?.fetch === "function";
const isHandler = (exported, name) => typeof (exported?.prototype ?? exported)?.[name] === "function";

/** The handlers of a bundle: those of its default export, and the names of its other entrypoints and workflows. */
export function handlersOf(deployed) {
  const names = Object.keys(deployed).filter((name) => name !== "default");
  return [
    ...HANDLERS.filter((name) => isHandler(deployed.default, name)),
    ...names.filter((name) => isEntrypoint(deployed[name]) || extending(WorkflowEntrypoint, deployed[name])),
  ];
}

function handle(what, event, ctx, handling, run) {
  reach("handler", what);
  if (what === "fetch") arrive(event);
  return invocation(what, () => {
    if (strikes("worker_throws")) throw new Error(take.faults.worker_message);
    flood();
    return noted(handling.begin(what), end, () => {
      const result = run();
      failInBackground(ctx);
      return result;
    });
  });
}
