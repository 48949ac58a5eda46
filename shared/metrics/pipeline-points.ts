/**
 * A service's figures about itself, as points of `pipeline`: one a service, worker and ten seconds. The ledger's points
 * of the same measurement say `service=ingest`; these say `service=ingest-self`, so neither reads the other's.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { isOneOf, line } from "#shared/influx/line.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";

export interface SelfRow {
  readonly service: string;
  readonly worker: string;
  /** When it was taken, ms since epoch, by the clock of the service's machine. */
  readonly at: number;
  readonly figures: Readonly<Record<string, number | boolean>>;
}

const SUFFIX = "-self";

export function selfLine({ service, worker, at, figures }: SelfRow): string {
  return line("pipeline", { service: `${service}${SUFFIX}`, worker }, figures, at);
}

/** The newest row of each service and worker since `sinceMs`. */
export async function readSelfRows(
  influx: Pick<Influx, "query">,
  services: readonly string[],
  sinceMs: number,
): Promise<SelfRow[]> {
  const named = isOneOf(
    "service",
    services.map((service) => `${service}${SUFFIX}`),
  );
  const rows = toRows(
    await influx.query(
      `SELECT * FROM "record"."pipeline" WHERE ${named} AND time >= ${Math.floor(sinceMs)}ms
       GROUP BY "service", "worker" ORDER BY time DESC LIMIT 1`,
    ),
  );
  return rows.map(({ time, service, worker, ...cells }) => ({
    service: text(service).slice(0, -SUFFIX.length),
    worker: text(worker),
    at: numberOr(time, 0),
    figures: Object.fromEntries(
      Object.entries(cells).filter(
        (cell): cell is [string, number | boolean] =>
          typeof cell[1] === "number" || typeof cell[1] === "boolean",
      ),
    ),
  }));
}
