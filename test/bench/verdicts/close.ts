/** Closing an hour and a day of a country on a real InfluxDB. In: the rig; out: seconds each, verdicts and summaries written, watermark moved. */

import { join } from "node:path";
import { createIncidentStore } from "#services/compliance/incident/incident-store.ts";
import { createLimitTracker } from "#services/compliance/incident/limit-tracker.ts";
import { readBeginnings } from "#services/compliance/window/beginnings.ts";
import { createSpanJudge } from "#services/compliance/window/judge-spans.ts";
import { createWalk } from "#services/compliance/window/walk.ts";
import type { Watermarks } from "#services/compliance/window/watermark.ts";
import { createQueue } from "#shared/queue/bull.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { createLogger } from "#shared/runtime/log.ts";
import { createCalendar, HOUR_MS } from "#shared/window/calendar.ts";
import { benchStations } from "../load/registry.ts";
import type { Rig } from "../rig.ts";
import { sampleAt, writeCountry } from "./country.ts";

export interface CloseFigures {
  readonly hourSeconds: number;
  readonly hourVerdicts: number;
  readonly daySeconds: number;
  readonly dayVerdicts: number;
}

const STEP_MS = 300_000;
const RECORDS = 288;
const DAY = { from: Date.parse("2026-10-01T00:00:00+07:00"), to: Date.parse("2026-10-02T00:00:00+07:00") };
const LAST_HOUR = DAY.to - HOUR_MS;
const LINES_PER_WRITE = 5_000;

export async function benchClose(
  rig: Rig,
  stations: number,
  say: (text: string) => void,
): Promise<CloseFigures> {
  const influx = await rig.database("close");
  const folder = join(rig.folder, "close-registry");
  await writeCountry(folder, stations);
  const registry = await loadRegistry(folder);
  const places = benchStations(stations);
  let lines: string[] = [];
  for (let step = 1; step <= RECORDS; step += 1) {
    const time = DAY.from + step * STEP_MS;
    lines.push(...places.map((place, index) => sampleLine(sampleAt(place, index, time))));
    if (lines.length < LINES_PER_WRITE && step < RECORDS) continue;
    await influx.write("raw", lines.join("\n"));
    lines = [];
    if (step % 24 === 0) say(`a day of ${stations} stations: ${step} of ${RECORDS} records each`);
  }

  const log = createLogger("bench");
  const notify = createQueue("notify", { url: rig.stack.redisUrl, prefix: "bench-close" }, log);
  const calendar = createCalendar(registry.settings.timeZone);
  const beginnings = await readBeginnings(influx, registry, calendar);
  const incidents = createIncidentStore({ influx, notify, log });
  const tracker = createLimitTracker({ registry, influx, incidents, now: Date.now });
  const { closeAfter } = registry.settings.rules;

  /** What a tick does when windows have ended: read, judge, write, follow, move the watermark. */
  async function timed(initial: Watermarks, now: number): Promise<{ seconds: number; verdicts: number }> {
    let verdicts = 0;
    const walk = createWalk({
      registry,
      calendar,
      influx,
      spans: createSpanJudge({ registry, calendar, influx, beginnings }),
      beginnings,
      initial,
      async follow(stored) {
        verdicts += stored.length;
        await tracker.follow(stored);
      },
      recordedNow: Date.now,
    });
    const startedAt = performance.now();
    await walk.walk(now + closeAfter);
    return { seconds: (performance.now() - startedAt) / 1000, verdicts };
  }

  try {
    // the first one of a database makes its series
    say("closing the hour before, untimed");
    await timed({ hour: LAST_HOUR - HOUR_MS, day: DAY.to, month: DAY.to }, LAST_HOUR);
    say("closing an hour");
    const hour = await timed({ hour: LAST_HOUR, day: DAY.to, month: DAY.to }, DAY.to);
    say("closing the day");
    const day = await timed({ hour: DAY.to, day: DAY.from, month: DAY.to }, DAY.to);
    return {
      hourSeconds: hour.seconds,
      hourVerdicts: hour.verdicts,
      daySeconds: day.seconds,
      dayVerdicts: day.verdicts,
    };
  } finally {
    await notify.close();
  }
}
