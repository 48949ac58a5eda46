/**
 * What a service counts about itself, for Prometheus. In: a service's name; out: a registry with the process's own
 * figures, to which a service adds counters, and figures that are read only when somebody asks.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

/** One line of a metric: its labels and its value. */
export interface Figure {
  readonly labels?: Labels;
  readonly value: number;
}

export interface MetricNames {
  /** Without `outfall_<service>_`: noun, unit, and `_total` where it only grows. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface Metrics {
  readonly service: string;
  readonly worker: string;
  /** Counts events that happen here; seldom ones, never one a message. */
  counter(names: MetricNames): (labels?: Labels, by?: number) => void;
  /** Durations in seconds: one call a batch, never one a message. */
  durations(names: MetricNames, buckets?: readonly number[]): (seconds: number) => void;
  /** Read when somebody asks and at no other time. A `_total` name is a counter, any other a gauge. */
  observe(names: MetricNames, read: () => readonly Figure[] | Promise<readonly Figure[]>): void;
  /** The exposition text. A figure that cannot be read is left out; the others stand. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** From a commit on a fast disk to a server that is nearly away, s. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** @param worker a label of every line, so that several workers of a service stay apart */
export function createMetrics(service: string, worker = "w1"): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service, worker });
  collectDefaultMetrics({ register: registry });
  const named = ({ name, help, labels = [] }: MetricNames) => ({
    name: `outfall_${service}_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    service,
    worker,
    counter(names) {
      const counter = new Counter(named(names));
      // there from the start, so that the first event is an increase and not a beginning
      if (names.labels === undefined) counter.inc(0);
      return (labels = {}, by = 1) => counter.inc(labels, by);
    },
    durations(names, buckets = DURATION_BUCKETS) {
      const histogram = new Histogram({ ...named(names), buckets: [...buckets] });
      return (seconds) => histogram.observe(seconds);
    },
    observe(names, read) {
      if (names.name.endsWith("_total")) {
        new Counter({
          ...named(names),
          async collect() {
            const figures = await readOrNothing(read);
            this.reset();
            // no line rather than a 0: a counter that fell to 0 would count its whole again when it is back
            if (figures.length === 0) this.remove({});
            for (const { labels = {}, value } of figures) this.inc(labels, value);
          },
        });
        return;
      }
      new Gauge({
        ...named(names),
        async collect() {
          const figures = await readOrNothing(read);
          this.reset();
          if (figures.length === 0) this.remove({});
          for (const { labels = {}, value } of figures) this.set(labels, value);
        },
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

const PATIENCE_MS = 2_000;

/** One figure that hangs or throws (a queue while Redis is away) must not cost the others. */
async function readOrNothing(
  read: () => readonly Figure[] | Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Figure[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  try {
    return await Promise.race([read(), late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
