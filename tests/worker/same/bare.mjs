// Not observed.
import { made } from "./code.mjs";

const unchanged = (given) => given;
const { Room, Hidden, Frozen, Entry, handlers } = made(unchanged, unchanged);
export { Room, Hidden, Frozen, Entry, handlers as default };
