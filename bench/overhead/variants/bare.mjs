// Not observed.
export { Counter, handlers as default } from "../subject.mjs";
