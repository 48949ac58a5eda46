/**
 * Latency at a pace. In: messages and a pace; out: for each message the time from its PUBLISH passing to ingest to
 * ingest's PUBACK passing back, and from being published to being stored (in InfluxDB, checks queued, cursor on
 * disk). One publisher, so that the n-th published is the n-th stored.
 */
import { pause } from "#shared/runtime/wait-for.ts";
import type { Fleet } from "../fleet.ts";
import type { FeedMessage } from "../load/feed.ts";
import { createLoadPublisher } from "../load/publisher.ts";
import type { AckWatch } from "../measure/ack-watch.ts";
import { followUntil } from "../measure/progress.ts";

const TICK_MS = 2;
const LOOK_MS = 1;
/** The first second of a fresh process compiles its code; that is not the pace of a country. */
const WARM_UP_SHARE = 0.2;
/** A publisher that cannot keep its pace must not hide the waiting: from here on a message counts from when it was due. */
const LATE_MS = 50;

export interface PaceLatency {
  /** Messages a second that were really published. */
  readonly pace: number;
  readonly acknowledgedMs: readonly number[];
  readonly storedMs: readonly number[];
}

/**
 * @param before samples stored before this side began
 * @param firstRound so many messages go ahead and are stored before the clock runs: one a station, since ingest reads
 * the history of a station when it first hears of it
 */
export async function benchOutfallPace(
  mqttUrl: string,
  fleet: Pick<Fleet, "cursorFile">,
  watch: Pick<AckWatch, "acknowledgedMs">,
  options: {
    messages: readonly FeedMessage[];
    messagesPerSecond: number;
    before: number;
    firstRound: number;
    onStored?: (stored: number) => void;
  },
): Promise<PaceLatency> {
  const messages = options.messages.slice(options.firstRound);
  const before = options.before + options.firstRound;
  const publisher = await createLoadPublisher(mqttUrl, 1);
  const publishedAt: number[] = [];
  const storedMs: number[] = [];
  let pace = 0;

  async function publishAll(): Promise<void> {
    const startedAt = Date.now();
    const dueAt = (index: number) => startedAt + (index * 1000) / options.messagesPerSecond;
    while (publishedAt.length < messages.length) {
      const at = Date.now();
      const from = publishedAt.length;
      let to = from;
      for (; to < messages.length && dueAt(to) <= at; to += 1) {
        publishedAt.push(at - dueAt(to) > LATE_MS ? dueAt(to) : at);
      }
      if (to > from) await publisher.publish(messages.slice(from, to));
      await pause(TICK_MS);
    }
    pace = (messages.length * 1000) / (Date.now() - startedAt);
  }

  try {
    await publisher.publish(options.messages.slice(0, options.firstRound));
    await followUntil({ cursorFile: fleet.cursorFile, total: before, everyMs: LOOK_MS });
    const following = followUntil({
      cursorFile: fleet.cursorFile,
      total: before + messages.length,
      everyMs: LOOK_MS,
      onStep: ({ stored, at }) => {
        for (let index = storedMs.length; index < stored - before; index += 1) {
          storedMs.push(at - (publishedAt[index] ?? at));
        }
        options.onStored?.(stored - before);
      },
    });
    await Promise.all([following, publishAll()]);
  } finally {
    publisher.close();
  }
  const warm = Math.floor(messages.length * WARM_UP_SHARE);
  return {
    pace,
    acknowledgedMs: watch.acknowledgedMs.slice(options.firstRound + warm),
    storedMs: storedMs.slice(warm),
  };
}
