// An observed Worker whose default export is a class, and an observed entrypoint beside it. The path of a request is
// /<scenario>/<room>. Exists only in tests.
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

import { current, observeWorker } from "../../../firedrill/worker/telemetry.mjs";

export { Room } from "./rooms.mjs";

const THROWN = new RangeError("not today");

class Session extends RpcTarget {
  #room;

  constructor(room) {
    super();
    this.#room = room;
  }

  add(number) {
    return this.#room.add(number);
  }
}

class Base extends WorkerEntrypoint {
  inherited() {
    return `from the base of ${this.constructor.name}`;
  }
}

class Main extends Base {
  static kind = "static";
  #secret = "secret";

  constructor(ctx, env) {
    super(ctx, env);
    this.rooms = env.ROOM;
  }

  get secret() {
    return this.#secret;
  }

  set secret(value) {
    this.#secret = value;
  }

  async fetch(request) {
    const event = current();
    const [, scenario, name] = new URL(request.url).pathname.split("/");
    const self = this.ctx.exports.default;
    const room = this.rooms.getByName(name);
    const value = await SCENARIOS[scenario]({ worker: this, self, room, name, admin: this.ctx.exports.Admin, ctx: this.ctx });
    const response = value instanceof Response ? value : Response.json(value ?? null);
    response.headers.set("x-room", room.id.toString());
    response.headers.set("x-request-id", event.request);
    return response;
  }

  add(name, number) {
    current().keys = number;
    return this.env.ROOM.getByName(name).add(number);
  }

  addTwice(name, number) {
    this.add(name, number);
    return this.add(name, number);
  }

  whoever() {
    return [this.#secret, this.inherited(), this instanceof WorkerEntrypoint];
  }

  throws() {
    throw THROWN;
  }

  async late() {
    await scheduler.wait(1);
    throw THROWN;
  }

  room(name) {
    return this.env.ROOM.getByName(name);
  }

  session(name) {
    return new Session(this.env.ROOM.getByName(name));
  }

  addTo({ room }, number) {
    return room.add(number);
  }

  callback(run) {
    return run(2);
  }

  stream() {
    return new Response("streamed").body;
  }

  inBackground() {
    this.ctx.waitUntil(Promise.reject(new Error("in the background")));
    return "done";
  }
}

/** Nobody observes it. */
export class Unobserved extends WorkerEntrypoint {
  leaveBehind() {
    this.ctx.waitUntil(Promise.reject(new Error("in the background")));
    return "done";
  }
}

/** Not the default one. */
export const Admin = observeWorker(
  class Admin extends WorkerEntrypoint {
    clear(name) {
      return this.env.ROOM.getByName(name).add(-1);
    }

    props() {
      return this.ctx.props;
    }
  },
  { ROOM: "Room" },
);

const caught = (promise) => promise.catch(({ name, message, remote }) => ({ name, message, remote }));

const SCENARIOS = {
  nothing: () => null,
  called: ({ room }) => room.add(2),
  itself: ({ worker }) => {
    worker.secret = "told";
    return [worker.secret, ...worker.whoever(), Observed.name, Observed.kind];
  },
  throws: () => {
    throw THROWN;
  },
  refused: () => new Response(null, { status: 429 }),
  add: ({ self, name }) => self.add(name, 3),
  addTwice: ({ self, name }) => self.addTwice(name, 3),
  whoever: ({ self }) => self.whoever(),
  throwsRemotely: ({ self }) => caught(self.throws()),
  lateRemotely: ({ self }) => caught(self.late()),
  hidden: async ({ self }) => [await caught(self.rooms), await caught(self.env), await caught(self.missing())],
  property: ({ self }) => self.secret,
  pipelined: ({ self, name }) => self.session(name).add(4),
  stub: async ({ self, name }) => [await self.room(name).add(5), await (await self.room(name)).add(1)],
  passedOn: ({ self, room }) => self.addTo({ room }, 6),
  callback: ({ self }) => self.callback((number) => number + 1),
  stream: async ({ self }) => new Response(await self.stream()).text(),
  inBackground: ({ self }) => self.inBackground(),
  unobserved: ({ ctx }) => ctx.exports.Unobserved.leaveBehind(),
  admin: ({ admin, name }) => admin.clear(name),
  props: ({ admin }) => admin({ props: { user: "ada" } }).props(),
};

const Observed = observeWorker(Main, { ROOM: "Room", ABSENT: "Room" });
export default Observed;
