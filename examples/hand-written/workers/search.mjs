export default {
  async fetch(request) {
    const wanted = new URL(request.url).searchParams.get("q");
    return wanted ? Response.json({ found: [] }) : new Response("what?", { status: 400 });
  },
};
