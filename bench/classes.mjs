// A Worker with ten classes, for benchmarks that observe many.
import { DurableObject } from "cloudflare:workers";

export class C0 extends DurableObject {}
export class C1 extends DurableObject {}
export class C2 extends DurableObject {}
export class C3 extends DurableObject {}
export class C4 extends DurableObject {}
export class C5 extends DurableObject {}
export class C6 extends DurableObject {}
export class C7 extends DurableObject {}
export class C8 extends DurableObject {}
export class C9 extends DurableObject {}

export default {
  fetch() {
    return new Response("ok");
  },
};
