/**
 * Prepares the servers for the services. In: the registry; out: the broker's users and ACL on disk, and the buckets in
 * InfluxDB. Doing it twice is harmless. Grafana needs nothing from here: it reads services/provision/grafana and
 * dashboards/generated as they are.
 */
import { createInflux, type InfluxOptions } from "#shared/influx/influx.ts";
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { type BrokerSecrets, writeBrokerAccess } from "./broker/write-access.ts";
import { makeRawDefault } from "./influx/default-bucket.ts";

export interface ProvisionOptions {
  readonly registry: Pick<Registry, "stations">;
  readonly root: TopicRoot;
  /** The broker's files go here. */
  readonly folder: string;
  readonly secrets: BrokerSecrets;
  /** Left out: InfluxDB is not touched. */
  readonly influx?: InfluxOptions & { readonly rawRetention?: string | undefined };
}

export interface Provisioned {
  readonly files: readonly string[];
  /** Stations that may publish. */
  readonly stations: number;
  /** InfluxDB's version, or null when it was not touched. */
  readonly influxVersion: string | null;
}

/** @throws InfluxError or Error naming what refused */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const files = await writeBrokerAccess(options);
  return {
    files,
    stations: options.registry.stations.size,
    influxVersion: options.influx === undefined ? null : await prepareInflux(options.influx),
  };
}

async function prepareInflux(options: NonNullable<ProvisionOptions["influx"]>): Promise<string> {
  const influx = createInflux(options);
  try {
    const version = await waitFor(() => influx.version(), { what: "InfluxDB answers", everyMs: 500 });
    await influx.prepare(options.rawRetention);
    if (/^v?2\./.test(version)) await makeRawDefault(options);
    return version;
  } finally {
    influx.close();
  }
}
