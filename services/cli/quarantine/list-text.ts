/** What `outfall quarantine list` prints. In: a survey; out: lines. Pure; everything that came from outside is made harmless. */
import { printable } from "#shared/reading/rejection.ts";
import { tableLines } from "../table.ts";
import type { EntryGroup, FoundEntry, Survey } from "./survey.ts";

const DETAIL_WIDTH = 80;

export function listLines({ total, groups, newest }: Survey, sinceMs: number): string[] {
  const since = utc(sinceMs);
  if (total === 0) return [`nothing was refused since ${since}`];
  return [
    `${total} refused since ${since}`,
    "",
    ...tableLines(["code", "plant", "count", "sent again", "first", "last"], groups.map(groupCells)),
    "",
    ...tableLines(["id", "received", "code", "plant", "detail", ""], newest.map(entryCells)),
    ...(newest.length < total ? ["", `the newest ${newest.length} of ${total}; --limit shows more`] : []),
  ];
}

export const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

function groupCells({ code, plant, count, retried, first, last }: EntryGroup): string[] {
  return [printable(code), printable(plant), `${count}`, `${retried}`, utc(first), utc(last)];
}

function entryCells({ fullId, receivedAt, code, plant, detail, retried }: FoundEntry): string[] {
  const short = detail.length > DETAIL_WIDTH ? `${detail.slice(0, DETAIL_WIDTH)} …` : detail;
  return [fullId, utc(receivedAt), code, plant, short, retried === undefined ? "" : "sent again"].map(
    printable,
  );
}
