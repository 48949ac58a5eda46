/** Redis for the local stack: append-only, never evicting, on a free loopback port. */
import { mkdir } from "node:fs/promises";
import { Redis } from "ioredis";
import type { ServerKind } from "./server.ts";

export const redis: ServerKind = {
  name: "redis",
  command: "redis-server",
  async prepare(folder, port) {
    await mkdir(folder, { recursive: true });
    const args = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder];
    args.push("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction");
    return { args, url: `redis://127.0.0.1:${port}` };
  },
  async answers(url) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.ping()) === "PONG";
    } finally {
      client.disconnect();
    }
  },
};
