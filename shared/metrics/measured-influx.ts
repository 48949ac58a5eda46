/** InfluxDB with a watch. In: the port and metrics; out: the same port, each write and query timed and each failure counted: once a batch, never once a message. */
import { type Influx, InfluxError } from "#shared/influx/influx.ts";
import type { Metrics } from "./metrics.ts";

export function measuredInflux(influx: Influx, metrics: Pick<Metrics, "counter" | "durations">): Influx {
  const failed = metrics.counter({
    name: "influx_failures_total",
    help: "writes and queries that InfluxDB did not take, by status (none: no answer)",
    labels: ["what", "status"],
  });
  const written = metrics.durations({
    name: "influx_write_seconds",
    help: "one write, as far as it succeeded",
  });
  const asked = metrics.durations({
    name: "influx_query_seconds",
    help: "one query, as far as it succeeded",
  });

  async function timed<T>(what: string, took: (seconds: number) => void, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      const answer = await work();
      took((performance.now() - started) / 1000);
      return answer;
    } catch (error) {
      const status = error instanceof InfluxError ? error.status : undefined;
      failed({ what, status: String(status ?? "none") });
      throw error;
    }
  }

  return {
    ...influx,
    write: (bucket, lines) => timed("write", written, () => influx.write(bucket, lines)),
    query: (statement) => timed("query", asked, () => influx.query(statement)),
  };
}
