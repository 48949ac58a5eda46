/**
 * Publishers and ingest at the same time, as fast as ingest keeps up with: publishing waits while more than
 * `MAX_BEHIND` messages are published and not stored. Out: messages a second, first publish to last stored.
 */
import type { Fleet } from "../fleet.ts";
import type { FeedMessage } from "../load/feed.ts";
import { createLoadPublisher } from "../load/publisher.ts";
import { followUntil } from "../measure/progress.ts";

const CONNECTIONS = 4;
const MAX_BEHIND = 10_000;
const CHUNK = 500;
const LOOK_MS = 2;

/**
 * @param messages how many
 * @param take messages `from` to `to`; millions are made as they are needed
 * @param before samples stored before this side began
 */
export async function benchOutfallLive(
  mqttUrl: string,
  fleet: Pick<Fleet, "cursorFile">,
  options: {
    messages: number;
    take: (from: number, to: number) => readonly FeedMessage[];
    before: number;
    onStored?: (stored: number) => void;
  },
): Promise<number> {
  const { messages, take, before } = options;
  const publisher = await createLoadPublisher(mqttUrl, CONNECTIONS);
  let stored = 0;
  let stepped = Promise.withResolvers<void>();

  async function publishAll(): Promise<void> {
    for (let sent = 0; sent < messages; sent += CHUNK) {
      while (sent - stored >= MAX_BEHIND) await stepped.promise;
      await publisher.publish(take(sent, Math.min(messages, sent + CHUNK)));
    }
  }

  try {
    const startedAt = Date.now();
    const following = followUntil({
      cursorFile: fleet.cursorFile,
      total: before + messages,
      everyMs: LOOK_MS,
      onStep: (progress) => {
        stored = progress.stored - before;
        options.onStored?.(stored);
        stepped.resolve();
        stepped = Promise.withResolvers();
      },
    });
    const [end] = await Promise.all([following, publishAll()]);
    return (messages * 1000) / (end.at - startedAt);
  } finally {
    publisher.close();
  }
}
