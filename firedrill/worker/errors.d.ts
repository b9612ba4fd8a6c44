export * from "./types/errors.mjs";
