/**
 * What was sent again, in `retried.ndjson` beside the entries: append-only, so that nothing that was refused is ever
 * changed. In: marks; out: the newest mark of each entry.
 */
import { join } from "node:path";
import { openAppendFile } from "./append-file.ts";
import { readLines } from "./read-lines.ts";

export interface RetryMark {
  readonly id: string;
  /** 2026-11-23: ids are of a day. */
  readonly day: string;
  /** ms since epoch */
  readonly at: number;
  /** sent: the broker took it; what became of it stands in the ledger. */
  readonly outcome: "sent";
}

const NAME = "retried.ndjson";
const keyOf = ({ day, id }: Pick<RetryMark, "day" | "id">) => `${day}.${id}`;

export interface RetryMarks {
  of(day: string, id: string): RetryMark | undefined;
}

export async function readRetryMarks(folder: string): Promise<RetryMarks> {
  const marks = new Map<string, RetryMark>();
  for await (const line of readLines(join(folder, NAME))) {
    const mark = parse(line);
    if (mark !== undefined) marks.set(keyOf(mark), mark);
  }
  return { of: (day, id) => marks.get(keyOf({ day, id })) };
}

/** Durable when it resolves. */
export async function addRetryMarks(folder: string, marks: readonly RetryMark[]): Promise<void> {
  if (marks.length === 0) return;
  const file = await openAppendFile(join(folder, NAME));
  try {
    await file.append([`${marks.map((mark) => JSON.stringify(mark)).join("\n")}\n`]);
  } finally {
    await file.close();
  }
}

function parse(line: Buffer): RetryMark | undefined {
  try {
    const mark = JSON.parse(line.toString("utf8")) as RetryMark;
    return typeof mark.id === "string" && typeof mark.day === "string" ? mark : undefined;
  } catch {
    return undefined;
  }
}
