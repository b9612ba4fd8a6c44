/** A namespace whose objects are called: the trap of its proxy. */
export class Namespace {
    /** @param {PropertyKey} binding its name */
    constructor(binding: PropertyKey);
    /** @param {any} namespace
     * @param {PropertyKey} name */
    get(namespace: any, name: PropertyKey): any;
    #private;
}
export type Call = import("./calls.mjs").Call;
export type Calls = import("./calls.mjs").Calls;
export type Method = import("./invocation.mjs").Method;
/**
 * those of a binding: their class
 */
export type Objects = {
    name: string;
    operations: Map<string, any>;
    rejects: string[];
};
