/**
 * The gateway: a small HTTP API in front of ConversationStateDO (see worker/README.md).
 *
 * Bindings:
 *   CONVERSATION_STATE   Durable Object namespace of ConversationStateDO
 *   JURISDICTION         text, optional: of the objects, such as eu; other objects than without it
 *   RETRY_ATTEMPTS       text, optional: calls of the object made for one request at most; default 3
 *   RETRY_BASE_MS        text, optional: upper bound of the wait before the first retry; default 100
 *   and those that turn a reporter on: see reporter.mjs
 */
import { CallError, InputError, failure } from "firedrill/errors";
import { MAX_BODY_BYTES, entries, identifier, positiveInteger } from "./input.mjs";
import { analyticsReporter, datadogReporter, reporters } from "firedrill/reporter";
import { withRetries } from "firedrill/retry";
import { current, observeWorker } from "firedrill";

const DEFAULT_RETRY_ATTEMPTS = 3;
const DEFAULT_RETRY_BASE_MS = 100;
const RETRY_AFTER_S = "1";

/** Status and message by error category, for failed calls of the object. @type {Record<string, [number, string]>} */
const ANSWERS = {
  validation: [400, "the conversation refused the input"],
  disconnected: [400, "the request broke off"],
  reset: [503, "the conversation was interrupted, try again later"],
  unreachable: [503, "the conversation cannot be reached, try again later"],
  overloaded: [503, "the conversation is overloaded, try again later"],
  timeout: [503, "the conversation did not answer in time, try again later"],
};

/**
 * @typedef {InstanceType<typeof import("./conversation_state.mjs").ConversationStateDO>} ConversationStateDO
 * @typedef {{ CONVERSATION_STATE: DurableObjectNamespace<ConversationStateDO>, JURISDICTION?: DurableObjectJurisdiction,
 *   RETRY_ATTEMPTS?: string, RETRY_BASE_MS?: string }} Env
 * @typedef {import("firedrill").Event} Event
 * @typedef {{ request: Request, env: Env, event: Event, ids: string[] }} Exchange `ids`: from the path, checked
 * @typedef {(exchange: Exchange) => Promise<Response>} Handler
 */

/** @type {{ path: RegExp, methods: Record<string, { op?: string, handle: Handler }> }[]} */
const ROUTES = [
  { path: /^\/health$/, methods: { GET: { handle: health } } },
  {
    path: /^\/conversations\/([^/]*)\/tools$/,
    methods: { POST: { op: "store", handle: storeSeveral }, DELETE: { op: "clear", handle: clear } },
  },
  {
    path: /^\/conversations\/([^/]*)\/tools\/([^/]*)$/,
    methods: {
      PUT: { op: "store", handle: storeOne },
      GET: { op: "retrieve", handle: retrieve },
      DELETE: { op: "delete", handle: remove },
    },
  },
];
const ID_NAMES = ["conversation_id", "tool_use_id"];

const gateway = {
  /** @param {Request} request
   * @param {Env} env
   * @returns {Promise<Response>} */
  async fetch(request, env) {
    const event = current();
    let response;
    try {
      response = await route(request, env, event);
    } catch (error) {
      response = refuse(error, event);
    }
    response.headers.set("x-request-id", event.request);
    return response;
  },
};

export default observeWorker(gateway, { CONVERSATION_STATE: "ConversationStateDO" }, {
  reporter: reporters(datadogReporter(), analyticsReporter()),
});

/** @param {Request} request
 * @param {Env} env
 * @param {Event} event
 * @returns {Promise<Response>} */
async function route(request, env, event) {
  const { pathname } = new URL(request.url);
  for (const { path, methods } of ROUTES) {
    const match = path.exec(pathname);
    if (match === null) continue;
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method === undefined) {
      const allowed = Object.keys(methods).join(", ");
      throw new InputError(`this path takes ${allowed}`, { status: 405, headers: { allow: allowed } });
    }
    event.op = method.op;
    const ids = match.slice(1).map((id, index) => identifier(decoded(id), ID_NAMES[index]));
    return method.handle({ request, env, event, ids });
  }
  throw new InputError("there is nothing at this path", { status: 404 });
}

/** @type {Handler} */
async function health() {
  return answer(200, { status: "ok" });
}

/** @type {Handler} */
async function storeSeveral(exchange) {
  const list = entries(await json(exchange.request));
  return answer(200, await call(exchange, true, (object, context) => object.store(list, context)));
}

