/** Judging a recorded feed offline, from a file to lines of verdicts. In: a folder and the feed's size; out: readings a second. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { judgeFile } from "#services/cli/judge/judge-run.ts";
import { createVerdictPrinter } from "#services/cli/judge/verdict-json.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { benchStations } from "../load/registry.ts";
import { readingsAt, writeCountry } from "./country.ts";

export interface OfflineFigures {
  readonly readings: number;
  readonly verdicts: number;
  /** By the clock, and by the processor time of the one thread that judges and of those that collect its garbage. */
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const STEP_MS = 300_000;
const START = Date.parse("2026-10-01T00:00:00+07:00");

export async function benchOffline(
  folder: string,
  { stations, days }: { stations: number; days: number },
): Promise<OfflineFigures> {
  const registryFolder = join(folder, "registry");
  const file = join(folder, "feed.jsonl");
  await writeCountry(registryFolder, stations);
  await writeFeed(file, stations, days);
  const registry = await loadRegistry(registryFolder);
  const printer = createVerdictPrinter(registry.settings.timeZone, registry.settings.rules.finalAfter);
  let printed = 0;
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const { readings, verdicts, refused } = await judgeFile({
    registry,
    file,
    onFault(message) {
      throw new Error(message);
    },
    onStation(found, _samples, { until }) {
      for (const verdict of found) printed += printer.line(verdict, until).length;
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - startedAt;
  if (refused > 0 || printed === 0) throw new Error("the feed was not judged whole");
  return {
    readings,
    verdicts,
    perSecond: Math.round((readings / ms) * 1000),
    perCpuSecond: Math.round((readings / (user + system)) * 1e6),
  };
}

async function writeFeed(file: string, stations: number, days: number): Promise<void> {
  const out = createWriteStream(file);
  const places = benchStations(stations);
  for (let step = 1; step <= days * 288; step += 1) {
    const time = START + step * STEP_MS;
    const lines = places.map(({ id }, index) =>
      JSON.stringify({ station: id, time, readings: readingsAt(index, time) }),
    );
    if (!out.write(`${lines.join("\n")}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}
