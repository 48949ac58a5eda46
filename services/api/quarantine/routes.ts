/** `GET /quarantine` and `/quarantine/:id`: the newest refusals and what to do about one. Payloads stay with ingest: `outfall quarantine show`. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseEntryId } from "#shared/quarantine/entry-id.ts";
import {
  type AdvisedRow,
  type QuarantineAnswer,
  type QuarantineRow,
  readQuarantineRow,
  readQuarantineRows,
} from "#shared/quarantine/quarantine-points.ts";
import { remedies } from "#shared/quarantine/remedy.ts";
import { type RejectionCode, rejectionCodes } from "#shared/reading/rejection.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, id, instant, printable } from "../parameters.ts";

const DAY_MS = 86_400_000;
const SPAN_MS = 7 * DAY_MS;
const DEFAULT_LIMIT = 100;
const MOST = 1_000;
/** Points of one second are moved apart by some ms, also over midnight. */
const SLACK_MS = 1_000;

const code = z.string().regex(/^[a-z][a-z-]{0,31}$/, "expected a reason such as station-unknown");

export function quarantineRoutes(app: FastifyInstance, { influx, clock }: ApiContext): void {
  const shape = {
    since: instant.optional(),
    code: code.optional(),
    plant: id.optional(),
    limit: count(DEFAULT_LIMIT, MOST),
  };

  app.get("/quarantine", async (request) => {
    const { since = clock.now() - SPAN_MS, ...asked } = checkQuery(shape, request.query);
    const refusals = (await readQuarantineRows(influx, { since, ...asked })).map(withAdvice);
    return { since, count: refusals.length, refusals } satisfies QuarantineAnswer;
  });

  app.get("/quarantine/:id", async (request) => {
    checkQuery({}, request.query);
    const { id: wanted } = request.params as { id: string };
    const day = parseEntryId(wanted)?.day;
    const from = day === undefined ? Number.NaN : Date.parse(day);
    const row = Number.isNaN(from)
      ? undefined
      : await readQuarantineRow(influx, wanted, { from, to: from + DAY_MS + SLACK_MS });
    if (row === undefined) {
      throw new ApiError(
        "refusal-unknown",
        `no refusal ${printable(wanted)} is listed; \`outfall quarantine show\` on ingest's machine knows them all`,
      );
    }
    return withAdvice(row);
  });
}

function withAdvice(row: QuarantineRow): AdvisedRow {
  const known = row.code as RejectionCode;
  const { where = null, text: remedy = null } = remedies[known] ?? {};
  return { ...row, meaning: rejectionCodes[known] ?? null, where, remedy };
}
