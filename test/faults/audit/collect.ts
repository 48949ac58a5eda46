/** What stands in InfluxDB, quarantine and journal at the end of a run. In: where they are; out: evidence for the audit. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCursor } from "#services/ingest/journal/cursor.ts";
import type { QuarantinedSample } from "#services/ingest/quarantine/quarantine.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";
import { numberOf } from "../load/message.ts";
import { type QuarantineLine, rowKey, type StoredRow } from "./audit.ts";

/** @param stations ids in the order of the load */
export async function readRows(influx: Influx, stations: readonly string[]): Promise<Map<string, StoredRow>> {
  const places = new Map(stations.map((id, place) => [id, place]));
  const series = await influx.query(`SELECT * FROM "raw"."${EFFLUENT}" GROUP BY zone, plant, station`);
  return new Map(
    samplesOf(series).map(({ station, time, readings }) => {
      const value = (name: string) =>
        readings.find(({ parameter }) => parameter === name)?.value ?? undefined;
      return [rowKey(places.get(station) ?? -1, time), { cod: value("cod"), tss: value("tss") }];
    }),
  );
}

/** Every line of every day, also those that stand twice: which are the same is for the audit to say. */
export async function readQuarantine(dataDir: string): Promise<QuarantineLine[]> {
  const folder = join(dataDir, "ingest");
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ndjson"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const lines: QuarantineLine[] = [];
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const entry = parsed(line);
    // a line that a crash has torn is written again, whole, under the same id
    if (entry === undefined) continue;
    const payload = Buffer.from(entry.payload, "base64");
    lines.push({ id: entry.id, number: numberOf(payload)?.number, code: entry.code });
  }
  return lines;
}

function parsed(line: string): QuarantinedSample | undefined {
  try {
    return JSON.parse(line) as QuarantinedSample;
  } catch {
    return undefined;
  }
}

/** Records that ingest's journal has taken and is done with. */
export async function readJournaled(dataDir: string): Promise<number> {
  const cursor = await readCursor(join(dataDir, "ingest", "cursor.log"));
  return (cursor?.seq ?? 1) - 1;
}
