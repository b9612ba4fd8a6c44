/** What TypeScript has to refuse: an error that is missing is one, too. */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { observeObject, observeWorker, observedWorker } from "firedrill";
import { datadogReporter } from "firedrill/reporter";
import handlers from "./index";

class Plain extends DurableObject<Env> {}

export const wrong = {
  async fetch(request, env) {
    // @ts-expect-error: the method takes text
    await env.ROOMS.getByName("lobby").post(1);
    // @ts-expect-error: there is no such method
    await env.ROOMS.getByName("lobby").remove();
    // @ts-expect-error: nor of a class that is observed by the function
    await env.LIMITS.getByName("ada").give(1);
    // @ts-expect-error: private members stay private
    await env.ROOMS.getByName("lobby").env;
    return new Response(request.url);
  },
} satisfies ExportedHandler<Env>;

// @ts-expect-error: no such binding
export const misspelt = observeWorker(wrong, { ROMS: "Room" });

// @ts-expect-error: a binding that is no namespace
export const service = observeWorker(wrong, { ADMIN: "Admin" });

// @ts-expect-error: a class of which no type is exported would take any call
export const untyped = observeWorker(wrong, { UNTYPED: "Untyped" });

// @ts-expect-error: no such option
export const option = observeObject(Plain, { operation: { fetch: "join" } });

// @ts-expect-error: nor of the reporter
export const limit = observeWorker(handlers, { ROOMS: "Room" }, { reporter: datadogReporter({ batch: 1 }) });

// @ts-expect-error: the types of the class reach its options
export const start = observeObject(Plain, { lastActive: (ctx, env) => env.NOTHING });

// @ts-expect-error: no such binding of the entrypoint
@observedWorker({ ROMS: "Room" })
export class Admin extends WorkerEntrypoint<Env> {}
