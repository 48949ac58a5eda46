/** Queries over the services' own rows. In: a field and a service; out: a query with one series a worker. */
import { InfluxqlQuery } from "../influxql/influxql-query.ts";

/** A service's own rows end in `-self`: the ledger's, in the same measurement, do not. */
const ownRows = (service: string): string => `"service" =~ /^${service}-self$/`;
/** Every service's. */
export const ANY_SERVICE = "[a-z]+";

/** Mean of a field over each interval, a series a worker. */
export function overTime(refId: string, service: string, field: string, label?: string): InfluxqlQuery {
  const by = service === ANY_SERVICE ? '"service", "worker"' : '"worker"';
  const name = service === ANY_SERVICE ? "$tag_service $tag_worker" : "$tag_worker";
  return new InfluxqlQuery(
    refId,
    `SELECT mean("${field}") AS "${field}" FROM "record"."pipeline"
     WHERE ${ownRows(service)} AND $timeFilter GROUP BY time($__interval), ${by} fill(none)`,
  ).alias(label === undefined ? name : `${name} ${label}`);
}

/** The newest of several fields, a row a worker. */
export function newest(refId: string, service: string, fields: readonly string[]): InfluxqlQuery {
  const selected = fields.map((field) => `last("${field}") AS "${field}"`).join(", ");
  return new InfluxqlQuery(
    refId,
    `SELECT ${selected} FROM "record"."pipeline" WHERE ${ownRows(service)} AND $timeFilter GROUP BY "worker"`,
  );
}
