/**
 * The feed as the database knows it, after a restart. In: InfluxDB; out: each station's newest records, and of parameters
 * that those do not have a value of, the newest value. Two queries at most, whatever is stored.
 */
import type { Influx } from "#shared/influx/influx.ts";
import { numberOr, text, toRows } from "#shared/influx/rows.ts";
import type { Feed } from "#shared/presence/feed.ts";
import { RECENT } from "#shared/presence/heard.ts";
import { samplesOf } from "#shared/reading/sample-points.ts";
import type { Registry } from "#shared/registry/registry.ts";

export async function recallFeed(
  influx: Pick<Influx, "query">,
  { stations }: Pick<Registry, "stations">,
  feed: Pick<Feed, "saw" | "heard" | "recalled">,
): Promise<void> {
  const newest = samplesOf(
    await influx.query(
      `SELECT * FROM "raw"."effluent" GROUP BY zone, plant, station ORDER BY time DESC LIMIT ${RECENT}`,
    ),
  );
  for (const sample of newest) feed.saw(sample);
  const missing = new Set<string>();
  for (const station of stations.values()) {
    const heard = feed.heard(station.id);
    if (heard === undefined) continue;
    for (const parameter in station.parameters) {
      if (!Number.isFinite(heard.parameters.get(parameter)?.valueAt)) missing.add(parameter);
    }
  }
  if (missing.size === 0) return;
  for (const row of toRows(await influx.query(lastValues([...missing])))) {
    for (const parameter of missing) {
      if (row[parameter] !== null && row[parameter] !== undefined) {
        feed.recalled(text(row.station), parameter, numberOr(row.time, 0));
      }
    }
  }
}

/** The newest point of each field a station has, each with its own time; a withheld value is a value. */
function lastValues(parameters: readonly string[]): string {
  const last = (field: string, name: string) =>
    `(SELECT last("${field}") AS "${name}" FROM "raw"."effluent" GROUP BY station)`;
  const sources = parameters.flatMap((key) => [last(key, key), last(`${key}_withheld`, key)]);
  return `SELECT * FROM ${sources.join(", ")} GROUP BY station`;
}
