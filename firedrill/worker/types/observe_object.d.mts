/**
 * @typedef {import("./invocation.mjs").Event} Event
 * @typedef {{ className: string, operations: Map<string, string>, rejects: string[],
 *   lastActive?: ObjectOptions["lastActive"] }} Settings
 */
/**
 * What an instance starts with: ctx and env, of the types that the class gives them.
 * @template {new (...args: any[]) => any} C
 * @typedef {[ctx: ConstructorParameters<C>[0], env: ConstructorParameters<C>[1]]} Start
 */
/**
 * @template {new (...args: any[]) => any} [C=new (...args: any[]) => any]
 * @typedef {object} ObjectOptions
 * @property {string} [className] by default the class's own name
 * @property {Record<string, string>} [operations] operation by method; by default the method's own name
 * @property {string[]} [rejects] names of errors that are the caller's mistake; by default InputError
 * @property {(...start: Start<C>) => number | Promise<number>} [lastActive] when the instance had its last pulse before
 *   this start, in ms since the epoch; 0 for never. With it, pulses are exact across evictions
 */
/**
 * The class, observed: a proxy of it, whose instances are proxies with methods that run on the instance itself. Prototypes,
 * private fields, inherited and static methods, getters, `this` and `new.target` are what they were, and so is what
 * methods return and throw. To be applied last, since a class that extends the observed one cannot have private fields.
 * @template {new (...args: any[]) => any} C
 * @param {C} Class
 * @param {ObjectOptions<C>} [options]
 * @returns {C}
 */
export function observeObject<C extends new (...args: any[]) => any>(Class: C, { className, operations, rejects, lastActive }?: ObjectOptions<C>): C;
export type Event = import("./invocation.mjs").Event;
export type Settings = {
    className: string;
    operations: Map<string, string>;
    rejects: string[];
    lastActive?: ObjectOptions["lastActive"];
};
/**
 * What an instance starts with: ctx and env, of the types that the class gives them.
 */
export type Start<C extends new (...args: any[]) => any> = [ctx: ConstructorParameters<C>[0], env: ConstructorParameters<C>[1]];
export type ObjectOptions<C extends new (...args: any[]) => any = new (...args: any[]) => any> = {
    /**
     * by default the class's own name
     */
    className?: string | undefined;
    /**
     * operation by method; by default the method's own name
     */
    operations?: Record<string, string> | undefined;
    /**
     * names of errors that are the caller's mistake; by default InputError
     */
    rejects?: string[] | undefined;
    /**
     * when the instance had its last pulse before
     * this start, in ms since the epoch; 0 for never. With it, pulses are exact across evictions
     */
    lastActive?: ((ctx: ConstructorParameters<C>[0], env: ConstructorParameters<C>[1]) => number | Promise<number>) | undefined;
};
