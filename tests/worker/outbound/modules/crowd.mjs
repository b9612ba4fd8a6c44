// Sends an observed Worker as many requests as the test says, some at a time.
export default {
  async fetch(request, env) {
    let left = await request.json();
    const answers = [];
    const one = async () => {
      while (left-- > 0) answers.push(await (await env.OBSERVED.fetch("http://observed/")).json());
    };
    await Promise.all(Array.from({ length: 500 }, one));
    return Response.json(answers.filter((answer) => answer === "done").length);
  },
};
