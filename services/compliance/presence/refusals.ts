/**
 * Records that ingest refused for a stamp in the future: the station sends, and its clock is wrong. In: rows of
 * `quarantine`; out: what the feed is told. Looked at not more often than every few seconds, from where the last look ended.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { parseTopic, topicRootOf } from "#shared/mqtt/topic.ts";
import type { Feed } from "#shared/presence/feed.ts";
import type { Receipt } from "#shared/presence/heard.ts";
import { type QuarantineRow, readQuarantineRows } from "#shared/quarantine/quarantine-points.ts";

const EVERY_MS = 5_000;
/** Rows may be written a little after others of a later receipt. */
const OVERLAP_MS = 60_000;
/** After a restart the last hour is looked at. */
const RECALL_MS = 3_600_000;
const MOST_ROWS = 5_000;

export function createRefusals(options: {
  readonly influx: Pick<Influx, "query">;
  readonly feed: Pick<Feed, "refused">;
  readonly simulated: boolean;
  /** The services' clock, ms since epoch. */
  readonly now: () => number;
  /** How often to look at most, real ms. */
  readonly everyMs?: number | undefined;
}): { look(): Promise<void> } {
  const { influx, feed, simulated, now, everyMs = EVERY_MS } = options;
  const root = topicRootOf(simulated);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let since: number | undefined;
  return {
    async look() {
      if (performance.now() - lookedAt < everyMs) return;
      lookedAt = performance.now();
      const from = since ?? now() - RECALL_MS;
      const upTo = now();
      const rows = await readQuarantineRows(influx as Influx, {
        since: from - OVERLAP_MS,
        code: "time-future",
        limit: MOST_ROWS,
      });
      for (const row of rows) {
        const station = parseTopic(root, row.topic)?.station;
        const refusal = refusalOf(row);
        if (station !== undefined && refusal !== undefined) feed.refused(station, refusal);
      }
      since = upTo;
    },
  };
}

/** The stamp stands first in the detail, as validation wrote it. */
export function refusalOf({
  detail,
  receivedAt,
}: Pick<QuarantineRow, "detail" | "receivedAt">): Receipt | undefined {
  const time = Date.parse(detail.split(",", 1)[0] ?? "");
  return Number.isNaN(time) ? undefined : { time, receivedAt };
}
