/**
 * Sends refused messages again. In: which refusals, the registry's judgement as it is now, a broker; out: what was
 * sent and marked, and what was not, each with its reason. Messages go in order of receipt, a few at a time. A crash
 * between sending and marking sends again: that is a duplicate, and harmless.
 */
import type { Message } from "#services/ingest/journal/record.ts";
import { type EntryHead, readCarriers } from "#services/ingest/quarantine/read-entries.ts";
import { addRetryMarks } from "#services/ingest/quarantine/retried.ts";
import type { Judged } from "#services/ingest/validate/judge-message.ts";
import { messageOf } from "#shared/quarantine/entry-id.ts";
import { folderOf } from "./find-one.ts";
import type { WorkerQuarantine } from "./folders.ts";
import type { Republisher } from "./republisher.ts";
import { planRetry, type RefusedAgain } from "./retry-plan.ts";
import type { FoundEntry } from "./survey.ts";

export interface RetryOutcome {
  /** Messages that were sent; in a dry run those that would be. */
  readonly messages: number;
  /** Refusals they answer. */
  readonly sent: readonly FoundEntry[];
  readonly refused: readonly RefusedAgain[];
  /** Of them, what only the broker did not take. */
  readonly unsent: number;
}

export interface RetryOptions {
  readonly places: readonly WorkerQuarantine[];
  readonly entries: readonly FoundEntry[];
  /** As ingest would, with the registry as it is now. */
  readonly judge: (message: Message) => Judged;
  /** Undefined: a dry run. */
  readonly republisher: Republisher | undefined;
  readonly now: () => number;
  readonly onProgress?: (done: number, total: number) => void;
}

const AT_ONCE = 50;

export async function retryEntries(options: RetryOptions): Promise<RetryOutcome> {
  const { places, entries, republisher, now } = options;
  const sent: FoundEntry[] = [];
  const refused: RefusedAgain[] = [];
  let messages = 0;
  let done = 0;
  let unsent = 0;

  async function sendOne({ of, message }: Waiting): Promise<void> {
    const plan = planRetry(of, message, options.judge);
    refused.push(...plan.refused);
    if (message !== undefined && plan.passing.length > 0) {
      const reason = await republisher?.publish(message.topic, message.payload);
      if (reason === undefined) {
        messages += 1;
        sent.push(...plan.passing);
        if (republisher !== undefined) await mark(plan.passing);
      } else {
        unsent += plan.passing.length;
        refused.push(...plan.passing.map((entry) => ({ entry, reason })));
      }
    }
    done += of.length;
    options.onProgress?.(done, entries.length);
  }

  async function mark(passing: readonly FoundEntry[]): Promise<void> {
    const [first] = passing;
    if (first === undefined) return;
    const marks = passing.map(({ id, day }) => ({ id, day, at: now(), outcome: "sent" as const }));
    await addRetryMarks(folderOf(places, first.worker), marks);
  }

  let batch: Waiting[] = [];
  for await (const waiting of messagesOf(places, entries, now)) {
    batch.push(waiting);
    if (batch.length < AT_ONCE) continue;
    await Promise.all(batch.map(sendOne));
    batch = [];
  }
  await Promise.all(batch.map(sendOne));
  return { messages, sent, refused, unsent };
}

interface Waiting {
  readonly of: readonly FoundEntry[];
  readonly message: Message | undefined;
}

const keyOf = (entry: EntryHead) => `${messageOf(entry.id)}|${entry.receivedAt}`;

/** Each message once with the refusals asked for, file by file; one without a payload comes last of its file. */
async function* messagesOf(
  places: readonly WorkerQuarantine[],
  entries: readonly FoundEntry[],
  now: () => number,
): AsyncGenerator<Waiting> {
  const files = Map.groupBy(entries, ({ worker, day }) => `${worker}|${day}`);
  for (const ofFile of files.values()) {
    const [first] = ofFile;
    if (first === undefined) continue;
    const asked = Map.groupBy(ofFile, keyOf);
    const folder = folderOf(places, first.worker);
    for await (const carrier of readCarriers(folder, first.day, (head) => asked.has(keyOf(head)))) {
      const of = asked.get(keyOf(carrier)) ?? [];
      asked.delete(keyOf(carrier));
      const payload = Buffer.from(carrier.payload, "base64");
      yield { of, message: { topic: carrier.topic, payload, size: carrier.size, receivedAt: now() } };
    }
    for (const of of asked.values()) yield { of, message: emptyMessage(of[0], now()) };
  }
}

/** What came without a byte has no payload to be kept. */
function emptyMessage(entry: FoundEntry | undefined, receivedAt: number): Message | undefined {
  if (entry === undefined || entry.size > 0) return undefined;
  return { topic: entry.topic, payload: Buffer.alloc(0), size: 0, receivedAt };
}
