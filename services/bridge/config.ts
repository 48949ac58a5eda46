/** What the bridge reads from the environment. */
import { z } from "zod";
import { metricsEnv } from "#shared/metrics/metrics-config.ts";
import { commonEnv, mqttEnv } from "#shared/runtime/config.ts";

const SCAN_MS = 10_000;
const STABLE_MS = 5_000;
const MOST_MS = 3_600_000;

export const bridgeConfig = z.object({
  ...commonEnv,
  ...mqttEnv,
  ...metricsEnv,
  OUTFALL_BRIDGE_DIR: z.string().describe("drop folder of the loggers' text files"),
  OUTFALL_BRIDGE_MAP: z.string().describe("map: whose files are whose"),
  OUTFALL_BRIDGE_SCAN_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(MOST_MS)
    .default(SCAN_MS)
    .describe("time between two scans; longer where scanning itself takes long"),
  OUTFALL_BRIDGE_STABLE_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_MS)
    .default(STABLE_MS)
    .describe("a young file counts as uploaded when it has not changed for so long"),
  OUTFALL_BRIDGE_MOVE_DIR: z.string().optional().describe("done files are moved there; unset: they stay"),
});
