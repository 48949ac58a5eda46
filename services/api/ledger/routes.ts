/** `GET /ledger?since=&by=`: what was received and what became of it, added up; two days of receipt unless asked for more. For engineers. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { totalOf } from "#shared/ledger/ledger.ts";
import {
  groupings,
  LEDGER_SPAN_MS,
  type LedgerAnswer,
  readLedgerBy,
  readLedgerTotals,
} from "#shared/ledger/ledger-sums.ts";
import type { ApiContext } from "../context.ts";
import { checkQuery, count, instant } from "../parameters.ts";

const DEFAULT_ROWS = 1_000;
const MOST_ROWS = 100_000;

export function ledgerRoutes(app: FastifyInstance, { influx, clock }: ApiContext): void {
  const shape = {
    since: instant.optional(),
    by: z.enum(groupings, `expected ${groupings.join(", ")}`).optional(),
    limit: count(DEFAULT_ROWS, MOST_ROWS),
  };

  app.get("/ledger", async (request) => {
    const { since = clock.now() - LEDGER_SPAN_MS, by, limit } = checkQuery(shape, request.query);
    if (by === undefined) return readLedgerTotals(influx, since);
    const rows = await readLedgerBy(influx, since, by);
    // what does not balance is always among them, however many rows there are
    const shown = rows.filter(({ balance }, place) => place < limit || balance !== 0);
    return { since, by, ...totalOf(rows), count: rows.length, rows: shown } satisfies LedgerAnswer;
  });
}
