// A Worker whose default export is an instance with a private field, frozen, and which does all that can be done with
// the stub of an object: GET /<what> answers the result as JSON.
import { DurableObject, RpcTarget } from "cloudflare:workers";

class Session extends RpcTarget {
  add(number) {
    return number + 1;
  }
}

export class Room extends DurableObject {
  get size() {
    return 3;
  }

  get session() {
    return new Session();
  }

  open() {
    return new Session();
  }

  className() {
    return this.constructor.name;
  }

  hello() {
    return `hello from ${this.ctx.id.name}`;
  }

  relay({ to }) {
    return to.hello();
  }
}

const DEEDS = {
  awaited: async (room, _other, env) => {
    const found = async () => room;
    const rooms = async () => env.ROOM;
    return [await (await found()).hello(), await (await rooms()).getByName("third").hello()];
  },
  property: async (room) => [await room.size, await room.size.finally(() => {}), await room.session.add(1)],
  pipelined: (room) => room.open().add(2),
  className: (room) => room.className(),
  sent: (room, other) => room.relay({ to: other }),
  described: (room) => [room.name, room.id.name, String(room), room.constructor.name, room.then ?? "no promise"],
};

class App {
  #greeting = "at your service";

  async fetch(request, env) {
    const deed = DEEDS[new URL(request.url).pathname.slice(1)];
    if (deed === undefined) return Response.json(this.#greeting);
    try {
      return Response.json(await deed(env.ROOM.getByName("one"), env.ROOM.getByName("other"), env));
    } catch ({ name, message, retryable }) {
      return Response.json({ name, message, retryable });
    }
  }
}

export default Object.freeze(new App());
