// A Worker with two classes, whose calls have the same name.
import { DurableObject } from "cloudflare:workers";
import { observeObject, observeWorker } from "../../worker/src/telemetry.mjs";

class Counted extends DurableObject {
  async add() {
    this.ctx.storage.kv.put("count", (this.ctx.storage.kv.get("count") ?? 0) + 1);
    return this.ctx.storage.kv.get("count");
  }
}

export const Room = observeObject(class Room extends Counted {});
export const Lobby = observeObject(class Lobby extends Counted {});

export default observeWorker(
  {
    async fetch(request, env) {
      const [, kind, id] = new URL(request.url).pathname.split("/");
      return Response.json(await (kind === "room" ? env.ROOMS : env.LOBBIES).getByName(id).add());
    },
  },
  { ROOMS: "Room", LOBBIES: "Lobby" },
);
