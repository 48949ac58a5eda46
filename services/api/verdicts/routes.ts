/** `GET /verdicts?station=&parameter=&rule=&from=&to=`: the newest state of verdicts, latest window first. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { quote } from "#shared/influx/line.ts";
import { verdictsOf } from "#shared/verdict/verdict-points.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { checkQuery, count, id, instant, printable } from "../parameters.ts";

const DEFAULT_LIMIT = 1_000;
const MOST = 10_000;

export function verdictRoutes(app: FastifyInstance, { registry, influx }: ApiContext): void {
  const shape = {
    station: id.optional(),
    parameter: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, "expected a parameter such as cod")
      .optional(),
    rule: z
      .string()
      .regex(/^[a-z0-9:/.-]{1,64}$/i, "expected a rule such as hour or day:qcvn-40-2011/A")
      .optional(),
    from: instant.optional(),
    to: instant.optional(),
    limit: count(DEFAULT_LIMIT, MOST),
  };

  app.get("/verdicts", async (request) => {
    const asked = checkQuery(shape, request.query);
    if (asked.station !== undefined && !registry.stations.has(asked.station)) {
      throw new ApiError("station-unknown", `the registry has no station ${printable(asked.station)}`);
    }
    const conditions = [
      asked.station === undefined ? "" : `station = ${quote(asked.station)}`,
      asked.parameter === undefined ? "" : `parameter = ${quote(asked.parameter)}`,
      asked.rule === undefined ? "" : `rule = ${quote(asked.rule)}`,
      asked.from === undefined ? "" : `time >= ${asked.from}ms`,
      asked.to === undefined ? "" : `time <= ${asked.to}ms`,
    ].filter(Boolean);
    const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const verdicts = verdictsOf(
      await influx.query(`SELECT * FROM "record"."verdict"${where} ORDER BY time DESC LIMIT ${asked.limit}`),
    );
    return { count: verdicts.length, verdicts };
  });
}
