/**
 * What happens to a service that somebody may have to know: log line and counter are one event. Counted under
 * `outfall_<service>_events_total{level,event}`, `event` being the very sentence the log has. Two ways, never both in one
 * service: a catalogue, whose entries log and count in one call; or a logger that counts each warning and error itself.
 */
import type { LogEvent, Logger } from "#shared/runtime/log.ts";
import type { Labels, Metrics } from "./metrics.ts";

/** error: data lost or a person is needed. warn: odd, nothing lost. info: start, stop, state change. */
export type EventLevel = "error" | "warn" | "info";

export interface EventSpec {
  readonly level: EventLevel;
  /** A constant sentence; what differs goes into fields. */
  readonly sentence: string;
}

export interface Emit {
  /** Logs and counts. */
  (fields?: object): void;
  /** Counts only: the same failure again, which is one line until it changes. */
  again(): void;
}

/** One `Emit` per entry of the catalogue, under the entry's name. */
export type Events<Catalogue extends Readonly<Record<string, EventSpec>>> = {
  readonly [Name in keyof Catalogue]: Emit;
};

const counterOf = (metrics: Pick<Metrics, "counter">) =>
  metrics.counter({
    name: "events_total",
    help: "events, by level and the sentence that the log has",
    labels: ["level", "event"],
  });

/** Every event of the catalogue stands at 0 from the start: its first time is an increase and not a beginning. */
export function createEvents<Catalogue extends Readonly<Record<string, EventSpec>>>(
  catalogue: Catalogue,
  deps: { readonly log: Pick<Logger, EventLevel>; readonly metrics?: Pick<Metrics, "counter"> | undefined },
): Events<Catalogue> {
  const count = deps.metrics === undefined ? undefined : counterOf(deps.metrics);
  const emitters = Object.entries(catalogue).map(([name, { level, sentence }]) => {
    const labels: Labels = { level, event: sentence };
    count?.(labels, 0);
    const emit = (fields: object = {}) => {
      count?.(labels);
      deps.log[level](fields, sentence);
    };
    return [name, Object.assign(emit, { again: () => count?.(labels) })];
  });
  return Object.fromEntries(emitters) as Events<Catalogue>;
}

/** Sentences are constant by our style; a name that slips into one must not make a series each. */
const MOST_SENTENCES = 100;
const OTHER = "other";

/** For `createLogger`: counts whatever is logged at warn and above, so that no place can log without counting. */
export function countEvents(metrics: Pick<Metrics, "counter">): (event: LogEvent) => void {
  const count = counterOf(metrics);
  const known = new Set<string>();
  return ({ level, sentence }) => {
    if (known.size < MOST_SENTENCES) known.add(sentence);
    count({ level, event: known.has(sentence) ? sentence : OTHER });
  };
}
