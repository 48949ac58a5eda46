/**
 * Replays a recorded CSV as a station. In: file, map, broker, speed; out: every row as a sample over MQTT at QoS 1, in
 * file order, and the count of all rows. A row without values is published too, so that ingest accounts for it.
 */
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#simulators/station/publisher.ts";
import type { ReplayMap } from "./load-map.ts";
import { createPace } from "./pace.ts";
import { countLines, readRows } from "./read-rows.ts";
import { createRowReader } from "./row-to-sample.ts";

export interface ReplayProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

export interface ReplayResult {
  /** Rows of the file, the header not counted: published + skippedRows + unsent. */
  readonly rows: number;
  /** Rows acknowledged by the broker. */
  readonly published: number;
  /** Of those, rows without any value. */
  readonly emptyRows: number;
  /** Rows whose time could not be read; not published. */
  readonly skippedRows: number;
  /** The first of them: data row (from 1) and why. */
  readonly skipped: readonly { readonly row: number; readonly why: string }[];
  /** Fields that are neither numbers nor words for "no value"; left out of their rows. */
  readonly unreadableValues: number;
  /** Not acknowledged when the replay was aborted. */
  readonly unsent: number;
  /** Least and greatest time, ms since epoch; null without rows. */
  readonly from: number | null;
  readonly until: number | null;
  readonly seconds: number;
}

export interface ReplayOptions {
  readonly file: string;
  readonly map: ReplayMap;
  readonly mqttUrl: string;
  /** Replayed feeds never use the real root. */
  readonly topicRoot?: Extract<TopicRoot, "outfall-sim">;
  /** Feed seconds a second; 0 as fast as acknowledged. */
  readonly speed: number;
  readonly log: Logger;
  readonly signal?: AbortSignal;
  onProgress?(progress: ReplayProgress): void;
}

const AHEAD = 2_000;
const PROGRESS_EVERY_MS = 100;
const SKIPPED_SHOWN = 20;

/** @throws when the file cannot be read or lacks a column of the map; waits for the broker as long as it takes. */
export async function runReplay(options: ReplayOptions): Promise<ReplayResult> {
  const { file, map, signal } = options;
  const started = performance.now();
  const rowsTotal = Math.max(0, (await countLines(file)) - (map.source.header ? 1 : 0));
  const tally = { rows: 0, emptyRows: 0, skippedRows: 0, unreadableValues: 0 };
  const skipped: { row: number; why: string }[] = [];
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const pace = createPace(options.speed);
  const publisher = createPublisher({
    mqttUrl: options.mqttUrl,
    topicRoot: options.topicRoot ?? "outfall-sim",
    address: { zone: map.station.zone, plant: map.station.plant, station: map.station.id },
    // the station's own time is the feed's
    now: () => until,
    log: options.log,
  });
  let reported = 0;
  const report = (atOnce = false) => {
    if (!atOnce && performance.now() - reported < PROGRESS_EVERY_MS) return;
    reported = performance.now();
    const rowsDone = publisher.published + tally.skippedRows;
    options.onProgress?.({ rowsDone, rowsTotal: Math.max(rowsTotal, tally.rows) });
  };

  try {
    let read: ReturnType<typeof createRowReader> | undefined;
    for await (const row of readRows(file, map.source)) {
      if (signal?.aborted) break;
      if (read === undefined) {
        read = createRowReader(map, map.source.header ? row : undefined);
        if (map.source.header) continue;
      }
      tally.rows += 1;
      const result = read(row);
      if (!result.ok) {
        tally.skippedRows += 1;
        if (skipped.length < SKIPPED_SHOWN) skipped.push({ row: tally.rows, why: result.why });
        continue;
      }
      from = Math.min(from, result.time);
      until = Math.max(until, result.time);
      const waitMs = pace(result.time, performance.now());
      if (waitMs > 0) await pause(waitMs, signal);
      publisher.open();
      await publisher.whenAtMost(AHEAD, signal);
      publisher.offer({ time: result.time, payload: result.payload });
      if (result.readings === 0) tally.emptyRows += 1;
      tally.unreadableValues += result.unreadable;
      report();
    }
    while (publisher.waiting > 0 && !signal?.aborted) {
      await Promise.race([publisher.whenAtMost(0, signal), pause(PROGRESS_EVERY_MS, signal)]);
      report();
    }
  } finally {
    await publisher.close();
  }
  report(true);
  const any = from <= until;
  return {
    ...tally,
    skipped,
    published: publisher.published,
    unsent: publisher.waiting,
    from: any ? from : null,
    until: any ? until : null,
    seconds: (performance.now() - started) / 1000,
  };
}
