/** What `outfall ledger` prints. In: rows and their sum; out: lines. Pure. */
import type { LedgerTotals } from "#shared/ledger/ledger.ts";
import type { LedgerRow } from "#shared/ledger/ledger-sums.ts";
import { tableLines } from "./table.ts";

const COUNTS = [
  "received",
  "stored",
  "duplicate",
  "conflict",
  "quarantined",
  "inJournal",
  "balance",
] as const;
const HEAD = [
  "received",
  "stored",
  "duplicate",
  "conflict",
  "quarantined",
  "in journal",
  "balance",
  "refused for",
];

export function ledgerLines(rows: readonly LedgerRow[], totals: LedgerTotals, sinceMs: number): string[] {
  const since = hourOf(sinceMs);
  const [first] = rows;
  if (first === undefined) return [`nothing was received since ${since}`];
  const keys = (["hour", "plant", "worker"] as const).filter((key) => first[key] !== undefined);
  const keyCells = (row: LedgerRow) =>
    keys.map((key) => (key === "hour" ? hourOf(row.hour ?? 0) : String(row[key] ?? "")));
  const lines = tableLines(
    [...keys, ...HEAD],
    [
      ...rows.map((row) => [...keyCells(row), ...countCells(row)]),
      ["all", ...keys.slice(1).map(() => ""), ...countCells(totals)],
    ],
  );
  const off = rows.filter(({ balance }) => balance !== 0).length;
  return [
    `received since ${since}`,
    "",
    ...lines,
    "",
    off === 0
      ? "balance 0: everything received is accounted for"
      : `balance off in ${off} ${off === 1 ? "row" : "rows"}: samples received and not accounted for, or counted twice`,
  ];
}

const countCells = (counts: LedgerTotals) => [...COUNTS.map((key) => `${counts[key]}`), reasonsText(counts)];

/** "station-unknown 12, json-malformed 3" */
function reasonsText({ reasons = {} }: LedgerTotals): string {
  return Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(", ");
}

const hourOf = (time: number) => `${new Date(time).toISOString().slice(0, 16)}Z`;
