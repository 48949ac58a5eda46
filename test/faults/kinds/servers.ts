/** A server is killed and comes back with what it had on disk; Redis may also be emptied. */
import { Redis } from "ioredis";
import type { ServerName } from "#services/local/stack.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Fault } from "./fault.ts";

export const killServer =
  (name: ServerName): Fault =>
  async ({ stack, brokerKills }, { forMs }) => {
    if (name === "mosquitto") brokerKills.push(Date.now());
    await stack.stop(name, "SIGKILL");
    await pause(forMs);
    await stack.restart(name);
    return undefined;
  };

export const flushRedis: Fault = async ({ stack }) => {
  const redis = new Redis(stack.redisUrl, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
    return undefined;
  } finally {
    redis.disconnect();
  }
};
