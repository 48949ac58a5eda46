/** Window summaries as points of `hour` and `day`, for charts and exports. Time: the window's start. */
import { integer, line } from "#shared/influx/line.ts";
import type { Station } from "#shared/station/station.ts";
import type { WindowRule } from "#shared/verdict/verdict.ts";
import type { WindowSummary } from "./summary.ts";

/** Undefined where nothing was received. */
export function summaryLine(
  rule: WindowRule,
  station: Pick<Station, "zone" | "plant" | "id">,
  parameter: string,
  from: number,
  summary: WindowSummary,
): string | undefined {
  if (summary.usable + summary.calibrating + summary.faulty === 0) return undefined;
  return line(
    rule,
    { zone: station.zone, plant: station.plant, station: station.id, parameter },
    {
      mean: summary.mean,
      min: summary.min,
      max: summary.max,
      n: integer(summary.usable),
      owed: integer(summary.owed),
      completeness: summary.completeness,
    },
    from,
  );
}
