/**
 * The whole judgement of one station's feed in virtual time, without a server. In: its samples, each with its time of
 * receipt; out: verdicts with every revision, as compliance would have written them. Pure.
 */
import { joinParts } from "#shared/feed/settle.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Calendar } from "#shared/window/calendar.ts";
import { createFeedWindows } from "./feed-windows.ts";
import { createStationJudge, type StationJudge } from "./judge-station.ts";
import { nextRevisions, verdictKey } from "./revisions.ts";
import type { StoredVerdict, Verdict } from "./verdict.ts";

export interface FeedSpan {
  /** The first window of each rule is that of this instant, ms since epoch. */
  readonly from: number;
  /** Windows end here the latest. */
  readonly to: number;
  /** What was received, and what is due to be judged, up to here. */
  readonly until: number;
}

/** Late data is judged once a minute. */
const TICK_MS = 60_000;

/**
 * @param samples of this station in order of time, flags set; parts of a record that came apart stand apart
 * @returns in order of the windows' ends, short windows first, the revisions of a window one after the other
 */
export function judgeFeed(
  registry: Registry,
  calendar: Calendar,
  stationId: string,
  samples: readonly Sample[],
  span: FeedSpan,
): StoredVerdict[] {
  const station = registry.stations.get(stationId);
  if (station === undefined) throw new Error(`the registry has no station ${stationId}`);
  const judge = createStationJudge(registry, station, calendar);
  const { closeAfter, reviseUntil } = registry.settings.rules;
  const version = registry.version;
  const due = Math.min(span.to, span.until - closeAfter);
  const windows = createFeedWindows(judge, {
    hour: calendar.windowsUntil("hour", span.from, due),
    day: calendar.windowsUntil("day", span.from, due),
    month: calendar.windowsUntil("month", span.from, due),
  });
  const { inTime, late } = splitLate(samples, span.until, (sample) => {
    const start = sample.time + station.coversFromOffsetMs;
    return calendar.windowAt("hour", start).to + closeAfter;
  });

  const newest = new Map<string, StoredVerdict>();
  const revisions: StoredVerdict[] = [];
  function record(verdicts: readonly Verdict[], judgedAt: number): void {
    for (const revision of nextRevisions(verdicts, newest, { judgedAt, registry: version })) {
      if (late.length > 0) newest.set(verdictKey(revision), revision);
      revisions.push(revision);
    }
  }

  for (const sample of inTime) record(instantsOf(judge, sample), sample.receivedAt);
  /** Of windows not judged yet, by what is known now. */
  let waiting = windows.touch(joinParts(inTime), span.from, due).sort((a, b) => a.to - b.to);
  function close(now: number): void {
    let next = 0;
    for (; next < waiting.length; next += 1) {
      const verdict = waiting[next] as Verdict;
      if (verdict.to + closeAfter > now) break;
      record([verdict], verdict.to + closeAfter);
    }
    waiting = waiting.slice(next);
  }

  let known = inTime;
  for (const [tick, batch] of late) {
    close(tick - 1);
    known = [...known, ...batch].sort((a, b) => a.time - b.time);
    for (const sample of batch) record(instantsOf(judge, sample), sample.receivedAt);
    const starts = batch.map(({ time }) => time + station.coversFromOffsetMs);
    const first = starts.reduce((least, start) => Math.min(least, start));
    const last = starts.reduce((most, start) => Math.max(most, start));
    const touched = windows.touch(joinParts(known), first, last);
    const again = new Map(touched.map((verdict) => [verdictKey(verdict), verdict]));
    const isClosed = ({ to }: Verdict) => to + closeAfter <= tick - 1;
    record(
      touched.filter((verdict) => isClosed(verdict) && tick <= verdict.to + reviseUntil),
      tick,
    );
    // some are there only since this data came
    const others = waiting.filter((verdict) => !again.has(verdictKey(verdict)));
    waiting = [...others, ...touched.filter((verdict) => !isClosed(verdict))].sort((a, b) => a.to - b.to);
  }
  close(Number.POSITIVE_INFINITY);
  return inOrder(revisions);
}

function instantsOf(judge: StationJudge, sample: Sample): Verdict[] {
  const isConnected = sample.time + judge.station.coversFromOffsetMs >= judge.connectedAt;
  return isConnected ? judge.instants(sample) : [];
}

/** What was received before its hour was judged, and what came later, by the minute of its receipt. */
function splitLate(samples: readonly Sample[], until: number, dueOf: (sample: Sample) => number) {
  const inTime: Sample[] = [];
  const late = new Map<number, Sample[]>();
  for (const sample of samples) {
    const { receivedAt, time } = sample;
    if (receivedAt > until) continue;
    // most are received as they are measured
    if (receivedAt <= time || receivedAt <= dueOf(sample)) {
      inTime.push(sample);
      continue;
    }
    const tick = Math.ceil(receivedAt / TICK_MS) * TICK_MS;
    const batch = late.get(tick);
    if (batch === undefined) late.set(tick, [sample]);
    else batch.push(sample);
  }
  return { inTime, late: [...late].sort(([a], [b]) => a - b) } as {
    inTime: readonly Sample[];
    late: [number, Sample[]][];
  };
}

function inOrder(revisions: readonly StoredVerdict[]): StoredVerdict[] {
  return revisions.toSorted(
    (a, b) =>
      a.to - b.to ||
      b.from - a.from ||
      compare(a.parameter, b.parameter) ||
      compare(a.rule, b.rule) ||
      a.revision - b.revision,
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
