/** Redis as the queues need it: reached, never evicting, and worked off. In: its address and prefix; out: checks. */
import { Redis } from "ioredis";
import { createQueue, type RedisOptions } from "#shared/queue/bull.ts";
import { queueNames } from "#shared/queue/queues.ts";
import { silentLogger, withoutPassword } from "#shared/runtime/log.ts";
import { green, type Look, red, yellow } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const CONNECT_MS = 4_000;

export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  let trouble: unknown;
  redis.on("error", (error) => {
    trouble = error;
  });
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    throw trouble ?? error;
  } finally {
    redis.disconnect();
  }
}

export function redisCheck(url: string): Check {
  return {
    area: "Redis",
    name: "reachable",
    proves: "Redis",
    why: "every check and mail goes through its queues; while it is away storing stops too, and the journal grows",
    remedy: "start Redis, or mend OUTFALL_REDIS_URL",
    look: () =>
      withRedis(url, async (redis) => {
        const { redis_version: version = "of unknown version" } = parseInfo(await redis.info("server"));
        return green(`Redis ${version} answers at ${withoutPassword(url)}`);
      }),
  };
}

export function redisSettingsCheck(url: string): Check {
  return {
    area: "Redis",
    name: "settings",
    needs: ["Redis"],
    why: "a Redis that evicts, or forgets at a restart, loses checks that wait",
    remedy: "start it with --maxmemory-policy noeviction --appendonly yes",
    look: () =>
      withRedis(url, async (redis) =>
        judgeRedisInfo({
          ...parseInfo(await redis.info("memory")),
          ...parseInfo(await redis.info("persistence")),
        }),
      ),
  };
}

/** `name:value` lines of INFO. */
export function parseInfo(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^([a-z_0-9]+):(.*?)\r?$/gm)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}

const NEARLY_FULL = 0.9;

export function judgeRedisInfo(info: Readonly<Record<string, string>>): readonly Look[] {
  const looks: Look[] = [];
  const policy = info.maxmemory_policy ?? "unknown";
  const most = Number(info.maxmemory ?? 0);
  const used = Number(info.used_memory ?? 0);
  if (policy !== "noeviction")
    looks.push(red(`maxmemory-policy is ${policy}: jobs are thrown away when memory is short`));
  if (most > 0 && used > most * NEARLY_FULL)
    looks.push(
      red(`${Math.round((100 * used) / most)} % of maxmemory used`, "raise maxmemory, or see why jobs wait"),
    );
  if (info.aof_enabled !== "1")
    looks.push(
      yellow("append-only file off: a restart loses jobs that wait", "start it with --appendonly yes"),
    );
  else if (info.aof_last_write_status !== undefined && info.aof_last_write_status !== "ok")
    looks.push(red("its last write to the append-only file failed", "look at Redis' log and its disk"));
  return looks.length > 0 ? looks : [green("never evicts, and keeps an append-only file")];
}

export function queuesCheck(redis: RedisOptions): Check {
  return {
    area: "Redis",
    name: "queues",
    needs: ["Redis"],
    why: "a job that waits is a check or mail that is late; one that failed for good is one that is missing",
    remedy: "see that `outfall compliance` and `outfall notify` run, and their logs",
    async look() {
      const queues = queueNames.map((name) => ({ name, queue: createQueue(name, redis, silentLogger) }));
      try {
        const depths = await Promise.all(
          queues.map(async ({ name, queue }) => ({ name, ...(await queue.counts()) })),
        );
        return judgeQueues(depths);
      } finally {
        await Promise.all(queues.map(({ queue }) => queue.close()));
      }
    },
  };
}

export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  readonly delayed: number;
  readonly failed: number;
}

const MANY_WAIT = 1_000;

export function judgeQueues(depths: readonly QueueDepth[]): readonly Look[] {
  const looks = depths.flatMap(({ name, waiting, delayed, failed }) => [
    ...(failed > 0
      ? [yellow(`${failed} jobs of ${name} failed for good`, `see the log of the service that works ${name}`)]
      : []),
    ...(waiting + delayed > MANY_WAIT ? [yellow(`${waiting + delayed} jobs of ${name} wait`)] : []),
  ]);
  if (looks.length > 0) return looks;
  const waiting = depths.reduce((sum, depth) => sum + depth.waiting + depth.delayed, 0);
  return [green(`${waiting} jobs wait, none failed for good`)];
}
