/**
 * Stored readings as the provinces' text files. In: stations and a span of time; out: one file a sample, written under
 * another name and renamed. Values are those that the station sent, with its device status; our quality flags are ours.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readSamples } from "#services/api/readings/query.ts";
import { SIMULATED_WORDS } from "#services/api/simulated.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { createLocalTime } from "#shared/time/local-time.ts";
import { compilePlace } from "#shared/txt/file-place.ts";
import { localDigitsAt } from "#shared/txt/local-digits.ts";
import { printTxt } from "#shared/txt/print-txt.ts";
import { createSymbolWriter, type OwnSymbols } from "#shared/txt/symbols.ts";
import { provinceAt, type Zone } from "#shared/zone/zone.ts";

export interface ExportOptions {
  readonly influx: Pick<Influx, "query">;
  readonly registry: Registry;
  readonly stations: readonly Station[];
  /** ms since epoch; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly folder: string;
  readonly layout: string;
  readonly name: string;
  readonly symbols: OwnSymbols;
  /** What stands in place of a value that is not there. */
  readonly missing: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

export interface Exported {
  readonly simulated: boolean;
  readonly files: number;
  /** Samples whose time has a fraction of a second: 14 digits cannot say it. */
  readonly leftOut: number;
}

const DAY_MS = 86_400_000;
/** More than a station sends in a day: one a second. */
const MOST_PER_DAY = 100_000;

export async function exportTxt(options: ExportOptions): Promise<Exported> {
  const { influx, registry, stations, from, to, folder, symbols, missing } = options;
  const { simulated, timeZone } = registry.settings;
  const placeOf = compilePlace({ layout: options.layout, name: options.name, simulated });
  const local = createLocalTime(timeZone);
  const symbolOf = createSymbolWriter(symbols);
  const days = Math.ceil((to - from) / DAY_MS);
  let files = 0;
  let leftOut = 0;
  await mkdir(folder, { recursive: true });
  if (simulated) await writeFile(join(folder, "README.txt"), readmeOf(registry));

  async function write(sample: Sample): Promise<void> {
    const { zone, plant, station, time, readings } = sample;
    const digits = localDigitsAt(time, local);
    const province = provinceAt(registry.zones.get(zone) as Zone, time, timeZone).code;
    const asSent = readings.map((reading) => ({ ...reading, value: reading.censored ?? reading.value }));
    const text = printTxt(asSent, { digits, symbolOf, noValue: missing });
    const file = join(folder, placeOf({ province, zone, plant, station, digits }));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.tmp`, text);
    await rename(`${file}.tmp`, file);
    files += 1;
  }

  for (const [index, station] of stations.entries()) {
    for (let day = 0; day < days; day += 1) {
      if (options.signal.aborted) return { simulated, files, leftOut };
      const start = from + day * DAY_MS;
      const span = { station: station.id, from: start, to: Math.min(to, start + DAY_MS) - 1 };
      const samples = await readSamples(influx, { ...span, limit: MOST_PER_DAY });
      for (const sample of samples.reverse()) {
        if (sample.time % 1000 === 0) await write(sample);
        else leftOut += 1;
      }
      options.onProgress(index * days + day + 1, stations.length * days);
    }
  }
  return { simulated, files, leftOut };
}

function readmeOf({ settings }: Registry): string {
  return [
    SIMULATED_WORDS,
    "",
    `Số liệu trong thư mục này là mô phỏng (${settings.name}), không phải của trạm quan trắc nào.`,
    `The data in this folder is simulated (${settings.name}); no station measured it. Each name begins with SIM_.`,
    "",
  ].join("\r\n");
}
