/**
 * A panel's InfluxQL query. In: a statement with Grafana's macros and variables; out: the target as Grafana's InfluxDB
 * data source stores it. The foundation SDK has no type for it, so this is our own small builder.
 */
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";

/** The provisioned data source (services/provision); queries name their bucket: `"raw"."effluent"`. */
export const OUTFALL_INFLUX = { type: "influxdb", uid: "outfall-influx" } as const;

/** What lands in the dashboard's JSON. */
export interface InfluxqlTarget {
  readonly datasource: typeof OUTFALL_INFLUX;
  readonly refId: string;
  readonly rawQuery: true;
  readonly query: string;
  readonly resultFormat: "time_series" | "table";
  readonly alias?: string;
}

/** One query of a panel; `refId` is its letter, which overrides name. */
export class InfluxqlQuery implements Builder<Dataquery> {
  /** The query's letter. */
  readonly refId: string;
  readonly #query: string;
  #format: InfluxqlTarget["resultFormat"] = "time_series";
  #alias: string | undefined;

  constructor(refId: string, query: string) {
    this.refId = refId;
    this.#query = query.replace(/\s+/g, " ").trim();
  }

  /** Name of each series; `$tag_station` stands for a tag of GROUP BY. */
  alias(text: string): this {
    this.#alias = text;
    return this;
  }

  /** One row a point, tags of GROUP BY as columns. */
  asTable(): this {
    this.#format = "table";
    return this;
  }

  build(): Dataquery {
    const target: InfluxqlTarget = {
      datasource: OUTFALL_INFLUX,
      refId: this.refId,
      rawQuery: true,
      query: this.#query,
      resultFormat: this.#format,
      ...(this.#alias === undefined ? {} : { alias: this.#alias }),
    };
    // the SDK marks queries with a method that no JSON carries
    return target as unknown as Dataquery;
  }
}
