/**
 * A prepared batch to where each part belongs. In: rows, refusals, states; out: all of it in the database, the
 * quarantine and the queue, and counted. Only then may the cursor move.
 */
import type { Influx } from "#shared/influx/influx.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { JobQueue } from "#shared/queue/bull.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { sampleOfLine } from "#shared/reading/sample-lines.ts";
import type { AtPoint } from "../crash-point.ts";
import { screenJobs } from "../enqueue/screen-jobs.ts";
import type { Tally } from "../ledger/tally.ts";
import { entryOfSample } from "../quarantine/entries.ts";
import type { Quarantine } from "../quarantine/quarantine.ts";
import type { Perseverance } from "./perseverance.ts";
import type { PreparedBatch } from "./prepare-batch.ts";
import { type RowGroup, rowGroups } from "./rows.ts";
import type { StationMemories } from "./station-memory.ts";
import type { RowWriter } from "./writer.ts";

/** What was stored, and what the database refused after all. */
export interface Written {
  readonly rows: readonly RowGroup[];
  readonly notTaken: readonly { readonly sample: Sample; readonly detail: string }[];
}

export interface BatchStore {
  /** To the database. @throws only when ingest is closing, as all of these. */
  write(batch: PreparedBatch): Promise<Written>;
  /** The rest: the quarantine, then the checks, then the count. */
  finish(batch: PreparedBatch, written: Written): Promise<void>;
}

export function createBatchStore(deps: {
  /** For the topic of a sample that the database refused. */
  root: TopicRoot;
  influx: Pick<Influx, "write">;
  writer: RowWriter;
  memories: Pick<StationMemories, "of">;
  queue: Pick<JobQueue<"screen">, "addBulk">;
  quarantine: Pick<Quarantine, "keep">;
  tally: Tally;
  persevere: Pick<Perseverance, "until">;
  at?: AtPoint | undefined;
}): BatchStore {
  const { root, influx, writer, memories, queue, quarantine, tally, persevere, at } = deps;

  const writeSome = (what: string, bucket: "raw" | "record", lines: readonly string[]) =>
    persevere.until(what, () => influx.write(bucket, lines.join("\n")));

  return {
    async write({ rows, amendments, statuses }) {
      const refused = await writer.write(rows);
      if (amendments.length > 0) await writeSome("writing flags", "raw", amendments);
      if (statuses.length > 0) await writeSome("writing station states", "record", statuses);
      if (refused.length === 0) return { rows, notTaken: [] };
      const notTaken = refused.map(({ line, detail }) => ({ sample: written(line), detail }));
      // it is not there: the same record, sent again, is no duplicate
      for (const { sample } of notTaken) memories.of(sample.station).history.forget(sample.time);
      const gone = new Set(refused.map(({ line }) => line));
      const lines = rows.flatMap(({ text }) => text.split("\n"));
      return { rows: rowGroups(lines.filter((line) => !gone.has(line))), notTaken };
    },

    async finish(batch, { rows, notTaken }) {
      const entries = [
        ...batch.refused,
        ...notTaken.map(({ sample, detail }) => entryOfSample(sample, root, detail)),
      ];
      if (entries.length > 0) await persevere.until("keeping the quarantine", () => quarantine.keep(entries));
      if (rows.length > 0) {
        await persevere.until("queueing checks", () => {
          const queued = queue.addBulk(screenJobs(rows));
          at?.("during-enqueue");
          return queued;
        });
      }
      for (const { plant, receivedAt, outcome, code, samples } of batch.outcomes) {
        tally.done(plant, receivedAt, outcome, code, samples);
      }
      for (const { plant, receivedAt, samples } of batch.left) tally.left(plant, receivedAt, samples);
      for (const { sample } of notTaken) tally.refused(sample.plant, sample.receivedAt);
    },
  };
}

/** @throws on a line that is not ours: our own mistake. */
function written(line: string): Sample {
  const sample = sampleOfLine(line);
  if (sample === undefined) throw new Error(`not a row of ours: ${line.slice(0, 200)}`);
  return sample;
}
