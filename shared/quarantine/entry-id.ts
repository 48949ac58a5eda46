/** What a person types to name a refusal: `w1.2026-11-23.57-0`, worker, UTC day of receipt, entry of that day. Pure. */

export interface EntryPlace {
  readonly worker: string;
  /** 2026-11-23 */
  readonly day: string;
  /** The entry's own id: `<seq>-<part>`. */
  readonly entry: string;
}

const ID = /^([a-z0-9-]{1,32})\.(\d{4}-\d\d-\d\d)\.([a-z0-9-]{1,120})$/;

export const entryId = ({ worker, day, entry }: EntryPlace): string => `${worker}.${day}.${entry}`;

/** Undefined when it is not one. */
export function parseEntryId(text: string): EntryPlace | undefined {
  const [, worker, day, entry] = ID.exec(text) ?? [];
  return worker === undefined || day === undefined || entry === undefined
    ? undefined
    : { worker, day, entry };
}

/** The message an entry is of: refusals of one message share its journal record, and its payload. */
export function messageOf(entry: string): string {
  return /^\d+(?=-)/.exec(entry)?.[0] ?? entry;
}
