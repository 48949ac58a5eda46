/** Judges windows again that late data touched. In: windows; out: a new revision of each verdict that changed, and its incidents. */
import type { Influx } from "#shared/influx/influx.ts";
import type { RejudgeJob } from "#shared/queue/queues.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { nextRevisions, verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import type { Calendar, PlainRule } from "#shared/window/calendar.ts";
import { readVerdicts, storedLines, writeRecords } from "../verdict/verdict-store.ts";
import { rewriteZones } from "../zone/zone-summary.ts";
import type { SpanJudge } from "./judge-spans.ts";
import { summaryLines, UNITS } from "./walk.ts";
import type { Watermarks } from "./watermark.ts";

type Touched = RejudgeJob["windows"][number];

export function createRejudge(options: {
  registry: Registry;
  calendar: Calendar;
  influx: Influx;
  spans: SpanJudge;
  /** Windows behind it are not judged yet. */
  marks: () => Watermarks;
  follow: (verdicts: readonly StoredVerdict[]) => Promise<void>;
  recordedNow: () => number;
}): (windows: RejudgeJob["windows"]) => Promise<void> {
  const { registry, calendar, influx, spans, marks, follow, recordedNow } = options;

  async function judgeAgain(unit: PlainRule, touched: readonly Touched[]): Promise<void> {
    const station = registry.stations.get(touched[0]?.station ?? "");
    if (station === undefined) return;
    const starts = touched.map(({ from }) => from);
    const from = Math.min(...starts);
    const end = calendar.windowAt(unit, Math.max(...starts)).to;
    const windows = calendar.windowsUntil(unit, from, end);
    const judged = await spans.judge(unit, [station], windows, marks()[unit] ?? end);
    // nothing of the station is judged by the month
    if (judged.length === 0) return;
    const verdicts = judged.flatMap((one) => one.verdicts);
    const earliest = Math.min(from, ...verdicts.map((verdict) => verdict.from));
    const stored = await readVerdicts(influx, { station: station.id, from: earliest });
    const known = new Map(stored.map((verdict) => [verdictKey(verdict), verdict]));
    const changed = nextRevisions(verdicts, known, {
      judgedAt: recordedNow(),
      registry: registry.version,
    });
    const summaries = unit === "month" ? [] : summaryLines(unit, judged, true);
    await writeRecords(influx, [...storedLines(changed, known), ...summaries]);
    if (unit !== "month") await rewriteZones(influx, unit, station.zone, changed);
    await follow(changed);
  }

  return async (windows) => {
    const byStation = Map.groupBy(windows, ({ station }) => station);
    for (const group of byStation.values()) {
      // months are made of the days that are judged before them
      for (const unit of UNITS) {
        const touched = group.filter(({ rule }) => rule === unit);
        if (touched.length > 0) await judgeAgain(unit, touched);
      }
    }
  };
}
