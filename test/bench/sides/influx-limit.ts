/** The most InfluxDB can take: the same points as line protocol, written one batch after the other. Out: messages a second. */
import type { Influx } from "#shared/influx/influx.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";

const BATCH = 5_000;

/** The lines are made before the clock runs. */
export async function benchInfluxLimit(influx: Influx, samples: readonly Sample[]): Promise<number> {
  const bodies: string[] = [];
  for (let start = 0; start < samples.length; start += BATCH) {
    bodies.push(
      samples
        .slice(start, start + BATCH)
        .map((sample) => sampleLine(sample))
        .join("\n"),
    );
  }
  const startedAt = performance.now();
  for (const body of bodies) await influx.write("raw", body);
  return (samples.length * 1000) / (performance.now() - startedAt);
}
