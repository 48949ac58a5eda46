/**
 * The newest refusals as points of `quarantine` and back: what the console lists. Light rows without payloads, one a
 * message and code; the whole entries stand in ingest's files. Tags: worker, plant, code. Time: of receipt.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line, quote } from "#shared/influx/line.ts";
import { numberOr, type Row, text, toRows } from "#shared/influx/rows.ts";

export interface QuarantineRow {
  /** As `outfall quarantine show` takes it. */
  readonly id: string;
  readonly worker: string;
  readonly plant: string;
  readonly code: string;
  readonly detail: string;
  readonly topic: string;
  /** Bytes of the payload as received. */
  readonly size: number;
  /** Samples of the message refused for this reason. */
  readonly samples: number;
  /** ms since epoch */
  readonly receivedAt: number;
}

/** A row as the api answers it; null for a code of another version. */
export interface AdvisedRow extends QuarantineRow {
  readonly meaning: string | null;
  /** Who can mend it: registry, station, nobody, database. */
  readonly where: string | null;
  readonly remedy: string | null;
}

export interface QuarantineAnswer {
  readonly since: number;
  readonly count: number;
  /** Newest first. */
  readonly refusals: readonly AdvisedRow[];
}

const SELECT = 'SELECT * FROM "record"."quarantine"';

/** @param time of the point: that of receipt, moved by some ms where several share it */
export function quarantineLine(row: QuarantineRow, time: number): string {
  const { worker, plant, code } = row;
  return line(
    "quarantine",
    { worker, plant, code },
    {
      id: row.id,
      detail: row.detail,
      topic: row.topic,
      size: integer(row.size),
      samples: integer(row.samples),
      received: integer(row.receivedAt),
    },
    time,
  );
}

export interface QuarantineQuestion {
  readonly since: number;
  readonly limit: number;
  readonly code?: string | undefined;
  readonly plant?: string | undefined;
}

/** Newest first, each id once: after a crash a row may stand twice. */
export async function readQuarantineRows(
  influx: Influx,
  asked: QuarantineQuestion,
): Promise<QuarantineRow[]> {
  const conditions = [
    `time >= ${Math.floor(asked.since)}ms`,
    asked.code === undefined ? "" : `code = ${quote(asked.code)}`,
    asked.plant === undefined ? "" : `plant = ${quote(asked.plant)}`,
  ].filter(Boolean);
  const where = `WHERE ${conditions.join(" AND ")} ORDER BY time DESC LIMIT ${asked.limit}`;
  return rowsOf(toRows(await influx.query(`${SELECT} ${where}`)));
}

/** Undefined where no row has this id: it was among those that were only counted, or never was. */
export async function readQuarantineRow(
  influx: Influx,
  id: string,
  span: { readonly from: number; readonly to: number },
): Promise<QuarantineRow | undefined> {
  const where = `WHERE id = ${quote(id)} AND time >= ${span.from}ms AND time < ${span.to}ms LIMIT 1`;
  return rowsOf(toRows(await influx.query(`${SELECT} ${where}`)))[0];
}

function rowsOf(rows: readonly Row[]): QuarantineRow[] {
  const byId = new Map<string, QuarantineRow>();
  for (const row of rows) {
    const id = text(row.id);
    if (byId.has(id)) continue;
    byId.set(id, {
      id,
      worker: text(row.worker),
      plant: text(row.plant),
      code: text(row.code),
      detail: text(row.detail),
      topic: text(row.topic),
      size: numberOr(row.size, 0),
      samples: numberOr(row.samples, 1),
      receivedAt: numberOr(row.received, numberOr(row.time, 0)),
    });
  }
  return [...byId.values()];
}
