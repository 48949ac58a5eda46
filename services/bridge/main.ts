/** The bridge as a process: environment -> config -> create -> signals. Or once through the folder, for the command line. */
import { join } from "node:path";
import { z } from "zod";
import { countEvents } from "#shared/metrics/events.ts";
import { createMetrics, type Metrics } from "#shared/metrics/metrics.ts";
import { metricsAddress } from "#shared/metrics/metrics-config.ts";
import { type MetricsServer, serveMetrics } from "#shared/metrics/serve.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { commonEnv, parseConfig } from "#shared/runtime/config.ts";
import { createLogger, type Logger } from "#shared/runtime/log.ts";
import { runService } from "#shared/runtime/resources.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { type Bridge, type BridgeOptions, type BridgeStatus, createBridge } from "./bridge.ts";
import { bridgeConfig } from "./config.ts";
import { type DryFile, dryRun } from "./dry-run.ts";
import { type Failure, readFailures } from "./record/failures.ts";

export async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const config = parseConfig(bridgeConfig, env);
  const metrics = createMetrics("bridge");
  const log = createLogger("bridge", countEvents(metrics));
  const bridge = await bridgeFrom(env, { log, metrics });
  const address = metricsAddress(config, "bridge");
  let server: MetricsServer | undefined;
  await runService(
    {
      ...(bridge.failed === undefined ? {} : { failed: bridge.failed }),
      async start() {
        if (address !== undefined)
          server = await serveMetrics(metrics, address).catch((error) => {
            log.warn({ err: error, ...address }, "metrics are not served, their port cannot be had");
            return undefined;
          });
        await bridge.start();
      },
      async close() {
        await bridge.close();
        await server?.close();
      },
    },
    log,
  );
}

/** Goes through the folder once. Ends early, with what it has, when the signal aborts. */
export async function runOnce(
  env: NodeJS.ProcessEnv,
  options: { signal: AbortSignal; onProgress: NonNullable<BridgeOptions["onProgress"]> },
): Promise<BridgeStatus> {
  const bridge = await bridgeFrom(env, { log: createLogger("bridge"), onProgress: options.onProgress });
  options.signal.addEventListener("abort", () => void bridge.close());
  try {
    const done = bridge.runOnce();
    // a schedule that calls this wants an answer: a broker that is away is one
    const reached = waitFor(() => bridge.status().connected, {
      what: "the broker to answer; nothing was published",
      timeoutMs: BROKER_PATIENCE_MS,
    });
    reached.catch(() => undefined);
    return await Promise.race([done, reached.then(() => done)]);
  } finally {
    await bridge.close();
  }
}

/** What would be published; see there. */
export async function* lookOnly(env: NodeJS.ProcessEnv): AsyncGenerator<DryFile> {
  yield* dryRun(await optionsFrom(env));
}

/** The list of failures as the bridge last wrote it; empty where there is none. */
export async function listFailed(env: NodeJS.ProcessEnv): Promise<readonly Failure[]> {
  const { OUTFALL_DATA_DIR } = parseConfig(z.object(commonEnv), env);
  return (await readFailures(join(bridgeFolder(OUTFALL_DATA_DIR), "failed.json")))?.failures ?? [];
}

const BROKER_PATIENCE_MS = 20_000;
const bridgeFolder = (dataDir: string) => join(dataDir, "bridge");

async function bridgeFrom(
  env: NodeJS.ProcessEnv,
  more: { log: Logger; metrics?: Metrics; onProgress?: NonNullable<BridgeOptions["onProgress"]> },
): Promise<Bridge> {
  return createBridge({ ...(await optionsFrom(env)), ...more });
}

async function optionsFrom(env: NodeJS.ProcessEnv): Promise<Omit<BridgeOptions, "log">> {
  const config = parseConfig(bridgeConfig, env);
  return {
    folder: config.OUTFALL_BRIDGE_DIR,
    mapFile: config.OUTFALL_BRIDGE_MAP,
    registry: await loadRegistry(config.OUTFALL_REGISTRY),
    mqttUrl: config.OUTFALL_MQTT_URL,
    dataDir: bridgeFolder(config.OUTFALL_DATA_DIR),
    // the file system's times are real ones, whatever clock the services run on
    now: Date.now,
    scanMs: config.OUTFALL_BRIDGE_SCAN_MS,
    stableMs: config.OUTFALL_BRIDGE_STABLE_MS,
    moveTo: config.OUTFALL_BRIDGE_MOVE_DIR,
  };
}
