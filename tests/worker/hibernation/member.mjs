// A member of one room of each Worker, who says something, is silent for a while, and says something again. Answers
// with what the member heard, and with the number of constructed rooms after each of these. Exists only in tests.
const SILENCE_MS = 11_500; // idle objects are evicted after 10 s

async function visit(worker) {
  const { webSocket: socket } = await worker.fetch("http://chat/rooms/lounge/socket?as=ada", {
    headers: { Upgrade: "websocket" },
  });
  const heard = [];
  let wake = () => {};
  socket.addEventListener("message", ({ data }) => wake(heard.push(data)));
  socket.accept();
  const built = [];
  const say = async (words) => {
    const answered = new Promise((resolve) => (wake = resolve));
    socket.send(words);
    await answered;
    built.push(await (await worker.fetch("http://chat/built")).json());
  };
  await say("hello");
  await scheduler.wait(SILENCE_MS);
  await say("ping");
  await say("anybody?");
  const history = await (await worker.fetch("http://chat/rooms/lounge/messages")).json();
  return { heard: heard.map((data) => (data === "pong" ? data : JSON.parse(data).text)), built, kept: history.length };
}

export default {
  async fetch(_, env) {
    const visits = Object.entries(env).map(async ([name, worker]) => [name, await visit(worker)]);
    return Response.json(Object.fromEntries(await Promise.all(visits)));
  },
};
