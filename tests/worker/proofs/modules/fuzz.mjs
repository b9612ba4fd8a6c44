// Input of every kind for every operation, from a seed: the same seed always makes the same cases. Only in tests.
const OPERATIONS = ["store", "retrieve", "delete", "clear"];
const METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "QUERY", "get", "x", "PROPFIND"];
const NAMES = ["tool_use_id", "tool_name", "__proto__", "constructor", "length", "toString", "requestId", "then", "", "0"];
const LIMITS = [0, 1, 2, 99, 100, 101, 127, 128, 129, 255, 256, 257, 1_000];
const BODY_LIMITS = [65_535, 65_536, 65_537, 100_000];
const TEXTS = [
  "", "a", "toolu_1", "0", "-1", "null", "../..", "%00", "%zz", "a b", "é", "\u0000", "\n", '"', "\\", "{}", "[object Object]",
  "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "😀", "'; DROP TABLE tools; --", '"}{"v":2', "${jndi:x}", "<script>", "NaN",
];

/** Numbers below 1 (mulberry32). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A source of cases: { operation, args } for a call by RPC, or { method, path, headers, body, chunk } for a request.
 * Streams are not among the arguments: one that nobody reads keeps its invocation open, and workerd tells of it late. */
export function cases(seed) {
  const random = numbers(seed);
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const chance = (probability) => random() < probability;
  const many = (limit, make) => Array.from({ length: below(limit) }, make);
  const size = () => (chance(0.5) ? below(20) : pick(LIMITS));

  const bytes = (length = chance(0.1) ? pick(BODY_LIMITS) : size()) => Uint8Array.from({ length }, () => below(256));
  const units = () => String.fromCharCode(...many(60, () => below(chance(0.5) ? 128 : 65_536)));
  const text = () => pick([() => pick(TEXTS), units, () => pick(["a", "é", "\u0001", "😀"]).repeat(size())])();
  const id = () => (chance(0.9) ? `t${below(10)}` : text());
  const number = () => pick([0, -0, 1, -1, 0.1, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 31), Number.MAX_VALUE, below(1_000)]);

  const object = (depth) => Object.fromEntries(many(4, () => [chance(0.7) ? pick(NAMES) : text(), anything(depth)]));
  const sparse = () => {
    const list = new Array(size());
    if (chance(0.5)) list[below(5)] = entry();
    return list;
  };
  const cyclic = () => {
    const list = [entry()];
    list.push(list);
    return list;
  };
  const PLAIN = [() => null, () => undefined, () => chance(0.5), number, text, () => BigInt(below(100)) ** 30n];
  const BINARY = [
    () => bytes(size()), () => bytes(size()).buffer, () => new DataView(new ArrayBuffer(8)), () => new Float64Array([NaN]),
    () => new Blob([bytes(5)]),
  ];
  const RICH = [
    () => new Date(number()), () => /a+/gi, () => new Map([[text(), text()]]), () => new Set([text()]), sparse, cyclic,
    () => Object.assign(new Error(text()), { name: text() }), () => new Boolean(true), () => new String(text()),
    () => () => text(), () => new Headers({ a: "b" }), () => new Response(null), () => new Request("http://x/"),
    () => new URL("http://x/").searchParams, () => Symbol(text()), () => new WeakMap(),
  ];
  function anything(depth = 3) {
    const kind = random();
    if (depth > 0 && kind < 0.15) return object(depth - 1);
    if (depth > 0 && kind < 0.3) return many(6, () => anything(depth - 1));
    if (kind < 0.4) return pick(BINARY)();
    return kind < 0.55 ? pick(RICH)() : pick(PLAIN)();
  }

  const entry = () => ({ tool_use_id: id(), tool_name: chance(0.9) ? `name ${below(5)}` : text() });
  const broken = (value) => ({ ...value, [pick(NAMES)]: anything() });
  const list = () => Array.from({ length: chance(0.1) ? pick(LIMITS) : below(10) }, () => (chance(0.95) ? entry() : broken(entry())));
  const entries = () => pick([entry, list, () => broken(entry()), () => list().concat([anything()]), anything])();
  const context = () => pick([() => ({ requestId: "00000000000000aa" }), () => ({ requestId: anything() }), anything])();
  const ARGUMENTS = {
    store: () => [entries(), context()],
    retrieve: () => [chance(0.5) ? id() : anything(), context()],
    delete: () => [chance(0.5) ? id() : anything(), context()],
    clear: () => [context()],
  };
  const call = () => {
    const operation = pick([...OPERATIONS, "store"]);
    const args = chance(0.9) ? ARGUMENTS[operation]() : many(6, () => anything());
    return { operation, args: args.slice(0, chance(0.9) ? args.length : below(3)) };
  };

  const json = (value) => {
    try {
      return JSON.stringify(value) ?? "";
    } catch {
      return "{"; // a bigint or a circle
    }
  };
  const spoilt = (content) => {
    const spoils = new TextEncoder().encode(content);
    for (let index = 0; index < 3 && spoils.length > 0; index += 1) spoils[below(spoils.length)] = below(256);
    return spoils;
  };
  const deep = () => pick(["[", '{"a":']).repeat(pick([100, 10_000]));
  const CONTENTS = [() => spoilt(json(entries())), () => json(anything()), bytes, deep];
  const content = () => (chance(0.7) ? json(entries()) : pick(CONTENTS)());
  const escaped = () => Array.from(bytes(5), (byte) => `%${byte.toString(16)}`).join("");
  const segment = () => (chance(0.8) ? id() : pick([text, escaped, () => encodeURIComponent(text().toWellFormed())])());
  const tools = () => `/conversations/${segment()}/tools`;
  const tool = () => `${tools()}/${segment()}`;
  const PATHS = [tools, tool, () => "/health", () => `/${text()}`, () => `${tool()}/${text()}`, () => `${tool()}?${text()}#${text()}`];
  const ROUTES = [["PUT", tool], ["GET", tool], ["DELETE", tool], ["POST", tools], ["DELETE", tools]];
  const HEADERS = ["x-request-id", "content-type", "content-encoding", "cookie", "authorization", "x-a", "accept", "range"];
  const latin = () => String.fromCharCode(...many(30, () => 32 + below(224))).trim();
  const headers = () => Object.fromEntries(many(4, () => [pick(HEADERS), chance(0.2) ? "00000000000000aa" : latin()]));
  const request = () => {
    const [method, path] = chance(0.7) ? pick(ROUTES) : [pick(METHODS), pick(PATHS)];
    const body = ["GET", "HEAD", "get"].includes(method) || chance(0.05) ? undefined : content();
    return { method, path: path(), headers: headers(), body, chunk: chance(0.3) ? 1 + below(50) : 0 };
  };

  return () => (chance(0.5) ? call() : request());
}
