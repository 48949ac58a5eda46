/**
 * One batch of journaled messages, decided: what is stored, under which flags, as which lines, and what is refused.
 * In: raw messages of the journal; out: a batch that only needs to be written. Some hundred messages at a time are
 * read, sorted, tested and turned into lines, so that what was made of them is gone again soon. Between two batches it
 * remembers what stations have stored and how their values ran, nothing else.
 */
import { setImmediate } from "node:timers/promises";
import { line } from "#shared/influx/line.ts";
import { canaryLine } from "#shared/metrics/canary.ts";
import { reject } from "#shared/reading/rejection.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { amendmentLine, sampleLine } from "#shared/reading/sample-points.ts";
import type { Message } from "../journal/record.ts";
import type { QuarantinedSample } from "../quarantine/quarantine.ts";
import { countMessage, type Judged, type StationStatus } from "../validate/judge-message.ts";
import type { Route, TopicRouter } from "../validate/route-topic.ts";
import { createBatchCounts, type HourCount, type OutcomeCount } from "./batch-counts.ts";
import { createRefusals } from "./refusals.ts";
import { createRowCollector, type RowGroup } from "./rows.ts";
import { contentOf, type Edge, type SampleSorter, type SortedSample } from "./sort-samples.ts";
import type { StationMemories } from "./station-memory.ts";

export interface PreparedBatch {
  readonly firstSeq: number;
  /** The seq behind the batch: where the cursor goes once it is done with. */
  readonly nextSeq: number;
  readonly rows: readonly RowGroup[];
  /** Of every sample and refusal of the batch. */
  readonly outcomes: readonly OutcomeCount[];
  /** Of its messages as they were counted when they came in: it must come to the same. */
  readonly left: readonly HourCount[];
  readonly refused: readonly QuarantinedSample[];
  /** Flags that rise on rows stored earlier: line protocol. */
  readonly amendments: readonly string[];
  /** What is stored of its last millisecond. */
  readonly edge: Edge | undefined;
  /** What it stores, by `contentOf`; empty unless another worker may store the same. */
  readonly contents: readonly string[];
  /** Station states, and arrived canaries: line protocol. */
  readonly statuses: readonly string[];
}

/** Records that an earlier run may have written without moving the cursor. */
export interface OwnRecords {
  /** They end here. */
  readonly untilSeq: number;
  /** What the cursor had moved behind. */
  readonly edge: Edge | undefined;
  /** When the latest of them was received, ms since epoch. */
  readonly latest: number;
  /** Where another worker may have stored the same: what can be ours at all. */
  readonly contents?: ReadonlySet<string> | undefined;
}

export interface BatchPreparer {
  /**
   * @param settled resolves once the batches prepared before are written
   * @returns a batch of all of them, or of the first where what follows has to be compared with what they store
   */
  prepare(
    messages: readonly Message[],
    firstSeq: number,
    settled: () => Promise<void>,
  ): Promise<PreparedBatch>;
}

/** Messages read at once: a screen job of them; no more objects than a young heap holds, and no long pause for what comes in. */
const MESSAGES_AT_ONCE = 200;

