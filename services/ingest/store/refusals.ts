/** Collects what a batch refuses. In: messages and reasons; out: quarantine entries, and who to count them under. */
import type { Rejection } from "#shared/reading/rejection.ts";
import type { Message } from "../journal/record.ts";
import { entryOfMessage } from "../quarantine/entries.ts";
import type { QuarantinedSample } from "../quarantine/quarantine.ts";

export interface Refusals {
  readonly entries: QuarantinedSample[];
  /** @param place of the message in the batch @param part of the message: the nth refusal, or `s` and the nth sample */
  add(place: number, part: string, rejection: Rejection): void;
}

export function createRefusals(batch: readonly Message[], firstSeq: number): Refusals {
  const entries: QuarantinedSample[] = [];
  /** The payload is kept once a message: an array of bad samples would multiply it. */
  const carried = new Set<number>();
  return {
    entries,
    add(place, part, rejection) {
      const message = batch[place];
      if (message === undefined) return;
      entries.push(entryOfMessage(message, `${firstSeq + place}-${part}`, rejection, !carried.has(place)));
      carried.add(place);
    },
  };
}
