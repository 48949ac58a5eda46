/**
 * Samples to InfluxDB. In: samples; out: the ones it refused, each with its reason. A failure is retried for ever
 * with back-off and jitter; a refusal (400, 413, 422) is bisected, so that one bad line costs itself and not its batch.
 */
import { type Influx, InfluxError } from "#shared/influx/influx.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";

export interface RefusedSample {
  readonly sample: Sample;
  readonly detail: string;
}

export interface SampleWriter {
  /** Resolves once everything is stored or refused. @throws only when `signal` aborts. */
  write(samples: readonly Sample[]): Promise<RefusedSample[]>;
  /** True while the last attempt failed: the journal takes over from memory then. */
  readonly failing: boolean;
}

const MAX_LINES = 10_000;
const MAX_BYTES = 5_000_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

export function createSampleWriter(options: {
  influx: Pick<Influx, "write">;
  signal: AbortSignal;
  log: Logger;
  /** Called at each failed attempt. */
  onFailing?: () => void;
  random?: () => number;
}): SampleWriter {
  const { influx, signal, log, onFailing, random = Math.random } = options;
  let failing = false;

  async function send(lines: readonly string[]): Promise<InfluxError | undefined> {
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, LAST_RETRY_MS)) {
      signal.throwIfAborted();
      try {
        await influx.write("raw", lines.join("\n"));
        if (failing) log.info("InfluxDB takes writes again");
        failing = false;
        return undefined;
      } catch (error) {
        if (!(error instanceof InfluxError) || !error.retryable) {
          return error instanceof InfluxError ? error : new InfluxError("InfluxDB write", error);
        }
        if (!failing) log.warn({ err: error }, "InfluxDB does not take writes, the journal holds them");
        failing = true;
        onFailing?.();
        await pause(delay * (0.5 + random()), signal);
      }
    }
  }

  async function writeSome(samples: readonly Sample[], lines: readonly string[]): Promise<RefusedSample[]> {
    const error = await send(lines);
    if (error === undefined) return [];
    const [only] = samples;
    if (samples.length === 1 && only !== undefined) return [{ sample: only, detail: error.message }];
    const middle = Math.ceil(samples.length / 2);
    return [
      ...(await writeSome(samples.slice(0, middle), lines.slice(0, middle))),
      ...(await writeSome(samples.slice(middle), lines.slice(middle))),
    ];
  }

  return {
    get failing() {
      return failing;
    },
    async write(samples) {
      const refused: RefusedSample[] = [];
      let start = 0;
      while (start < samples.length) {
        const lines: string[] = [];
        let bytes = 0;
        for (
          let index = start;
          index < samples.length && lines.length < MAX_LINES && bytes < MAX_BYTES;
          index += 1
        ) {
          const text = sampleLine(samples[index] as Sample);
          lines.push(text);
          bytes += text.length + 1;
        }
        refused.push(...(await writeSome(samples.slice(start, start + lines.length), lines)));
        start += lines.length;
      }
      return refused;
    },
  };
}
