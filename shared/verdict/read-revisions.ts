/** Revisions of verdicts from `verdict` and `verdict_log`: all of one, or those that held at an instant. */
import type { Influx } from "#shared/influx/influx.ts";
import { quote } from "#shared/influx/line.ts";
import { verdictKey } from "./revisions.ts";
import type { StoredVerdict } from "./verdict.ts";
import type { VerdictName } from "./verdict-name.ts";
import { verdictsOf } from "./verdict-points.ts";

type Reader = Pick<Influx, "query">;

const ROWS_PER_READ = 10_000;

/** Oldest first; empty where it was never judged. */
export async function readRevisions(influx: Reader, name: VerdictName): Promise<StoredVerdict[]> {
  const where = [
    `station = ${quote(name.station)}`,
    `parameter = ${quote(name.parameter)}`,
    `rule = ${quote(name.rule)}`,
    `time = ${name.from}ms`,
  ].join(" AND ");
  const found = verdictsOf(
    await influx.query(`SELECT * FROM "record"."verdict", "record"."verdict_log" WHERE ${where}`),
  );
  return found.sort((a, b) => a.revision - b.revision);
}

/**
 * Of each verdict the newest revision judged at or before `asOf`, latest window first.
 * @param conditions InfluxQL on station, parameter, rule and time
 */
export async function readAsOf(
  influx: Reader,
  conditions: readonly string[],
  asOf: number,
  limit: number,
): Promise<StoredVerdict[]> {
  const where = [...conditions, `judged <= ${asOf}`].join(" AND ");
  const newest = new Map<string, StoredVerdict>();
  // those that still stand, then what has replaced others since
  for (const measurement of ["verdict", "verdict_log"])
    await readInto(newest, influx, measurement, where, limit);
  return [...newest.values()].sort((a, b) => b.from - a.from).slice(0, limit);
}

/** Latest window first, until so many windows are whole. */
async function readInto(
  newest: Map<string, StoredVerdict>,
  influx: Reader,
  measurement: string,
  where: string,
  limit: number,
): Promise<void> {
  for (let offset = 0; ; offset += ROWS_PER_READ) {
    const rows = verdictsOf(
      await influx.query(
        `SELECT * FROM "record"."${measurement}" WHERE ${where} ORDER BY time DESC LIMIT ${ROWS_PER_READ} OFFSET ${offset}`,
      ),
    );
    for (const row of rows) {
      const known = newest.get(verdictKey(row));
      if (known === undefined || known.revision < row.revision) newest.set(verdictKey(row), row);
    }
    const oldest = rows.at(-1)?.from;
    // revisions of one window stand together: what lies behind the oldest one read is whole
    const whole = [...newest.values()].filter(({ from }) => oldest !== undefined && from > oldest).length;
    if (oldest === undefined || rows.length < ROWS_PER_READ || whole >= limit) return;
  }
}
