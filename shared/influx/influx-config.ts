/** InfluxDB from the environment. In: what `influxEnv` parsed; out: the port. */
import type { z } from "zod";
import type { influxEnv } from "#shared/runtime/config.ts";
import { createInflux, type Influx, type InfluxOptions } from "./influx.ts";

type InfluxConfig = z.infer<z.ZodObject<typeof influxEnv>>;

export function influxOptions(config: InfluxConfig): InfluxOptions {
  return {
    url: config.OUTFALL_INFLUX_URL,
    token: config.OUTFALL_INFLUX_TOKEN,
    org: config.OUTFALL_INFLUX_ORG,
    database: config.OUTFALL_INFLUX_DATABASE,
  };
}

export const influxFrom = (config: InfluxConfig): Influx => createInflux(influxOptions(config));
