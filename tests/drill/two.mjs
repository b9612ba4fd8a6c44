// A Worker that is a class, with two classes of objects, whose calls have the same name.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { observeObject, observeWorker } from "../../firedrill/worker/telemetry.mjs";

class Counted extends DurableObject {
  async add() {
    this.ctx.storage.kv.put("count", (this.ctx.storage.kv.get("count") ?? 0) + 1);
    return this.ctx.storage.kv.get("count");
  }
}

export const Room = observeObject(class Room extends Counted {});
export const Lobby = observeObject(class Lobby extends Counted {});

export default observeWorker(
  class extends WorkerEntrypoint {
    async fetch(request) {
      const [, kind, id] = new URL(request.url).pathname.split("/");
      const { ROOMS, LOBBIES } = this.env;
      return Response.json(await (kind === "room" ? ROOMS : LOBBIES).getByName(id).add());
    }
  },
  { ROOMS: "Room", LOBBIES: "Lobby" },
);
