/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {import("./invocation.mjs").Method} Method
 * @typedef {import("./reporter.mjs").Fate} Fate
 * @typedef {import("./reporter.mjs").Reporter} Reporter
 */
/**
 * @typedef {object} WorkerOptions
 * @property {Record<string, string | Record<string, string>>} [operations] operation by method of an object; by default
 *   the method's own name. Of the objects of one binding: the same under the binding's name
 * @property {string[]} [rejects] names of errors that are the caller's mistake; by default InputError
 * @property {Reporter} [reporter] sends events elsewhere, too; the line then waits in `ctx.waitUntil` for their fate
 */
/**
 * The type of a Worker's `env`; unknown where it has none.
 * @template W
 * @typedef {W extends new (ctx: any, env: infer E, ...rest: any[]) => any ? E
 *   : [Required<W>[keyof W & ("fetch" | "scheduled" | "queue")]] extends [(subject: any, env: infer E, ...rest: any[]) => any]
 *   ? E : unknown} EnvOf
 */
/**
 * Classes by binding. Where the type of `env` is known, its namespaces; of one whose stubs would take any call, an error
 * that says why.
 * @template E
 * @typedef {unknown extends E ? Record<string, string>
 *   : { [K in keyof E as NonNullable<E[K]> extends { idFromName: any } ? K : never]?: ClassName<NonNullable<E[K]>> }} Classes
 */
/**
 * What is written for the class of a namespace. That any method can be called is how TypeScript takes a class of which
 * no type is exported.
 * @template N
 * @typedef {unknown extends N ? string : N extends { get(...args: any[]): { "no method": any } }
 *   ? { "export its type": "type X = InstanceType<typeof X>" } : string} ClassName
 */
/**
 * The Worker, observed: what it returns and throws stays what it is, and in `env` the namespaces of `objects` note the
 * calls that are made through them. Of a class, whose instances are as observeObject makes them, methods that are
 * called by RPC are observed, too; it may be a named entrypoint as well.
 * @template {object} W
 * @param {W} worker the default export: an object of handlers, or a class that extends WorkerEntrypoint
 * @param {Classes<EnvOf<W>>} objects class by binding, or by the name under which `ctx.exports` has it
 * @param {WorkerOptions} [options]
 * @returns {W}
 */
export function observeWorker<W extends object>(worker: W, objects: Classes<EnvOf<W>>, { operations, rejects, reporter }?: WorkerOptions): W;
/**
 * @typedef {{ classes: Map<PropertyKey, import("./stubs.mjs").Objects>, rejects: string[], reporter?: Reporter,
 *   exported?: boolean }} Settings `exported`: whether a class is reached by `ctx.exports`
 */
/** One invocation of a Worker: the trap of the `env` that `cloudflare:workers` has meanwhile, and its observer. */
export class Invocation {
    /** @param {Settings} settings
     * @param {any} env
     * @param {ExecutionContext} ctx */
    constructor(settings: Settings, env: any, ctx: ExecutionContext);
    calls: Calls;
    env: any;
    /** @template T
     * @param {() => T} run
     * @returns {T} */
    run<T>(run: () => T): T;
    /** @param {any} env
     * @param {PropertyKey} name */
    get(env: any, name: PropertyKey): any;
    /** What is known of the objects of a binding, or of an exported class.
     * @param {PropertyKey} name */
    objects(name: PropertyKey): import("./stubs.mjs").Objects | undefined;
    /** @param {string} op
     * @param {any[]} args
     * @returns {Event} */
    begin(op: string, [subject]: any[]): Event;
    /** What the handler has set stands; a request that made several calls tells of the first that failed, or the last.
     * @param {Event} event
     * @param {boolean} failed
     * @param {any} value */
    end(event: Event, failed: boolean, value: any): void;
    #private;
}
export type Event = import("./invocation.mjs").Event;
export type Method = import("./invocation.mjs").Method;
export type Fate = import("./reporter.mjs").Fate;
export type Reporter = import("./reporter.mjs").Reporter;
export type WorkerOptions = {
    /**
     * operation by method of an object; by default
     * the method's own name. Of the objects of one binding: the same under the binding's name
     */
    operations?: Record<string, string | Record<string, string>> | undefined;
    /**
     * names of errors that are the caller's mistake; by default InputError
     */
    rejects?: string[] | undefined;
    /**
     * sends events elsewhere, too; the line then waits in `ctx.waitUntil` for their fate
     */
    reporter?: import("./reporter.mjs").Reporter | undefined;
};
/**
 * The type of a Worker's `env`; unknown where it has none.
 */
export type EnvOf<W> = W extends new (ctx: any, env: infer E, ...rest: any[]) => any ? E : [Required<W>[keyof W & ("fetch" | "scheduled" | "queue")]] extends [(subject: any, env: infer E, ...rest: any[]) => any] ? E : unknown;
/**
 * Classes by binding. Where the type of `env` is known, its namespaces; of one whose stubs would take any call, an error
 * that says why.
 */
export type Classes<E> = unknown extends E ? Record<string, string> : { [K in keyof E as NonNullable<E[K]> extends {
    idFromName: any;
} ? K : never]?: ClassName<NonNullable<E[K]>>; };
/**
 * What is written for the class of a namespace. That any method can be called is how TypeScript takes a class of which
 * no type is exported.
 */
export type ClassName<N> = unknown extends N ? string : N extends {
    get(...args: any[]): {
        "no method": any;
    };
} ? {
    "export its type": "type X = InstanceType<typeof X>";
} : string;
/**
 * `exported`: whether a class is reached by `ctx.exports`
 */
export type Settings = {
    classes: Map<PropertyKey, import("./stubs.mjs").Objects>;
    rejects: string[];
    reporter?: Reporter;
    exported?: boolean;
};
import { Calls } from "./calls.mjs";
