export * from "./types/retry.mjs";
