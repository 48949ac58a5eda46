/**
 * Judges the windows that have ended, from the stored watermark on. In: now; out: verdicts and summaries in InfluxDB,
 * the watermark moved with them, and their incidents. A missed tick or a day of downtime skips nothing.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { StoredVerdict, Verdict, WindowRule } from "#shared/verdict/verdict.ts";
import type { Calendar, Window } from "#shared/window/calendar.ts";
import { summaryLine } from "#shared/window/summary-points.ts";
import { firstRevisions, storedLines, writeRecords } from "../verdict/verdict-store.ts";
import { type JudgedSpan, judgeSpan } from "./judge-span.ts";
import { rulesFor } from "./owed.ts";
import { watermarkLine } from "./watermark.ts";
import { readFirstTime, readSpan } from "./window-query.ts";

const RULES: readonly WindowRule[] = ["hour", "day"];
/** Rows read at once, about. */
const ROWS_PER_CHUNK = 40_000;

export interface Walk {
  /** Judges every window that ended `closeAfter` before `now`. */
  walk(now: number): Promise<void>;
  /** Windows that end at or before it are judged, or being judged: what arrives for them is late. */
  readonly marks: Partial<Record<WindowRule, number>>;
}

export function createWalk(options: {
  registry: Registry;
  calendar: Calendar;
  influx: Influx;
  /** As stored, or empty. */
  initial: Partial<Record<WindowRule, number>>;
  follow: (verdicts: readonly StoredVerdict[]) => Promise<void>;
  recordedNow: () => number;
}): Walk {
  const { registry, calendar, influx, follow, recordedNow } = options;
  const done: Partial<Record<WindowRule, number>> = { ...options.initial };
  const marks: Partial<Record<WindowRule, number>> = { ...options.initial };

  async function judgeChunk(rule: WindowRule, windows: readonly Window[]): Promise<void> {
    const span = { from: windows[0]?.from ?? 0, to: windows.at(-1)?.to ?? 0 };
    marks[rule] = span.to;
    const stations = [...registry.stations.values()].filter((station) => rulesFor(station).includes(rule));
    const samples = await readSpan(influx, stations, span);
    const verdicts: Verdict[] = [];
    const lines: string[] = [];
    for (const station of stations) {
      const connected = Date.parse(station.connectedOn);
      const owing = windows.filter((window) => window.to > connected);
      const judged = judgeSpan(registry, station, rule, owing, samples.get(station.id) ?? []);
      verdicts.push(...judged.verdicts);
      lines.push(...summaryLines(judged));
    }
    const stored = firstRevisions(verdicts, recordedNow());
    await writeRecords(influx, [...storedLines(stored), ...lines]);
    await follow(stored);
    await influx.write("record", watermarkLine(rule, span.to));
    done[rule] = span.to;
  }

  return {
    marks,
    async walk(now) {
      for (const rule of RULES) {
        const from = done[rule] ?? (await readFirstTime(influx, registry.stations));
        if (from === undefined) return;
        const windows = calendar.windowsUntil(rule, from, now - registry.settings.rules.closeAfter);
        const perWindow = registry.stations.size * (rule === "hour" ? 12 : 288);
        const size = Math.max(1, Math.floor(ROWS_PER_CHUNK / Math.max(1, perWindow)));
        for (let start = 0; start < windows.length; start += size) {
          await judgeChunk(rule, windows.slice(start, start + size));
        }
      }
    },
  };
}

export function summaryLines(judged: JudgedSpan): string[] {
  return judged.summaries
    .map(({ rule, station, parameter, from, summary }) =>
      summaryLine(rule, station, parameter, from, summary),
    )
    .filter((text) => text !== undefined);
}
