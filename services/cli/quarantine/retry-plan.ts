/**
 * Whether sending a refused message again makes sense. In: the message as kept, its refusals, and the judgement of
 * the registry as it is now; out: what passes, and what would be refused again and why. Pure.
 */
import type { Message } from "#services/ingest/journal/record.ts";
import type { Judged } from "#services/ingest/validate/judge-message.ts";
import { neverRetried, remedies } from "#shared/quarantine/remedy.ts";
import type { Rejection } from "#shared/reading/rejection.ts";
import type { FoundEntry } from "./survey.ts";

export interface RetryPlan {
  /** Send the message if there is one. */
  readonly passing: readonly FoundEntry[];
  readonly refused: readonly RefusedAgain[];
}

export interface RefusedAgain {
  readonly entry: FoundEntry;
  readonly reason: string;
}

/** @param message undefined where the payload was not kept */
export function planRetry(
  entries: readonly FoundEntry[],
  message: Message | undefined,
  judge: (message: Message) => Judged,
): RetryPlan {
  const passing: FoundEntry[] = [];
  const refused: RefusedAgain[] = [];
  const unsendable = whyNotSent(message);
  const judged = message === undefined || unsendable !== undefined ? undefined : judge(message);
  for (const entry of entries) {
    const reason = neverRetried.includes(entry.code)
      ? remedies[entry.code].text
      : (unsendable ?? refusalOf(entry, judged));
    if (reason === undefined) passing.push(entry);
    else refused.push({ entry, reason });
  }
  return { passing, refused };
}

/** What MQTT lets nobody publish to, and what was not kept whole. */
function whyNotSent(message: Message | undefined): string | undefined {
  if (message === undefined) return "its payload was not kept: the quarantine was full";
  if (message.size > message.payload.length) return "its payload was too large, only the head was kept";
  if (message.topic === "" || /[+#]/.test(message.topic) || message.topic.includes("\0"))
    return "nobody can publish to its topic: it is empty or has wildcards in it";
  return undefined;
}

function refusalOf(entry: FoundEntry, judged: Judged | undefined): string | undefined {
  if (judged === undefined) return "it cannot be judged";
  if (judged.status !== undefined) return "a state of the station at that time, which is no news now";
  const again = judged.rejections.find(({ sample }) => sample === entry.sample || sample === undefined);
  // a message refused as a whole passes as soon as one of its samples does
  const passes = entry.sample === undefined ? judged.samples.length > 0 : again === undefined;
  return passes ? undefined : shown(again ?? judged.rejections[0]);
}

const shown = (rejection: Rejection | undefined) =>
  rejection === undefined ? "nothing in it can be stored" : `${rejection.code}: ${rejection.detail}`;
