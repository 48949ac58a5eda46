/**
 * From when on each station is judged: the day of its first record. In: records as they arrive; out: that day, and the windows
 * to judge where a record is older than all before it. So what is judged of a station follows from its own records,
 * whenever they came; a station without any is never seen, and nothing is judged of it.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { RejudgeJob } from "#shared/queue/queues.ts";
import { EFFLUENT, samplesOf } from "#shared/reading/sample-points.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import { hasHours } from "#shared/verdict/judge-station.ts";
import type { Calendar, PlainRule } from "#shared/window/calendar.ts";
import type { Watermarks } from "./watermark.ts";

export interface Beginnings {
  /** Start of the day, ms since epoch; undefined while nothing was received. */
  of(station: string): number | undefined;
  /** The earliest of all. */
  first(): number | undefined;
  /** Days that arrivals bring forward. Nothing is remembered until `take`. */
  moves(arrivals: readonly Pick<Arrived, "station" | "time">[]): Move[];
  take(moves: readonly Move[]): void;
}

interface Arrived {
  readonly station: Station;
  readonly time: number;
}

export interface Move {
  readonly station: Station;
  readonly from: number;
  /** Where it began before. */
  readonly before: number | undefined;
}

/** As the database knows it. */
export async function readBeginnings(
  influx: Pick<Influx, "query">,
  registry: Pick<Registry, "stations">,
  calendar: Calendar,
): Promise<Beginnings> {
  const oldest = samplesOf(
    await influx.query(
      `SELECT * FROM "raw"."${EFFLUENT}" GROUP BY zone, plant, station ORDER BY time ASC LIMIT 1`,
    ),
  );
  const beginnings = createBeginnings(calendar);
  const arrived = oldest.flatMap(({ station, time }) => {
    const known = registry.stations.get(station);
    return known === undefined ? [] : [{ station: known, time }];
  });
  beginnings.take(beginnings.moves(arrived));
  return beginnings;
}

export function createBeginnings(calendar: Pick<Calendar, "windowAt">): Beginnings {
  const days = new Map<string, number>();
  let earliest: number | undefined;
  return {
    of: (station) => days.get(station),
    first: () => earliest,
    moves(arrivals) {
      const moved = new Map<string, Move>();
      for (const { station, time } of arrivals) {
        const before = days.get(station.id);
        const known = moved.get(station.id)?.from ?? before;
        const start = time + station.coversFromOffsetMs;
        if (known !== undefined && start >= known) continue;
        moved.set(station.id, { station, from: calendar.windowAt("day", start).from, before });
      }
      return [...moved.values()];
    },
    take(moves) {
      for (const { station, from } of moves) {
        days.set(station.id, from);
        if (earliest === undefined || from < earliest) earliest = from;
      }
    },
  };
}

/** First and last of the windows that others' have been judged of and the station's have not: those between are judged with them. Pure. */
export function windowsBrought(
  moves: readonly Move[],
  marks: Watermarks,
  calendar: Pick<Calendar, "windowAt">,
): RejudgeJob["windows"] {
  const found: RejudgeJob["windows"] = [];
  for (const { station, from, before } of moves) {
    const rules: readonly PlainRule[] = hasHours(station) ? ["hour", "day", "month"] : ["day", "month"];
    for (const rule of rules) {
      const mark = marks[rule];
      if (mark === undefined) continue;
      const first = calendar.windowAt(rule, from);
      const last = calendar.windowAt(rule, Math.min(before ?? mark, mark) - 1);
      if (first.to > mark || last.to > mark || last.from < first.from) continue;
      for (const window of [first, last]) found.push({ station: station.id, rule, from: window.from });
    }
  }
  return found;
}
