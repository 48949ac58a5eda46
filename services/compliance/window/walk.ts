/**
 * Judges the windows that have ended, from the stored watermark on. In: now; out: verdicts and summaries in InfluxDB,
 * the watermark moved with them, and their incidents. A missed tick or a day of downtime skips nothing.
 */
import { tallyLine } from "#shared/coverage/tally-points.ts";
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { firstRevisions } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import type { Calendar, PlainRule, Window } from "#shared/window/calendar.ts";
import { storedLines, writeRecords } from "../verdict/verdict-store.ts";
import { zoneLines } from "../zone/zone-summary.ts";
import type { Beginnings } from "./beginnings.ts";
import type { JudgedWindows, SpanJudge } from "./judge-spans.ts";
import { type Watermarks, watermarkLine } from "./watermark.ts";

/** Months are made of days, so they come last. */
export const UNITS: readonly PlainRule[] = ["hour", "day", "month"];
/** Rows read at once, about. */
const ROWS_PER_CHUNK = 40_000;
const ROWS: Readonly<Record<PlainRule, number>> = { hour: 12, day: 288, month: 31 };

export interface Walk {
  /** Judges every window that ended `closeAfter` before `now`. */
  walk(now: number): Promise<void>;
  /** Windows that end at or before it are judged, or being judged: what arrives for them is late. */
  readonly marks: Watermarks;
}

export function createWalk(options: {
  registry: Registry;
  calendar: Calendar;
  influx: Influx;
  spans: SpanJudge;
  beginnings: Pick<Beginnings, "first" | "of">;
  /** As stored, or empty. */
  initial: Watermarks;
  follow: (verdicts: readonly StoredVerdict[]) => Promise<void>;
  recordedNow: () => number;
}): Walk {
  const { registry, calendar, influx, spans, beginnings, follow, recordedNow } = options;
  const done: Partial<Record<PlainRule, number>> = { ...options.initial };
  const marks: Partial<Record<PlainRule, number>> = { ...options.initial };
  const stations = [...registry.stations.values()];

  async function judgeChunk(unit: PlainRule, windows: readonly Window[]): Promise<void> {
    const until = windows.at(-1)?.to ?? 0;
    marks[unit] = until;
    const begun = stations.filter(({ id }) => (beginnings.of(id) ?? Number.POSITIVE_INFINITY) < until);
    const judged = await spans.judge(unit, begun, windows);
    const stored = firstRevisions(
      judged.flatMap(({ verdicts }) => verdicts),
      { judgedAt: recordedNow(), registry: registry.version },
    );
    await writeRecords(influx, [
      ...storedLines(stored),
      ...(unit === "month" ? [] : [...summaryLines(unit, judged), ...zoneLines(unit, stored, judged)]),
    ]);
    await follow(stored);
    await influx.write("record", watermarkLine(unit, until));
    done[unit] = until;
  }

  return {
    marks,
    async walk(now) {
      for (const unit of UNITS) {
        const from = done[unit] ?? beginnings.first();
        if (from === undefined) return;
        const windows = calendar.windowsUntil(unit, from, now - registry.settings.rules.closeAfter);
        const perWindow = registry.stations.size * ROWS[unit];
        const size = Math.max(1, Math.floor(ROWS_PER_CHUNK / Math.max(1, perWindow)));
        for (let start = 0; start < windows.length; start += size) {
          await judgeChunk(unit, windows.slice(start, start + size));
        }
      }
    },
  };
}

/** Rows of `hour` and `day`. @param again over rows that were written before */
export function summaryLines(
  unit: Exclude<PlainRule, "month">,
  judged: readonly Pick<JudgedWindows, "judge" | "windows" | "tallies">[],
  again = false,
): string[] {
  const lines: string[] = [];
  for (const { judge, windows, tallies } of judged) {
    for (const [parameter, list] of tallies) {
      windows.forEach((window, index) => {
        const tally = list[index];
        if (tally === undefined || window.to <= judge.connectedAt) return;
        const text = tallyLine(unit, judge.station, parameter, window, tally, again);
        if (text !== undefined) lines.push(text);
      });
    }
  }
  return lines;
}