/** @type {Handler} */
async function storeOne(exchange) {
  const body = await json(exchange.request);
  const [entry] = entries({ tool_use_id: exchange.ids[1], tool_name: body?.tool_name });
  return answer(200, await call(exchange, true, (object, context) => object.store(entry, context)));
}

/** @type {Handler} */
async function retrieve(exchange) {
  const { event, ids } = exchange;
  const name = await call(exchange, true, (object, context) => object.retrieve(ids[1], context));
  if (name !== null) return answer(200, { tool_use_id: ids[1], tool_name: name });
  event.result = "miss";
  event.reason = "unknown_id";
  return answer(404, { error: { category: "miss", message: "no tool name is stored for this tool_use_id" } });
}

/** @type {Handler} */
async function remove(exchange) {
  const value = await call(exchange, false, (object, context) => object.delete(exchange.ids[1], context));
  if (value.deleted === 0) exchange.event.result = "miss";
  return answer(200, value);
}

/** @type {Handler} */
async function clear(exchange) {
  return answer(200, await call(exchange, false, (object, context) => object.clear(context)));
}

/**
 * Call the conversation's object; raises CallError. Only an idempotent call is repeated: the others report what they
 * removed, which a repetition after an ambiguous failure would get wrong.
 * @template T
 * @param {Exchange} exchange
 * @param {boolean} idempotent
 * @param {(object: DurableObjectStub<ConversationStateDO>, context: { requestId: string }) => Promise<T>} method
 * @returns {Promise<T>}
 */
async function call({ env, event, ids }, idempotent, method) {
  const policy = {
    attempts: idempotent ? positiveInteger(env.RETRY_ATTEMPTS, DEFAULT_RETRY_ATTEMPTS) : 1,
    baseMs: positiveInteger(env.RETRY_BASE_MS, DEFAULT_RETRY_BASE_MS),
  };
  // The runtime repeats some calls by itself: where we do, it must not, or attempts would multiply unseen.
  // Source: developers.cloudflare.com/durable-objects/best-practices/automatic-retries
  const options = idempotent ? { retry: { maxRetries: 0 } } : {};
  // A stub may be broken after an error, so each attempt gets its own.
  const attempt = () => method(conversations(env).getByName(ids[0], options), { requestId: event.request });
  return withRetries(attempt, policy);
}

/** The conversations' objects: those of the jurisdiction, where there is one.
 * @param {Env} env
 * @returns {Env["CONVERSATION_STATE"]} */
function conversations({ CONVERSATION_STATE: all, JURISDICTION: jurisdiction }) {
  return jurisdiction ? all.jurisdiction(jurisdiction) : all;
}

/** The answer to a request that failed; fills in the event.
 * @param {unknown} error
 * @param {Event} event
 * @returns {Response} */
function refuse(error, event) {
  const called = error instanceof CallError;
  const failed = failure(called ? error.cause : error, called);
  Object.assign(event, failed);
  const category = failed.error;
  if (error instanceof InputError) {
    return answer(error.status, { error: { category, message: error.message } }, error.headers);
  }
  if (called && event.op === "retrieve" && failed.result === "error") event.reason = error.outcome;
  const [status, message] = ANSWERS[category] ?? [500, "the request failed"];
  return answer(status, { error: { category, message } }, status === 503 ? { "retry-after": RETRY_AFTER_S } : {});
}

/** @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {Response} */
function answer(status, body, headers = {}) {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** The request's JSON, read up to the limit whatever its header says.
 * @param {Request} request
 * @returns {Promise<any>} */
async function json(request) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let text = "";
  let bytes = 0;
  for await (const chunk of chunks(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new InputError(`the body is over ${MAX_BODY_BYTES} bytes`, { status: 413 });
    text += attemptInput(() => decoder.decode(chunk, { stream: true }), "the body is not UTF-8");
  }
  return attemptInput(() => JSON.parse(text + decoder.decode()), "the body is not JSON");
}

/** The request's body. When it breaks off, the runtime says no more than that a connection was lost.
 * @param {Request} request */
async function* chunks(request) {
  try {
    yield* request.body ?? [];
  } catch (cause) {
    throw new Error("the client disconnected", { cause });
  }
}

/** @param {string} id */
function decoded(id) {
  return attemptInput(() => decodeURIComponent(id), "the path is not URL-encoded UTF-8");
}

/** @template T
 * @param {() => T} parse
 * @param {string} message what is wrong with the input when it throws
 * @returns {T} */
function attemptInput(parse, message) {
  try {
    return parse();
  } catch {
    throw new InputError(message);
  }
}
