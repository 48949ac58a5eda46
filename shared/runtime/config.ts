/** Environment to configuration. In: process.env and a zod object; out: the typed value, or one error naming every problem. */
import { z } from "zod";

/** @throws Error listing each variable that does not fit, one per line. */
export function parseConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = schema.safeParse(filled);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "environment"}: ${issue.message}`,
  );
  throw new Error(`configuration does not fit:\n${lines.join("\n")}`);
}

const DEFAULT_DATA_DIR = ".outfall/data";

/** Variables every service reads. */
export const commonEnv = {
  OUTFALL_REGISTRY: z.string().default("registry").describe("folder of the registry"),
  OUTFALL_DATA_DIR: z.string().default(DEFAULT_DATA_DIR).describe("folder for journals, outboxes and state"),
  OUTFALL_CLOCK: z
    .string()
    .optional()
    .describe("START,SPEED[,FILE]: simulated time; unset for the system clock"),
};

export const mqttEnv = {
  OUTFALL_MQTT_URL: z
    .url()
    .default("mqtt://127.0.0.1:1883")
    .describe("broker, with user and password if it asks"),
};

export const redisEnv = {
  OUTFALL_REDIS_URL: z.url().default("redis://127.0.0.1:6379").describe("Redis, maxmemory-policy noeviction"),
  OUTFALL_QUEUE_PREFIX: z.string().default("outfall").describe("key prefix of the queues"),
};

export const influxEnv = {
  OUTFALL_INFLUX_URL: z.url().default("http://127.0.0.1:8086").describe("InfluxDB 1.x or 2.x"),
  OUTFALL_INFLUX_TOKEN: z.string().optional().describe("token (2.x) or user:password (1.x)"),
  OUTFALL_INFLUX_ORG: z.string().default("outfall").describe("organisation (2.x only)"),
  OUTFALL_INFLUX_DATABASE: z
    .string()
    .default("outfall")
    .describe("database; on 2.x buckets <database>/raw and /record"),
};
