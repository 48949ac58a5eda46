/**
 * The canary: a message that goes the whole way of a reading (broker, journal, PUBACK, store) and is counted in no
 * plant's ledger. In: its payload as received; out: the point that says it arrived, and that point read again.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { integer, line, quote } from "#shared/influx/line.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";

export interface Canary {
  readonly id: string;
  /** By the sender's clock, ms since epoch. */
  readonly sentAt: number;
}

export interface ArrivedCanary extends Canary {
  readonly worker: string;
  /** By ingest's clock, ms since epoch. */
  readonly receivedAt: number;
}

/** A canary is small; anything else on its topic is no canary. */
const MAX_BYTES = 256;
const ID = /^[A-Za-z0-9-]{1,64}$/;

export const encodeCanary = ({ id, sentAt }: Canary): string => JSON.stringify({ id, sent: sentAt });

/** @returns undefined for anything else; never throws */
export function decodeCanary(payload: Buffer): Canary | undefined {
  if (payload.length > MAX_BYTES) return undefined;
  try {
    const found = JSON.parse(payload.toString("utf8")) as { id?: unknown; sent?: unknown } | null;
    const { id, sent } = found ?? {};
    if (typeof id !== "string" || !ID.test(id)) return undefined;
    if (typeof sent !== "number" || !Number.isSafeInteger(sent)) return undefined;
    return { id, sentAt: sent };
  } catch {
    return undefined;
  }
}

/** `service=canary`: neither the ledger nor a service's own row. */
export function canaryLine({ worker, id, sentAt, receivedAt }: ArrivedCanary): string {
  return line("pipeline", { service: "canary", worker }, { id, sent: integer(sentAt) }, receivedAt);
}

export async function readCanary(
  influx: Pick<Influx, "query">,
  id: string,
): Promise<ArrivedCanary | undefined> {
  const [row] = toRows(
    await influx.query(
      `SELECT "id", "sent", "worker" FROM "record"."pipeline"
       WHERE "service" = 'canary' AND "id" = ${quote(id)} LIMIT 1`,
    ),
  );
  if (row === undefined) return undefined;
  const { time, sent, worker } = row;
  return { id, worker: text(worker), sentAt: numberOr(sent, 0), receivedAt: numberOr(time, 0) };
}
