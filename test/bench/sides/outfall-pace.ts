/**
 * Latency at a moderate pace. In: messages and a pace; out: for each message the time from its PUBLISH passing to
 * ingest to ingest's PUBACK passing back, and from being published to being stored (in InfluxDB, checks queued,
 * cursor on disk). One publisher, so that the n-th published is the n-th stored.
 */
import { pause } from "#shared/runtime/wait-for.ts";
import type { FeedMessage } from "../load/feed.ts";
import { createLoadPublisher } from "../load/publisher.ts";
import type { AckWatch } from "../measure/ack-watch.ts";
import { followUntil } from "../measure/progress.ts";
import type { Rig } from "../rig.ts";

const TICK_MS = 5;
const LOOK_MS = 1;
/** The first second of a fresh process compiles its code; that is not the pace of a country. */
const WARM_UP_SHARE = 0.2;

export interface PaceLatency {
  readonly acknowledgedMs: readonly number[];
  readonly storedMs: readonly number[];
}

/**
 * @param before samples stored before this side began
 * @param firstRound so many messages go ahead and are stored before the clock runs: one a station, since ingest reads
 * the history of a station when it first hears of it
 */
export async function benchOutfallPace(
  rig: Rig,
  watch: AckWatch,
  options: {
    messages: readonly FeedMessage[];
    messagesPerSecond: number;
    before: number;
    firstRound: number;
  },
): Promise<PaceLatency> {
  const messages = options.messages.slice(options.firstRound);
  const before = options.before + options.firstRound;
  const publisher = await createLoadPublisher(rig.stack.mqttUrl, 1);
  const publishedAt: number[] = [];
  const storedMs: number[] = [];

  async function publishAll(): Promise<void> {
    const startedAt = Date.now();
    while (publishedAt.length < messages.length) {
      const due = Math.min(
        messages.length,
        Math.floor(((Date.now() - startedAt) * options.messagesPerSecond) / 1000),
      );
      const now = messages.slice(publishedAt.length, due);
      for (const _ of now) publishedAt.push(Date.now());
      await publisher.publish(now);
      await pause(TICK_MS);
    }
  }

  try {
    await publisher.publish(options.messages.slice(0, options.firstRound));
    await followUntil({ cursorFile: rig.cursorFile, total: before, everyMs: LOOK_MS });
    const following = followUntil({
      cursorFile: rig.cursorFile,
      total: before + messages.length,
      everyMs: LOOK_MS,
      onStep: ({ stored, at }) => {
        for (let index = storedMs.length; index < stored - before; index += 1) {
          storedMs.push(at - (publishedAt[index] ?? at));
        }
      },
    });
    await Promise.all([following, publishAll()]);
  } finally {
    publisher.close();
  }
  const warm = Math.floor(messages.length * WARM_UP_SHARE);
  return {
    acknowledgedMs: watch.acknowledgedMs.slice(options.firstRound + warm),
    storedMs: storedMs.slice(warm),
  };
}
