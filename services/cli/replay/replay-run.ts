/** One replay from start to report. In: a file and its map; out: what became of every row, and the days over each limit. */
import { basename, join } from "node:path";
import { type System, startSystem } from "#services/local/system.ts";
import { toRows } from "#shared/influx/rows.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { loadMap } from "#simulators/replay/load-map.ts";
import { type ReplayResult, runReplay } from "#simulators/replay/run-replay.ts";
import { createWatch } from "../demo/watch.ts";
import { createProgressBar } from "../progress-bar.ts";
import { collectReport, type RunReport, settle } from "../report.ts";

export interface ReplayReport extends RunReport {
  readonly replay: Omit<ReplayResult, "skipped">;
  /** Days whose value breaks the limit, by column of the instrument and parameter. */
  readonly exceededDays: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const SETTLE_MS = 300_000;
/** Beyond the end of the record, so that its last day ends too. */
const LAST_WINDOWS_MS = 3 * 86_400_000;
const TICK_MS = "500";

export async function replayRun(options: {
  file: string;
  mapFile: string;
  registryFolder: string;
  folder: string;
  speed: number;
  signal: AbortSignal;
}): Promise<ReplayReport> {
  const started = performance.timeOrigin;
  const elapsed = () => Math.round(Date.now() - started) / 1000;
  const map = await loadMap(options.mapFile);
  const mailFolder = join(options.folder, "mail");
  const system = await startSystem({
    folder: options.folder,
    mailFolder,
    registryFolder: options.registryFolder,
    registry: map.registry,
    isolatedAs: basename(options.folder),
    env: { OUTFALL_TICK_MS: TICK_MS },
  });
  const ending = new AbortController();
  try {
    const setup = elapsed();
    const watch = createWatch({ system, elapsed, onIncident: () => undefined, onMail: () => undefined });
    const watching = watch.run(ending.signal);
    const bar = createProgressBar("replay");
    const { skipped, ...replay } = await runReplay({
      file: options.file,
      map,
      mqttUrl: system.stack.mqttUrl,
      speed: options.speed,
      log: silentLogger,
      signal: options.signal,
      onProgress: ({ rowsDone, rowsTotal }) => bar.update(rowsDone, rowsTotal),
    });
    bar.stop();
    for (const { row, why } of skipped)
      process.stderr.write(`${options.file}: row ${row} left out: ${why}\n`);
    await settle(system, replay.published, SETTLE_MS);
    // the feed has ended: its last hour and day are judged like the others
    if (replay.until !== null) await system.queues.window.add({ until: replay.until + LAST_WINDOWS_MS });
    await settle(system, replay.published, SETTLE_MS);
    ending.abort();
    await watching;
    const report = await collectReport(system, {
      published: replay.published,
      mailFolder,
      seconds: { setup, ...watch.firsts },
    });
    return { ...report, replay, exceededDays: await countExceededDays(system) };
  } finally {
    ending.abort();
    await system.close();
  }
}

/** From the stored day verdicts: `qcvn-40-2011/B` counts under B, a permit under `permit`. */
async function countExceededDays(system: System): Promise<ReplayReport["exceededDays"]> {
  const rows = toRows(
    await system.influx.query(
      `SELECT outcome, instrument FROM "record"."verdict" WHERE rule =~ /^day/ GROUP BY parameter, rule`,
    ),
  );
  const counts: Record<string, Record<string, number>> = {};
  for (const { outcome, instrument, parameter } of rows) {
    const column = String(instrument).split("/").at(-1) ?? "";
    const days = counts[column] ?? {};
    days[String(parameter)] = (days[String(parameter)] ?? 0) + (outcome === "exceeded" ? 1 : 0);
    counts[column] = days;
  }
  return counts;
}
