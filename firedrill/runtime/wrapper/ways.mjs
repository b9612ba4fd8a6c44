// How calls of objects fail in production, each with the category that telemetry has for it.
// Sources: developers.cloudflare.com/durable-objects/best-practices/error-handling,
// developers.cloudflare.com/durable-objects/observability/troubleshooting

export const UNREACHABLE = { injected: "unreachable", message: "Network connection lost.", retryable: true };

export const OVERLOADED = {
  injected: "overloaded",
  message: "Durable Object is overloaded. Too many requests queued.",
  retryable: true,
  overloaded: true,
};

/** Every way, one after the other. */
export const WAYS = [
  UNREACHABLE,
  {
    injected: "unreachable",
    message: "Cannot resolve Durable Object due to transient issue on remote node.",
    retryable: true,
  },
  OVERLOADED,
  { injected: "limits", message: "Durable Object exceeded its CPU time limit and was reset.", remote: true },
  { injected: "limits", message: "Durable Object's isolate exceeded its memory limit and was reset.", remote: true },
  {
    injected: "storage",
    message: "Durable Object storage operation exceeded timeout which caused object to be reset.",
    durableObjectReset: true,
    remote: true,
  },
  {
    injected: "reset",
    message: "Durable Object reset because its code was updated.",
    durableObjectReset: true,
    retryable: true,
    remote: true,
  },
  { injected: "timeout", name: "TimeoutError", message: "The operation was aborted due to timeout", remote: true },
  { injected: "disconnected", name: "AbortError", message: "The operation was aborted", remote: true },
  { injected: "validation", name: "InputError", message: "refused by the drill", remote: true },
  { injected: "code", name: "TypeError", message: "x is not a function", remote: true },
  // What has passed through another Worker has lost the properties that are not its own, or all but one.
  { injected: "unreachable", message: "Network connection lost.", remote: true },
  { injected: "unreachable", message: "internal error; reference = 0123456789abcdefghijklmn", retryable: true, remote: true },
  { injected: "overloaded", message: "Durable Object is overloaded. Too many requests queued.", remote: true },
  { injected: "reset", message: "Durable Object reset because its code was updated.", remote: true },
  { injected: "overloaded", message: "internal error", retryable: true, overloaded: true, remote: true },
  { injected: "reset", message: "internal error", durableObjectReset: true, remote: true },
  { injected: "timeout", message: "The operation timed out.", retryable: true, remote: true },
  { injected: "disconnected", message: "The client disconnected.", remote: true },
  { injected: "code", name: "TypeError", message: 'The RPC receiver does not implement the method "x".' },
];
