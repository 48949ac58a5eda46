/**
 * What became of every numbered message. In: the messages, what broker and ingest acknowledged, and what stands in
 * InfluxDB, quarantine, ledger and journal once all is quiet; out: what is lost, what is counted wrongly. Pure.
 */
import { type LedgerEntry, totalOf } from "#shared/ledger/ledger.ts";
import type { RejectionCode } from "#shared/reading/rejection.ts";
import type { Message } from "../load/message.ts";
import { findForgotten } from "./broker-loss.ts";

export interface StoredRow {
  readonly cod: number | undefined;
  readonly tss: number | undefined;
}

export interface QuarantineLine {
  /** Of the journal record and the place in it: after a crash a line may stand twice under one id. */
  readonly id: string;
  readonly number: number | undefined;
  readonly code: RejectionCode;
}

export interface Evidence {
  readonly messages: readonly Message[];
  /** First acknowledged by the broker to the station, ms since epoch. */
  readonly acknowledgedAt: ReadonlyMap<number, number>;
  /** Came to ingest otherwise than by a resend. */
  readonly arrived: ReadonlySet<number>;
  /** Acknowledged by ingest. */
  readonly acknowledged: ReadonlySet<number>;
  /** By `rowKey`. */
  readonly rows: ReadonlyMap<string, StoredRow>;
  readonly quarantine: readonly QuarantineLine[];
  readonly ledger: readonly LedgerEntry[];
  /** Records the journal ever took; each message is one sample. */
  readonly journaled: number;
  /** PUBACKs that ingest sent. */
  readonly acknowledgements: number;
  readonly brokerKills: readonly number[];
  readonly clockStepped: boolean;
}

export interface Findings {
  /** Numbers that ingest acknowledged and that are nowhere, each with what was looked for. */
  readonly lost: readonly string[];
  /** Acknowledged by a broker that was killed, and forgotten by it. */
  readonly brokerLost: number;
  /** Of these, acknowledged longer before the kill than an autosave explains. */
  readonly brokerLostBeyondBound: number;
  /** Acknowledged by the broker, and not by ingest, also after every resend. */
  readonly brokerLostAfterResend: number;
  /** Sum over plants and hours, so that one cannot hide another. */
  readonly balance: number;
  /** Facts and figures that do not agree. */
  readonly miscounted: readonly string[];
}

export const rowKey = (station: number, time: number) => `${station}|${time}`;

export function audit(evidence: Evidence): Findings {
  const codes = codesByNumber(evidence.quarantine);
  const lost: string[] = [];
  const misjudged: string[] = [];
  for (const message of evidence.messages) {
    const found = judge(message, evidence, codes.get(message.number) ?? []);
    if (found.lost && evidence.acknowledged.has(message.number)) lost.push(said(message, found.lost));
    if (found.wrong) misjudged.push(said(message, found.wrong));
  }
  const brokerLoss = findForgotten(evidence);
  return {
    lost,
    ...brokerLoss,
    balance: evidence.ledger.reduce((sum, entry) => sum + Math.abs(totalOf([entry]).balance), 0),
    miscounted: [...misjudged, ...miscounts(evidence)],
  };
}

const said = ({ number, kind, station, time }: Message, what: string) =>
  `message ${number} (${kind}, station ${station}, ${new Date(time).toISOString()}): ${what}`;

function codesByNumber(lines: readonly QuarantineLine[]): Map<number, RejectionCode[]> {
  const codes = new Map<number, RejectionCode[]>();
  for (const { number, code } of lines) {
    if (number !== undefined) codes.set(number, [...(codes.get(number) ?? []), code]);
  }
  return codes;
}

/** Where one message must be, whether it was acknowledged or not: `wrong` is a place where it must not be. */
function judge(
  message: Message,
  { rows, clockStepped }: Evidence,
  codes: readonly RejectionCode[],
): { lost?: string; wrong?: string } {
  const early = clockStepped && codes.includes("time-future");
  if (message.kind === "malformed") {
    const other = codes.find((code) => code !== message.code && !(clockStepped && code === "time-future"));
    return {
      ...(codes.length === 0 ? { lost: `not in quarantine as ${message.code}` } : {}),
      ...(other === undefined ? {} : { wrong: `refused as ${other}, expected ${message.code}` }),
    };
  }
  const row = rows.get(rowKey(message.station, message.time));
  const stored = row !== undefined && row.cod === message.cod && row.tss === message.tss;
  const refused = codes.includes("conflict") || early;
  const place = row === undefined ? "no row" : `the row has cod ${row.cod}, tss ${row.tss}`;
  // a clock that steps may refuse the first of two contradicting values, and so store the other
  const expected = clockStepped || (message.kind === "conflict" ? !stored : !codes.includes("conflict"));
  const foreign = codes.find((code) => code !== "conflict" && !(clockStepped && code === "time-future"));
  return {
    ...(stored || refused
      ? {}
      : { lost: `${place}, expected cod ${message.cod}, tss ${message.tss}; not in quarantine` }),
    ...(expected
      ? {}
      : { wrong: message.kind === "conflict" ? "stored over the first value" : "taken for a conflict" }),
    ...(foreign === undefined ? {} : { wrong: `refused as ${foreign}` }),
  };
}

/** The ledger against what can be counted from outside. */
function miscounts({ ledger, rows, quarantine, journaled, acknowledgements }: Evidence): string[] {
  const { received, stored, conflict, quarantined, inJournal } = totalOf(ledger);
  const lines = [...new Map(quarantine.map((line) => [line.id, line])).values()];
  const conflicts = lines.filter(({ code }) => code === "conflict").length;
  const pairs: [what: string, counted: number, expected: number][] = [
    ["received, against records in the journal", received, journaled],
    ["stored, against rows in InfluxDB", stored, rows.size],
    ["conflict, against lines in quarantine", conflict, conflicts],
    ["quarantined, against lines in quarantine", quarantined, lines.length - conflicts],
    ["still in the journal", inJournal, 0],
  ];
  const different = pairs
    .filter(([, counted, expected]) => counted !== expected)
    .map(([what, counted, expected]) => `ledger: ${what}: ${counted}, expected ${expected}`);
  return acknowledgements > journaled
    ? [...different, `ingest acknowledged ${acknowledgements} messages, the journal took ${journaled}`]
    : different;
}