export function createBatchPreparer(deps: {
  route: TopicRouter;
  judge: (message: Message, route: Route) => Judged;
  sorter: SampleSorter;
  own?: OwnRecords | undefined;
  /** True while another worker may have stored the same: what is ours is then written down. */
  contested?: () => boolean;
  memories: Pick<StationMemories, "of">;
}): BatchPreparer {
  const { route, judge, sorter, memories, own, contested = () => false } = deps;
  let edge = own?.edge;

  return {
    async prepare(messages, firstSeq, settled) {
      const refusals = createRefusals(messages, firstSeq);
      const counts = createBatchCounts();
      const rows = createRowCollector();
      const amendments: string[] = [];
      const statuses: string[] = [];
      const contents: string[] = [];
      /** What is stored of the millisecond that was counted last. */
      let latest: Sample[] = [];

      /** Applies the quality tests; only what is stored goes through them, in order. */
      function store(sample: Sample): void {
        const { quality, tags } = memories.of(sample.station);
        const { sample: flagged, amended } = quality.judge(sample);
        for (const amendment of amended) amendments.push(amendmentLine(sample, amendment));
        rows.add(sampleLine(flagged, tags));
        if (latest[0]?.receivedAt !== sample.receivedAt) latest = [];
        latest.push(sample);
      }

      /** False when these have to wait until what was prepared before them stands in the database. */
      async function prepareSome(from: number, to: number): Promise<boolean> {
        const routes = messages.slice(from, to).map(({ topic }) => route(topic));
        const some = routes.map((target, index) => judge(messages[from + index] as Message, target));
        const samples = some.flatMap((judged) => judged.samples);
        if (own !== undefined && firstSeq + from < own.untilSeq) {
          const { contents: ours } = own;
          const maybe =
            ours === undefined ? samples : samples.filter((sample) => ours.has(contentOf(sample)));
          await sorter.expectOwn(maybe, own);
        }
        if (from > 0 && (await sorter.needsDatabase(samples))) return false;
        const sorted = await sorter.sort(samples, settled);
        if (contested()) {
          const stored = samples.filter((_, index) => sorted[index]?.kind === "store");
          contents.push(...stored.map(contentOf));
        }
        let next = 0;
        some.forEach((judged, index) => {
          const place = from + index;
          const message = messages[place] as Message;
          const counted = countMessage(message, routes[index] as Route);
          counts.leaves(counted.plant, message.receivedAt, counted.samples);
          if (judged.status !== undefined) statuses.push(statusLine(judged.status, message.receivedAt));
          if (judged.canary !== undefined) statuses.push(canaryLine(judged.canary));
          judged.rejections.forEach((rejection, part) => {
            refusals.add(place, `${part}`, rejection);
            counts.outcome(rejection.plant, message.receivedAt, "quarantined", rejection.code);
          });
          for (let part = 0; part < judged.samples.length; part += 1) {
            const item = sorted[next++] as SortedSample;
            const { plant, receivedAt, time: measuredAt } = item.sample;
            counts.outcome(plant, receivedAt, item.kind === "store" ? "stored" : item.kind);
            if (item.kind === "store") store(item.sample);
            if (item.kind !== "conflict") continue;
            const { detail, differences } = item;
            refusals.add(place, `s${part}`, {
              ...reject("conflict", detail, plant),
              measuredAt,
              differences,
            });
          }
        });
        return true;
      }

      let taken = 0;
      while (taken < messages.length) {
        const end = Math.min(messages.length, taken + MESSAGES_AT_ONCE);
        if (!(await prepareSome(taken, end))) break;
        taken = end;
        // between two pieces what has come in is read, made durable and acknowledged
        if (taken < messages.length) await setImmediate();
      }
      edge = edgeOf(messages[taken - 1]?.receivedAt, latest, edge);
      return {
        firstSeq,
        nextSeq: firstSeq + taken,
        rows: rows.take(),
        outcomes: counts.outcomes,
        left: counts.left,
        refused: refusals.entries,
        amendments,
        edge,
        contents,
        statuses,
      };
    },
  };
}

/** A batch may begin and end within the millisecond in which the one before it ended. */
function edgeOf(
  endsAt: number | undefined,
  latest: readonly Sample[],
  before: Edge | undefined,
): Edge | undefined {
  if (endsAt === undefined) return before;
  const kept = before?.receivedAt === endsAt ? before.contents : [];
  const contents = latest[0]?.receivedAt === endsAt ? latest.map(contentOf) : [];
  return { receivedAt: endsAt, contents: [...kept, ...contents] };
}

/** A station's birth or last will: stored, never opens or mails anything. */
function statusLine({ zone, plant, station, online }: StationStatus, receivedAt: number): string {
  return line("station_status", { zone, plant, station }, { online }, receivedAt);
}
