/** Explains a verdict from what is stored. In: InfluxDB, registry and a verdict's name; out: the explanation, or why there is none. */
import type { Influx } from "#shared/influx/influx.ts";
import { readSpan } from "#shared/reading/read-span.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Calendar } from "#shared/window/calendar.ts";
import { type Explanation, explainVerdict } from "../explain.ts";
import { createStationJudge } from "../judge-station.ts";
import { readRevisions } from "../read-revisions.ts";
import { printVerdictName, type VerdictName } from "../verdict-name.ts";
import { neededFrom, windowOf } from "./judge-one.ts";

export interface StoredCase {
  readonly registry: Registry;
  readonly calendar: Calendar;
  readonly influx: Pick<Influx, "query">;
  readonly name: VerdictName;
  readonly revision?: number | undefined;
  readonly now: number;
}

/** @returns a string that says what was expected instead, where there is nothing to explain */
export async function explainFromInflux(given: StoredCase): Promise<Explanation | string> {
  const { registry, calendar, influx, name, revision, now } = given;
  const station = registry.stations.get(name.station);
  if (station === undefined) return `the registry has no station ${name.station}`;
  const window = windowOf(calendar, name);
  if (window === undefined) return noWindow(registry, name);
  const judge = createStationJudge(registry, station, calendar);
  const [revisions, samples] = await Promise.all([
    readRevisions(influx, name),
    readSpan(influx, [station], spanOf(neededFrom(judge, window), window.to)),
  ]);
  const explanation = explainVerdict({
    registry,
    judge,
    calendar,
    name,
    window,
    samples: samples.get(station.id) ?? [],
    revisions,
    revision,
    now,
  });
  return explanation ?? nothingToExplain(registry, name, revisions.length, revision);
}

/** A single reading lies at the end of its span, whatever its stamp means. */
const spanOf = (from: number, to: number) => ({ from, to: to + 1 });

export const noWindow = ({ settings }: Pick<Registry, "settings">, name: VerdictName): string =>
  `no window of the rule ${name.rule} begins at ${printVerdictName(name, settings.timeZone).split("/").at(-1)}: ` +
  `expected hour, day, month, 8h, 30d, load-day, volume-day, instant, calibration, flow-balance or a would-be rule such as day:qcvn-40-2011/A, and the window's start in ${settings.timeZone}`;

export function nothingToExplain(
  { settings }: Pick<Registry, "settings">,
  name: VerdictName,
  known: number,
  revision: number | undefined,
): string {
  const text = printVerdictName(name, settings.timeZone);
  if (revision !== undefined)
    return `no revision ${revision} of ${text}: ${known === 0 ? "none is stored" : `expected 1 to ${known}`}`;
  return `nothing is judged as ${text}: no verdict is stored, and no limit of the registry asks for one`;
}
