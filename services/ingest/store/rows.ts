/**
 * Rows on their way: line protocol in pieces of one screen job each, so that the database and the queue carry the same
 * text, made once, and nothing else of a sample is kept.
 */
import { SAMPLES_PER_SCREEN_JOB } from "#shared/queue/queues.ts";

/** Lines of `effluent`, at most SAMPLES_PER_SCREEN_JOB of them. */
export interface RowGroup {
  /** Separated by \n. */
  readonly text: string;
  readonly lines: number;
}

export interface RowCollector {
  add(line: string): void;
  /** What was added, in order; the collector is empty then. */
  take(): RowGroup[];
}

export function createRowCollector(): RowCollector {
  let groups: RowGroup[] = [];
  let pending: string[] = [];
  function close(): void {
    if (pending.length === 0) return;
    groups.push({ text: pending.join("\n"), lines: pending.length });
    pending = [];
  }
  return {
    add(line) {
      pending.push(line);
      if (pending.length === SAMPLES_PER_SCREEN_JOB) close();
    },
    take() {
      close();
      const taken = groups;
      groups = [];
      return taken;
    },
  };
}

export function rowGroups(lines: Iterable<string>): RowGroup[] {
  const collector = createRowCollector();
  for (const line of lines) collector.add(line);
  return collector.take();
}
