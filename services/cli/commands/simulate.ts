/** `outfall simulate`: stations of a scenario against a broker. */
import type { Command } from "commander";
import { type Anchor, simulatedClock } from "#shared/runtime/clock.ts";
import { parseDuration, parseSpeed } from "../duration.ts";
import { withExample } from "../example.ts";
import { createProgressBar } from "../progress-bar.ts";

interface Options {
  registry: string;
  mqtt: string;
  speed: number;
  for?: number;
  seed?: string;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
/** How far before the present an accelerated story begins: it ends at the present. */
const STORY_MS = 20 * HOUR_MS;

export function registerSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .description("publish a scenario's stations to a broker, below outfall-sim/")
    .argument("<scenario>", "scenario file")
    .option("--registry <folder>", "registry folder", "registry")
    .option("--mqtt <url>", "broker", process.env.OUTFALL_MQTT_URL ?? "mqtt://127.0.0.1:1883")
    .option("--speed <n>", "simulated seconds a second", parseSpeed, 1)
    .option("--for <duration>", "stop after this much real time", parseDuration)
    .option("--seed <text>", "another seed than the scenario's")
    .action(async (file: string, options: Options) => {
      const [{ loadRegistry }, { loadScenario }, { runSimulation }, { createLogger }] = await Promise.all([
        import("#shared/registry/load.ts"),
        import("#simulators/scenario/load-scenario.ts"),
        import("#simulators/simulation/run-simulation.ts"),
        import("#shared/runtime/log.ts"),
      ]);
      const registry = await loadRegistry(options.registry);
      const scenario = await loadScenario(file, registry);
      const speed = Math.max(1, options.speed);
      const lead = speed === 1 ? 0 : STORY_MS;
      const storyStartMs = Math.floor((Date.now() - lead) / STEP_MS) * STEP_MS;
      let anchor: Anchor | undefined;
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      process.once("SIGTERM", () => stop.abort());
      if (options.for !== undefined) setTimeout(() => stop.abort(), options.for).unref();
      const bar = createProgressBar("history");
      const result = await runSimulation({
        registry,
        scenario: options.seed === undefined ? scenario : { ...scenario, seed: options.seed },
        mqttUrl: options.mqtt,
        clock: simulatedClock({ startMs: storyStartMs, speed, anchor: () => anchor }),
        storyStartMs,
        log: createLogger("simulate"),
        signal: stop.signal,
        onProgress: ({ phase, published, backlogTotal }) => {
          if (phase === "backlog") bar.update(published, backlogTotal);
        },
        onBacklogSent: () => {
          bar.stop();
          anchor = { realMs: Date.now(), speed };
        },
      });
      bar.stop();
      process.stdout.write(`${JSON.stringify(result)}\n`);
    });
  withExample(
    command,
    "outfall simulate simulators/scenarios/quiet.yaml --mqtt mqtt://127.0.0.1:1883 --speed 60",
  );
}
