/** Provisioning as a process that ends: environment -> config -> provision. Run before the services, and after a registry change. */
import { z } from "zod";
import { influxOptions } from "#shared/influx/influx-config.ts";
import { topicRootOf } from "#shared/mqtt/topic.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { commonEnv, influxEnv, parseConfig } from "#shared/runtime/config.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { stationPassword } from "./broker/password.ts";
import { provision } from "./provision.ts";

const secret = z.string().min(16, "expected 16 characters or more");

export const provisionConfig = z.object({
  ...commonEnv,
  ...influxEnv,
  OUTFALL_PROVISION_DIR: z
    .string()
    .default(".outfall/provision/broker")
    .describe("folder for the broker's password file and ACL"),
  OUTFALL_MQTT_INGEST_PASSWORD: secret.describe("password of the user _ingest"),
  OUTFALL_MQTT_STATION_SECRET: secret.describe("every station's password is derived from it"),
  OUTFALL_RAW_RETENTION: z
    .string()
    .regex(/^\d+d$/, "expected days, e.g. 400d")
    .optional()
    .describe("how long readings are kept; unset keeps them for good"),
});

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(provisionConfig, env);
  const log = createLogger("provision");
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const done = await provision({
    registry,
    root: topicRootOf(registry.settings.simulated),
    folder: config.OUTFALL_PROVISION_DIR,
    secrets: {
      ingestPassword: config.OUTFALL_MQTT_INGEST_PASSWORD,
      stationSecret: config.OUTFALL_MQTT_STATION_SECRET,
    },
    influx: {
      ...influxOptions(config),
      rawRetention: config.OUTFALL_RAW_RETENTION,
    },
  });
  log.info(done, "servers are provisioned");
}

const accountsConfig = z.object({
  ...commonEnv,
  OUTFALL_MQTT_STATION_SECRET: secret,
});

/** Broker user and password of every station of the registry, to hand to whoever sets the stations up. */
export async function stationAccounts(env: NodeJS.ProcessEnv): Promise<{ user: string; password: string }[]> {
  const config = parseConfig(accountsConfig, env);
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  return [...registry.stations.keys()].map((user) => ({
    user,
    password: stationPassword(config.OUTFALL_MQTT_STATION_SECRET, user),
  }));
}
