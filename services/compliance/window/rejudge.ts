/** Judges windows again that late data touched. In: windows; out: a new revision of each verdict that changed, and its incidents. */
import type { Influx } from "#shared/influx/influx.ts";
import type { RejudgeJob } from "#shared/queue/queues.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import type { Calendar } from "#shared/window/calendar.ts";
import { nextRevisions, readVerdicts, storedLines, writeRecords } from "../verdict/verdict-store.ts";
import { judgeSpan } from "./judge-span.ts";
import { summaryLines } from "./walk.ts";
import { readSpan } from "./window-query.ts";

export function createRejudge(options: {
  registry: Registry;
  calendar: Calendar;
  influx: Influx;
  follow: (verdicts: readonly StoredVerdict[]) => Promise<void>;
  recordedNow: () => number;
}): (windows: RejudgeJob["windows"]) => Promise<void> {
  const { registry, calendar, influx, follow, recordedNow } = options;
  return async (windows) => {
    const groups = Map.groupBy(windows, (window) => `${window.station}|${window.rule}`);
    for (const group of groups.values()) {
      const [first] = group;
      const station = first && registry.stations.get(first.station);
      if (first === undefined || station === undefined) continue;
      const ordered = group
        .map(({ from }) => calendar.windowAt(first.rule, from))
        .sort((a, b) => a.from - b.from);
      const span = { from: ordered[0]?.from ?? 0, to: ordered.at(-1)?.to ?? 0 };
      const [samples, stored] = await Promise.all([
        readSpan(influx, [station], span),
        readVerdicts(influx, { station: station.id, from: span.from, to: span.to }),
      ]);
      const judged = judgeSpan(registry, station, first.rule, ordered, samples.get(station.id) ?? []);
      const changed = nextRevisions(judged.verdicts, stored, recordedNow());
      await writeRecords(influx, [...storedLines(changed), ...summaryLines(judged)]);
      await follow(changed);
    }
  };
}
