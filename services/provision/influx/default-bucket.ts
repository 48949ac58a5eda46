/**
 * InfluxDB 2.x: which bucket `SHOW TAG VALUES` looks in. Buckets named `<database>/<policy>` are open to InfluxQL by
 * themselves, but none of them is the database's default, and then SHOW answers "default retention policy not set":
 * the dashboards would have no zones to choose from. So `raw` is made the default, once. 1.x has one from the start.
 */
import type { InfluxOptions } from "#shared/influx/influx.ts";

const DEFAULT_POLICY = "raw";

interface Mapping {
  readonly database: string;
  readonly retention_policy: string;
  readonly default: boolean;
  readonly virtual?: boolean;
}

/** @returns whether a mapping was made; false when it was there already. @throws Error with InfluxDB's answer */
export async function makeRawDefault(influx: InfluxOptions): Promise<boolean> {
  const { org, database } = influx;
  const { orgs } = await call<{ orgs: { id: string }[] }>(influx, "GET", "orgs", { org });
  const orgID = orgs[0]?.id ?? missing(`organisation ${org}`);
  const mappings = await call<{ content?: Mapping[] }>(influx, "GET", "dbrps", { orgID, db: database });
  const isThere = (mapping: Mapping) =>
    mapping.database === database && mapping.retention_policy === DEFAULT_POLICY && mapping.default;
  if (mappings.content?.some(isThere)) return false;
  const name = `${database}/${DEFAULT_POLICY}`;
  const { buckets } = await call<{ buckets: { id: string }[] }>(influx, "GET", "buckets", { orgID, name });
  const bucketID = buckets[0]?.id ?? missing(`bucket ${name}`);
  const mapping = { orgID, bucketID, database, retention_policy: DEFAULT_POLICY, default: true };
  await call(influx, "POST", "dbrps", {}, mapping);
  return true;
}

function missing(what: string): never {
  throw new Error(`InfluxDB has no ${what}`);
}

const TIMEOUT_MS = 30_000;

async function call<Answer>(
  influx: InfluxOptions,
  method: "GET" | "POST",
  path: string,
  query: Record<string, string>,
  body?: object,
): Promise<Answer> {
  const response = await fetch(new URL(`/api/v2/${path}?${new URLSearchParams(query)}`, influx.url), {
    method,
    headers: { Authorization: `Token ${influx.token ?? ""}`, "Content-Type": "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`InfluxDB ${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}
