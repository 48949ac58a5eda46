/**
 * Refusals to the list that the console shows. In: entries that are durable; out: at most so many rows a second and
 * code in InfluxDB; the rest only the ledger counts. A view and never the truth: where it cannot be written, ingest
 * goes on, and what waits is tried with the next refusal.
 */
import { type Influx, InfluxError } from "#shared/influx/influx.ts";
import { entryId, messageOf } from "#shared/quarantine/entry-id.ts";
import { type QuarantineRow, quarantineLine } from "#shared/quarantine/quarantine-points.ts";
import { printable } from "#shared/reading/rejection.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { dayOf } from "./day-files.ts";
import type { QuarantinedSample } from "./quarantine.ts";

export interface QuarantineListing {
  /** Never rejects. */
  list(entries: readonly QuarantinedSample[]): Promise<void>;
}

const ROWS_PER_SECOND = 10;
const SECOND_MS = 1_000;
const TOPIC_LENGTH = 200;
/** Kept while InfluxDB does not take them. */
const MOST_WAITING = 1_000;

export function createQuarantineListing(options: {
  influx: Pick<Influx, "write">;
  worker: string;
  log: Pick<Logger, "warn">;
}): QuarantineListing {
  const { influx, worker, log } = options;
  const choose = createChooser();
  let waiting: string[] = [];
  let failing = false;
  return {
    async list(entries) {
      waiting.push(...choose(rowsOf(entries, worker)));
      if (waiting.length === 0) return;
      const lines = waiting.slice(-MOST_WAITING);
      waiting = lines;
      try {
        await influx.write("record", lines.join("\n"));
        waiting = [];
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, "the list of refusals is behind, their files have them");
        failing = true;
        // what it refuses it will refuse again
        if (error instanceof InfluxError && !error.retryable) waiting = [];
      }
    },
  };
}

/** One row a message, plant and code: an array of bad samples is one thing to look at. Pure. */
export function rowsOf(entries: readonly QuarantinedSample[], worker: string): QuarantineRow[] {
  const rows = new Map<string, QuarantineRow>();
  for (const { id, receivedAt, topic, plant, code, detail, size } of entries) {
    const key = `${messageOf(id)}|${receivedAt}|${plant}|${code}`;
    const known = rows.get(key);
    rows.set(key, {
      ...(known ?? {
        id: entryId({ worker, day: dayOf(receivedAt), entry: id }),
        worker,
        plant,
        code,
        detail,
        topic: printable(topic).slice(0, TOPIC_LENGTH),
        size,
        receivedAt,
      }),
      samples: (known?.samples ?? 0) + 1,
    });
  }
  return [...rows.values()];
}

/** The first few of each second and code, with a time of their own: points of the same time overwrite each other. */
function createChooser(): (rows: readonly QuarantineRow[]) => string[] {
  const used = new Map<string, { second: number; rows: number; time: number }>();
  return (rows) => {
    const lines: string[] = [];
    for (const row of rows) {
      const second = Math.floor(row.receivedAt / SECOND_MS);
      const last = used.get(row.code);
      const before = last?.second === second ? last.rows : 0;
      if (before >= ROWS_PER_SECOND) continue;
      const time = Math.max(row.receivedAt, (last?.time ?? 0) + 1);
      used.set(row.code, { second, rows: before + 1, time });
      lines.push(quarantineLine(row, time));
    }
    return lines;
  };
}
