// Not observed either: what this differs from bare by is what cannot be resolved.
export { Counter, default } from "./bare.mjs";
