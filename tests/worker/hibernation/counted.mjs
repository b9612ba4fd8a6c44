// A Worker with chat rooms, and how many of its rooms were constructed: GET /built. Exists only in tests.
import rooms, { ChatRoom as Room } from "./rooms.mjs";

let built = 0;

export class ChatRoom extends Room {
  constructor(ctx, env) {
    super(ctx, env);
    built += 1;
    if (env.KEEP) setInterval(() => {}, 60_000); // as a wrapper would that has a timer
  }
}

export default {
  fetch(request, env, ctx) {
    return new URL(request.url).pathname === "/built" ? Response.json(built) : rooms.fetch(request, env, ctx);
  },
};
