/**
 * `GET /verdicts?station=&parameter=&rule=&from=&to=&asOf=`: verdicts, latest window first, the newest revision of each, or
 * the one that held at an instant. `GET /verdicts/revisions` lists all of one, `GET /verdicts/explanation` says why it is so.
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { quote } from "#shared/influx/line.ts";
import { readAsOf, readRevisions } from "#shared/verdict/read-revisions.ts";
import { type StoredVerdict, stateOf } from "#shared/verdict/verdict.ts";
import { printVerdictName } from "#shared/verdict/verdict-name.ts";
import { verdictsOf } from "#shared/verdict/verdict-points.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, id, instant, printable } from "../parameters.ts";
import { explainStored } from "./explain-stored.ts";

const DEFAULT_LIMIT = 1_000;
const MOST = 10_000;

const parameter = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "expected a parameter such as cod");
const rule = z.string().regex(/^[a-z0-9:/.-]{1,64}$/i, "expected a rule such as hour or day:qcvn-40-2011/A");
const revision = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, "expected a revision such as 2")
  .transform(Number);

const list = {
  station: id.optional(),
  parameter: parameter.optional(),
  rule: rule.optional(),
  from: instant.optional(),
  to: instant.optional(),
  asOf: instant.optional(),
  limit: count(DEFAULT_LIMIT, MOST),
};
/** One verdict: its station, parameter, rule and the start of its window. */
const one = { station: id, parameter, rule, from: instant };

export function verdictRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry, influx, clock } = context;
  const { timeZone, rules } = registry.settings;
  const calendar = createCalendar(timeZone);

  function checkStation(station: string | undefined): void {
    if (station === undefined || registry.stations.has(station)) return;
    throw new ApiError("station-unknown", `the registry has no station ${printable(station)}`);
  }
  const withState = (verdict: StoredVerdict, now: number) => ({
    name: printVerdictName(verdict, timeZone),
    ...verdict,
    state: stateOf(verdict, rules.finalAfter, now),
  });

  app.get("/verdicts", async (request) => {
    const asked = checkQuery(list, request.query);
    checkStation(asked.station);
    const conditions = [
      asked.station === undefined ? "" : `station = ${quote(asked.station)}`,
      asked.parameter === undefined ? "" : `parameter = ${quote(asked.parameter)}`,
      asked.rule === undefined ? "" : `rule = ${quote(asked.rule)}`,
      asked.from === undefined ? "" : `time >= ${asked.from}ms`,
      asked.to === undefined ? "" : `time <= ${asked.to}ms`,
    ].filter(Boolean);
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const verdicts =
      asked.asOf === undefined
        ? verdictsOf(
            await influx.query(
              `SELECT * FROM "record"."verdict"${where} ORDER BY time DESC LIMIT ${asked.limit}`,
            ),
          )
        : await readAsOf(influx, conditions, asked.asOf, asked.limit);
    const now = asked.asOf ?? clock.now();
    return { count: verdicts.length, verdicts: verdicts.map((verdict) => withState(verdict, now)) };
  });

  app.get("/verdicts/revisions", async (request) => {
    const asked = checkQuery(one, request.query);
    checkStation(asked.station);
    const revisions = await readRevisions(influx, asked);
    if (revisions.length === 0)
      throw new ApiError("verdict-unknown", `no verdict ${printVerdictName(asked, timeZone)} is stored`);
    return { revisions: revisions.map((verdict) => withState(verdict, clock.now())) };
  });

  app.get("/verdicts/explanation", async (request) => {
    const asked = checkQuery({ ...one, revision: revision.optional() }, request.query);
    checkStation(asked.station);
    return { explanation: await explainStored(context, calendar, asked) };
  });
}
