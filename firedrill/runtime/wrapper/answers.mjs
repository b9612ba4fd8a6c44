// The answers that a drill file gives in the place of what is not to be had here.

const WITHOUT_BODY = [204, 205, 304];

/** A response of a status, headers and a body, which is text, or a value that is written as JSON. */
export function responseOf({ body, ...options }) {
  if (WITHOUT_BODY.includes(options.status)) return new Response(null, options);
  return typeof body === "object" ? Response.json(body, options) : new Response(body, options);
}
