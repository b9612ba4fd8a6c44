export * from "./types/reporter.mjs";
