// A Worker whose one class is renamed and dropped in the tests: all the names that it ever has are exported.
import { DurableObject } from "cloudflare:workers";

export class Tally extends DurableObject {
  add() {
    return 1;
  }
}

export class Total extends Tally {}

export class Extra extends Tally {}

export default {
  fetch() {
    return new Response("ok");
  },
};
