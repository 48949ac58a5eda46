/** What `outfall journal status` prints. In: a status; out: lines. Pure. */
import type { JournalStatus } from "./status.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function statusLines(status: JournalStatus): string[] {
  const { archive, damage } = status;
  const share = ((100 * status.bytes) / status.maxBytes).toFixed(1);
  const rows: [string, string][] = [
    ["journal", `${status.folder} (${status.worker})`],
    [
      "segments",
      `${status.segments}, ${sizeText(status.bytes)} of ${sizeText(status.maxBytes)} (${share} %)`,
    ],
    ["records", status.firstSeq === null ? "none" : `from ${status.firstSeq}, next ${status.nextSeq}`],
    ["cursor", `${status.cursor}`],
    ["waiting", waitingText(status)],
    ["archive", archiveText(archive)],
    ["damage", damage.length === 0 ? "none" : `${damage.length}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    ...damage.map(
      ({ segment, offset, bytes, fromSeq, toSeq, inLastCommit }) =>
        `  records ${fromSeq} to ${toSeq} lost: ${bytes} bytes at ${offset} of ${segment}` +
        `${inLastCommit ? " (a crash most likely cut this commit short: it was not acknowledged)" : ""}`,
    ),
  ];
}

export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}

function waitingText({ waiting, oldestWaitingReceivedAt }: JournalStatus): string {
  if (waiting === 0) return "nothing";
  return `${waiting} messages${oldestWaitingReceivedAt === null ? "" : `, the oldest received ${oldestWaitingReceivedAt}`}`;
}

function archiveText({
  folder,
  files,
  days,
  bytes,
  oldestDay,
  newestDay,
  keptDays,
}: JournalStatus["archive"]) {
  const kept = keptDays === 0 ? "off: finished segments are deleted" : `kept ${keptDays} days`;
  if (files === 0) return `${folder}: empty (${kept})`;
  return `${folder}: ${files} files of ${days} days, ${oldestDay} to ${newestDay}, ${sizeText(bytes)} (${kept})`;
}
