/**
 * `outfall judge`: a recorded feed judged offline. In: a registry and a file; out: verdicts, station by station, and what
 * was refused. The same pure code as the services, in virtual time.
 */
import { inParts, settleSamples } from "#shared/feed/settle.ts";
import { actingLimitOf } from "#shared/limit/limit.ts";
import { createQualityMemory } from "#shared/quality/memory.ts";
import { createStationQuality } from "#shared/quality/station-quality.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { type FeedSpan, judgeFeed } from "#shared/verdict/judge-feed.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { type Collected, createCollector } from "./collect.ts";
import { type OnFault, readFeed } from "./read-lines.ts";

export interface JudgeOptions {
  readonly registry: Registry;
  readonly file: string;
  /** Nothing received or due later counts, ms since epoch; undefined: the whole file, final. */
  readonly until?: number | undefined;
  readonly onFault: OnFault;
  /** Verdicts of one station, newest revisions only unless `revisions`. */
  onStation(verdicts: readonly StoredVerdict[], samples: readonly Sample[], span: FeedSpan): void;
  readonly revisions?: boolean;
  /** Every revision of one station's verdicts, whatever `revisions` says. */
  readonly onRevisions?: ((revisions: readonly StoredVerdict[]) => void) | undefined;
  /** What to judge of, where not what the file spans: so do workers that have a part each. */
  readonly span?: FeedSpan | undefined;
}

export interface JudgeSummary {
  readonly stations: number;
  readonly samples: number;
  readonly readings: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly verdicts: number;
  readonly refused: number;
  readonly notJudged: ReadonlyMap<string, number>;
  /** Stations that sent records of which none made a verdict. */
  readonly withoutVerdict: readonly string[];
  readonly until: number;
}

export async function judgeFile(options: JudgeOptions): Promise<JudgeSummary> {
  const { registry, file, onFault } = options;
  const collector = createCollector(registry, (message, at) => onFault(`${file}:${at}: ${message}`));
  await readFeed(file, registry.settings.timeZone, collector.take, onFault);
  return judgeCollected(options, collector.collected());
}

export function judgeCollected(
  options: Pick<JudgeOptions, "registry" | "until" | "onStation" | "onRevisions" | "revisions" | "span">,
  { samples, notJudged, refused }: Collected,
): JudgeSummary {
  const { registry } = options;
  const calendar = createCalendar(registry.settings.timeZone);
  const span =
    options.span ?? spanOf(registry, samples, options.until, (time) => calendar.windowAt("day", time));
  const memory = createQualityMemory();
  const withoutVerdict: string[] = [];
  const counts = { samples: 0, readings: 0, duplicates: 0, conflicts: 0, verdicts: 0 };
  let stations = 0;
  for (const id of [...registry.stations.keys()].sort()) {
    if (span === undefined) break;
    const settled = settleSamples(samples.get(id) ?? []);
    const flagged = flagSamples(registry, id, settled.samples, memory);
    // a station is judged from the day of its first record on; one without any is never seen
    const [first] = flagged;
    const offset = registry.stations.get(id)?.coversFromOffsetMs ?? 0;
    const from = first === undefined ? span.to : calendar.windowAt("day", first.time + offset).from;
    const all = judgeFeed(registry, calendar, id, inParts(flagged, settled.later), { ...span, from });
    const verdicts = options.revisions ? all : newestOf(all);
    options.onStation(verdicts, flagged, span);
    options.onRevisions?.(all);
    stations += 1;
    counts.samples += flagged.length;
    counts.readings += flagged.reduce((sum, { readings }) => sum + readings.length, 0);
    counts.duplicates += settled.duplicates;
    counts.conflicts += settled.conflicts;
    counts.verdicts += verdicts.length;
    if (flagged.length > 0 && all.length === 0) withoutVerdict.push(id);
  }
  return { stations, ...counts, refused, notJudged, withoutVerdict, until: span?.until ?? 0 };
}

/** From the first record's day to the end of the newest one's, and everything final, unless said otherwise. */
export function spanOf(
  registry: Registry,
  samples: Collected["samples"],
  until: number | undefined,
  dayAt: (time: number) => { from: number; to: number },
): FeedSpan | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let received = Number.NEGATIVE_INFINITY;
  for (const [id, list] of samples) {
    const offset = registry.stations.get(id)?.coversFromOffsetMs ?? 0;
    for (const { time, receivedAt } of list) {
      if (time + offset < first) first = time + offset;
      if (time + offset > last) last = time + offset;
      if (receivedAt > received) received = receivedAt;
    }
  }
  if (last < first) return undefined;
  const end = dayAt(last).to;
  const { finalAfter } = registry.settings.rules;
  return { from: dayAt(first).from, to: end, until: until ?? Math.max(end + finalAfter, received) };
}

/** With the flags of the quality tests, as ingest would have set them. */
export function flagSamples(
  registry: Registry,
  id: string,
  samples: readonly Sample[],
  memory: ReturnType<typeof createQualityMemory>,
): Sample[] {
  const station = registry.stations.get(id);
  const plant = station && registry.plants.get(station.plant);
  const [first] = samples;
  if (station === undefined || plant === undefined || first === undefined) return [];
  const limitOf = (parameter: string) =>
    actingLimitOf(plant, parameter, first.time, registry.settings.timeZone, registry.instruments);
  const quality = createStationQuality(station, limitOf, [], memory);
  return samples.map((sample) => quality.judge(sample).sample);
}

/** The revisions of a window stand one after the other. */
function newestOf(verdicts: readonly StoredVerdict[]): StoredVerdict[] {
  return verdicts.filter((verdict, index) => {
    const next = verdicts[index + 1];
    return next === undefined || next.revision <= verdict.revision || next.from !== verdict.from;
  });
}
