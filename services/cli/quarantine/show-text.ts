/** What `outfall quarantine show` prints. In: one entry and its message's payload; out: lines. Pure; nothing from outside can move the terminal. */
import type { QuarantinedSample } from "#services/ingest/quarantine/quarantine.ts";
import { neverRetried, remedies } from "#shared/quarantine/remedy.ts";
import {
  type DifferingValue,
  printable,
  type RejectionCode,
  rejectionCodes,
} from "#shared/reading/rejection.ts";
import { tableLines } from "../table.ts";
import { utc } from "./list-text.ts";
import { payloadText } from "./payload-text.ts";
import type { FoundEntry } from "./survey.ts";

/** @param payload undefined where it was not kept @param mostLines of the payload */
export function showLines(entry: FoundEntry, payload: Buffer | undefined, mostLines?: number): string[] {
  const { fullId, code, detail, topic, plant, receivedAt, size, sample, retried } = entry;
  const remedy = remedies[code as RejectionCode]?.text ?? "no advice for this code";
  const rows: (readonly [string, string])[] = [
    ["refusal", fullId],
    ["reason", `${code}: ${rejectionCodes[code as RejectionCode] ?? "a code of another version"}`],
    ["found", detail],
    ["topic", topic],
    ["plant", plant],
    ["received", `${utc(receivedAt)} by ${entry.worker}`],
    ...(sample === undefined ? [] : [["sample", `number ${sample + 1} of the message's array`] as const]),
    ["what to do", remedy],
    ["sent again", retried === undefined ? sendable(entry) : utc(retried.at)],
  ];
  return [
    ...rows.map(([label, value]) => `${label.padEnd(12)}${printable(value)}`),
    ...conflictLines(entry),
    "",
    ...payloadLines(size, payload, mostLines),
  ];
}

function sendable({ code, fullId }: FoundEntry): string {
  return neverRetried.includes(code) ? "no, and it never is" : `not yet; outfall quarantine retry ${fullId}`;
}

function conflictLines({ differences, measuredAt }: Partial<QuarantinedSample>): string[] {
  if (differences === undefined) return [];
  const of = measuredAt === undefined ? "" : ` of ${utc(measuredAt)}`;
  return [
    "",
    `the same station and time${of}, two values:`,
    ...tableLines(
      ["parameter", "stored", "received"],
      differences.map(({ parameter, stored, received }) => [
        printable(parameter),
        shown(stored),
        shown(received),
      ]),
    ),
  ];
}

const shown = ({ value, flag }: DifferingValue) => `${value ?? "none"}${flag === 1 ? "" : ` (flag ${flag})`}`;

function payloadLines(size: number, payload: Buffer | undefined, mostLines?: number): string[] {
  if (size === 0) return ["payload: empty"];
  if (payload === undefined) return [`payload: ${size} bytes, not kept: the quarantine was full`];
  const { form, lines, more } = payloadText(payload, mostLines);
  const kept = payload.length < size ? `, of which the first ${payload.length} were kept` : "";
  return [
    `payload: ${size} bytes${kept}, ${form}`,
    ...lines.map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} lines more; --full shows them`] : []),
  ];
}
