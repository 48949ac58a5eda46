/** Explains a verdict offline. In: a registry, a file of readings and a verdict's name; out: the explanation, or why there is none. The file is judged in virtual time, as `outfall judge` does. */
import { settleSamples } from "#shared/feed/settle.ts";
import { createQualityMemory } from "#shared/quality/memory.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { windowOf } from "#shared/verdict/explain/judge-one.ts";
import { nothingToExplain, noWindow } from "#shared/verdict/explain/read-and-explain.ts";
import { type Explanation, explainVerdict } from "#shared/verdict/explain.ts";
import { judgeFeed } from "#shared/verdict/judge-feed.ts";
import { createStationJudge } from "#shared/verdict/judge-station.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { VerdictName } from "#shared/verdict/verdict-name.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { createCollector } from "../judge/collect.ts";
import { flagSamples, spanOf } from "../judge/judge-run.ts";
import { type OnFault, readFeed } from "../judge/read-lines.ts";

export interface FileCase {
  readonly registry: Registry;
  readonly file: string;
  readonly name: VerdictName;
  readonly revision?: number | undefined;
  /** As of this time, ms since epoch; undefined: the whole file, final. */
  readonly until?: number | undefined;
  readonly onFault: OnFault;
}

export async function explainFromFile(given: FileCase): Promise<Explanation | string> {
  const { registry, file, name, revision, onFault } = given;
  const { timeZone } = registry.settings;
  const station = registry.stations.get(name.station);
  if (station === undefined) return `the registry has no station ${name.station}`;
  const calendar = createCalendar(timeZone);
  const window = windowOf(calendar, name);
  if (window === undefined) return noWindow(registry, name);
  const collector = createCollector(registry, (message, at) => onFault(`${file}:${at}: ${message}`));
  await readFeed(file, timeZone, collector.take, onFault);
  const { samples: all } = collector.collected();
  const span = spanOf(registry, all, given.until, (time) => calendar.windowAt("day", time));
  if (span === undefined) return `${file} has no readings of the registry's stations`;
  const settled = settleSamples(all.get(station.id) ?? []).samples;
  const samples = flagSamples(registry, station.id, settled, createQualityMemory());
  const key = keyOf(name);
  const revisions = judgeFeed(registry, calendar, station.id, samples, span).filter(
    (verdict) => verdictKey(verdict) === key,
  );
  const explanation = explainVerdict({
    registry,
    judge: createStationJudge(registry, station, calendar),
    calendar,
    name,
    window,
    samples: samples.filter(({ receivedAt }) => receivedAt <= span.until),
    revisions,
    revision,
    now: span.until,
  });
  return explanation ?? nothingToExplain(registry, name, revisions.length, revision);
}

const keyOf = ({ station, parameter, rule, from }: VerdictName): string =>
  verdictKey({ station, parameter, rule, from });
