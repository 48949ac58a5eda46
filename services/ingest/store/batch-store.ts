/**
 * One batch of journaled messages to where each part belongs. In: messages with their samples and rejections; out:
 * everything in the database, the quarantine and the queue, and counted. Only then may the cursor move.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { line } from "#shared/influx/line.ts";
import { type Rejection, reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import type { Enqueuer } from "../enqueue/enqueuer.ts";
import type { Message } from "../journal/record.ts";
import type { Tally } from "../ledger/tally.ts";
import { entryOfMessage, entryOfSample } from "../quarantine/entries.ts";
import type { Quarantine, QuarantinedSample } from "../quarantine/quarantine.ts";
import type { Judged } from "../validate/judge-message.ts";
import type { Perseverance } from "./perseverance.ts";
import type { SampleSorter } from "./sort-samples.ts";
import type { SampleWriter } from "./writer.ts";

export interface BatchStore {
  /** @param firstSeq of the first message in the journal. @throws only when ingest is closing. */
  store(batch: readonly (Message & Judged)[], firstSeq: number): Promise<void>;
}

export function createBatchStore(deps: {
  influx: Pick<Influx, "write">;
  sorter: Pick<SampleSorter, "sort">;
  writer: Pick<SampleWriter, "write">;
  enqueuer: Pick<Enqueuer, "enqueue">;
  quarantine: Pick<Quarantine, "keep">;
  tally: Tally;
  persevere: Perseverance;
}): BatchStore {
  const { influx, sorter, writer, enqueuer, quarantine, tally, persevere } = deps;
  return {
    async store(batch, firstSeq) {
      const refused = createRefusals(batch, firstSeq);
      const samples: Sample[] = [];
      /** Of each sample, the place of its message in the batch and its own place in the message. */
      const messagePlaces: number[] = [];
      const samplePlaces: number[] = [];
      batch.forEach((message, index) => {
        message.samples.forEach((sample, place) => {
          samples.push(sample);
          messagePlaces.push(index);
          samplePlaces.push(place);
        });
        message.rejections.forEach((rejection, place) => {
          refused.add(index, `${place}`, rejection);
        });
      });

      const sorted = await persevere.until("reading stored samples", () => sorter.sort(samples));
      sorted.forEach((item, index) => {
        if (item.kind !== "conflict") return;
        const rejection = reject("conflict", item.detail, item.sample.plant);
        refused.add(messagePlaces[index] ?? -1, `s${samplePlaces[index]}`, rejection);
      });

      const statuses = batch.filter((message) => message.status !== undefined).map(statusLine);
      if (statuses.length > 0) {
        await persevere.until("writing station states", () => influx.write("record", statuses.join("\n")));
      }
      const toStore = sorted.filter((item) => item.kind === "store").map((item) => item.sample);
      const notTaken = await writer.write(toStore);
      for (const { sample, detail } of notTaken)
        refused.entries.push(entryOfSample(sample, firstSeq, detail));
      await persevere.until("keeping the quarantine", () => quarantine.keep(refused.entries));
      const gone = new Set(notTaken.map(({ sample }) => sample));
      await enqueuer.enqueue(gone.size === 0 ? toStore : toStore.filter((sample) => !gone.has(sample)));

      for (const { kind, sample } of sorted) {
        const outcome = kind === "store" ? (gone.has(sample) ? "quarantined" : "stored") : kind;
        tally.done(sample.plant, sample.receivedAt, outcome);
      }
      for (const message of batch) countLeft(tally, message);
    },
  };
}

function createRefusals(batch: readonly Message[], firstSeq: number) {
  const entries: QuarantinedSample[] = [];
  /** The payload is kept once a message: an array of bad samples would multiply it. */
  const carried = new Set<number>();
  return {
    entries,
    add(index: number, place: string, rejection: Rejection): void {
      const message = batch[index];
      if (message === undefined) return;
      entries.push(entryOfMessage(message, `${firstSeq + index}-${place}`, rejection, !carried.has(index)));
      carried.add(index);
    },
  };
}

function countLeft(tally: Tally, { samples, rejections, receivedAt }: Message & Judged): void {
  for (const { plant } of samples) tally.left(plant, receivedAt);
  for (const { plant } of rejections) {
    tally.done(plant, receivedAt, "quarantined");
    tally.left(plant, receivedAt);
  }
}

/** A station's birth or last will: stored, never opens or mails anything. */
function statusLine({ status, receivedAt }: Message & Judged): string {
  if (status === undefined) throw new Error("not a status message");
  const { zone, plant, station, online } = status;
  return line("station_status", { zone, plant, station }, { online }, receivedAt);
}
