/**
 * Publishers and ingest at the same time, as fast as ingest keeps up with: publishing waits while more than
 * `MAX_BEHIND` messages are published and not stored. Out: messages a second, first publish to last stored.
 */
import type { FeedMessage } from "../load/feed.ts";
import { createLoadPublisher } from "../load/publisher.ts";
import { followUntil } from "../measure/progress.ts";
import type { Rig } from "../rig.ts";

const CONNECTIONS = 4;
const MAX_BEHIND = 10_000;
const CHUNK = 500;
const LOOK_MS = 2;

/** @param before samples stored before this side began */
export async function benchOutfallLive(
  rig: Rig,
  options: { messages: readonly FeedMessage[]; before: number; onStored?: (stored: number) => void },
): Promise<number> {
  const { messages, before } = options;
  const publisher = await createLoadPublisher(rig.stack.mqttUrl, CONNECTIONS);
  let stored = 0;
  let stepped = Promise.withResolvers<void>();

  async function publishAll(): Promise<void> {
    for (let sent = 0; sent < messages.length; sent += CHUNK) {
      while (sent - stored >= MAX_BEHIND) await stepped.promise;
      await publisher.publish(messages.slice(sent, sent + CHUNK));
    }
  }

  try {
    const startedAt = Date.now();
    const following = followUntil({
      cursorFile: rig.cursorFile,
      total: before + messages.length,
      everyMs: LOOK_MS,
      onStep: (progress) => {
        stored = progress.stored - before;
        options.onStored?.(stored);
        stepped.resolve();
        stepped = Promise.withResolvers();
      },
    });
    const [end] = await Promise.all([following, publishAll()]);
    return (messages.length * 1000) / (end.at - startedAt);
  } finally {
    publisher.close();
  }
}
