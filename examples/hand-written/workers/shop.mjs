import { DurableObject } from "cloudflare:workers";

export class Cart extends DurableObject {
  async add(item) {
    const items = (await this.ctx.storage.get("items")) ?? [];
    await this.ctx.storage.put("items", [...items, item]);
    return items.length + 1;
  }
}

export default {
  async fetch(request, env) {
    const [, customer, item] = new URL(request.url).pathname.split("/");
    const price = (await env.PRICES?.get(item)) ?? env.DEFAULT_PRICE;
    try {
      const count = await env.CARTS.getByName(customer).add(item);
      return Response.json({ count, price });
    } catch (error) {
      console.error("cart failed", error.message);
      return new Response("try again", { status: 503 });
    }
  },
};
