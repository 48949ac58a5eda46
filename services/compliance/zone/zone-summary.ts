/**
 * What national and provincial views read: a row of `zone_hour` or `zone_day` a zone and window. In: the verdicts of its
 * stations; out: counts by outcome, the worst of them, and how complete the data is. Time: the window's start.
 */
import { m3Of } from "#shared/coverage/amounts.ts";
import { OUTFLOW } from "#shared/coverage/tally-windows.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line, quote } from "#shared/influx/line.ts";
import type { Verdict } from "#shared/verdict/verdict.ts";
import { verdictsOf } from "#shared/verdict/verdict-points.ts";
import type { PlainRule } from "#shared/window/calendar.ts";
import type { JudgedWindows } from "../window/judge-spans.ts";

type Unit = Exclude<PlainRule, "month">;

export function zoneLines(
  unit: Unit,
  verdicts: readonly Verdict[],
  judged: readonly Pick<JudgedWindows, "judge" | "windows" | "tallies">[],
): string[] {
  const volumes = volumesOf(judged);
  return [...groupByWindow(unit, verdicts)].map(([key, group]) => zoneLine(unit, group, volumes.get(key)));
}

/** Of late data: the zone's rows of the windows that changed, from all their stored verdicts. */
export async function rewriteZones(
  influx: Influx,
  unit: Unit,
  zone: string,
  changed: readonly Verdict[],
): Promise<void> {
  const starts = [...groupByWindow(unit, changed).values()].map(([first]) => (first as Verdict).from);
  if (starts.length === 0) return;
  const stored = verdictsOf(
    await influx.query(
      `SELECT * FROM "record"."verdict" WHERE zone = ${quote(zone)} AND rule = ${quote(unit)} AND time >= ${Math.min(...starts)}ms AND time <= ${Math.max(...starts)}ms`,
    ),
  );
  const touched = new Set(starts);
  const lines = [...groupByWindow(unit, stored).values()]
    .filter(([first]) => touched.has((first as Verdict).from))
    .map((group) => zoneLine(unit, group, undefined));
  if (lines.length > 0) await influx.write("record", lines.join("\n"));
}

const keyOf = (zone: string, from: number): string => `${zone}|${from}`;

function groupByWindow(unit: Unit, verdicts: readonly Verdict[]): Map<string, Verdict[]> {
  const acting = verdicts.filter((verdict) => verdict.acting && verdict.rule === unit);
  return Map.groupBy(acting, ({ zone, from }) => keyOf(zone, from));
}

function volumesOf(
  judged: readonly Pick<JudgedWindows, "judge" | "windows" | "tallies">[],
): Map<string, number> {
  const volumes = new Map<string, number>();
  for (const { judge, windows, tallies } of judged) {
    const flow = tallies.get(OUTFLOW);
    windows.forEach(({ from }, index) => {
      const tally = flow?.[index];
      if (tally === undefined || tally.usableMs === 0) return;
      const key = keyOf(judge.station.zone, from);
      volumes.set(key, (volumes.get(key) ?? 0) + m3Of(tally.sum));
    });
  }
  return volumes;
}

function zoneLine(unit: Unit, verdicts: readonly Verdict[], volumeM3: number | undefined): string {
  const [first] = verdicts as [Verdict];
  const countOf = (outcome: Verdict["outcome"]) =>
    integer(verdicts.filter((verdict) => verdict.outcome === outcome).length);
  const worst = verdicts.reduce((most, verdict) =>
    (verdict.ratio ?? 0) > (most.ratio ?? 0) ? verdict : most,
  );
  const complete = verdicts.reduce((sum, { completeness }) => sum + completeness, 0) / verdicts.length;
  return line(
    `zone_${unit}`,
    { zone: first.zone },
    {
      stations: integer(new Set(verdicts.map(({ station }) => station)).size),
      verdicts: integer(verdicts.length),
      within: countOf("within"),
      exceeded: countOf("exceeded"),
      insufficient: countOf("insufficient"),
      no_discharge: countOf("no-discharge"),
      worst_ratio: worst.ratio,
      worst_station: worst.station,
      worst_parameter: worst.parameter,
      completeness: complete,
      volume_m3: volumeM3,
    },
    first.from,
  );
}
