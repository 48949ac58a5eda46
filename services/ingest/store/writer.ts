/**
 * Rows to InfluxDB. In: groups of rows; out: the lines it refused, each with its reason. A failure is retried for
 * ever; a refusal (400, 413, 422) is bisected, so that one bad line costs itself and not its batch.
 */
import { type Influx, InfluxError } from "#shared/influx/influx.ts";
import type { Perseverance } from "./perseverance.ts";
import type { RowGroup } from "./rows.ts";

export interface RefusedLine {
  readonly line: string;
  readonly detail: string;
}

export interface RowWriter {
  /** Resolves once everything is stored or refused. @throws only when ingest is closing. */
  write(groups: readonly RowGroup[]): Promise<RefusedLine[]>;
}

/** Design bounds of one write: 10,000 lines or 5 MB. */
const MAX_LINES = 10_000;
const MAX_BYTES = 5_000_000;

export function createRowWriter(options: {
  influx: Pick<Influx, "write">;
  persevere: Pick<Perseverance, "until">;
}): RowWriter {
  const { influx, persevere } = options;

  /** The refusal, or undefined when all of it is stored. */
  async function send(text: string): Promise<InfluxError | undefined> {
    try {
      await persevere.until("writing to InfluxDB", () => influx.write("raw", text), isRefusal);
      return undefined;
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  async function bisect(lines: readonly string[]): Promise<RefusedLine[]> {
    const error = await send(lines.join("\n"));
    if (error === undefined) return [];
    const [only] = lines;
    if (lines.length === 1 && only !== undefined) return [{ line: only, detail: error.message }];
    const middle = Math.ceil(lines.length / 2);
    return [...(await bisect(lines.slice(0, middle))), ...(await bisect(lines.slice(middle)))];
  }

  return {
    async write(groups) {
      const refused: RefusedLine[] = [];
      for (let start = 0; start < groups.length; ) {
        const end = endOfWrite(groups, start);
        const some = groups.slice(start, end);
        const error = await send(some.map(({ text }) => text).join("\n"));
        // nearly never: what was joined is taken apart again
        if (error !== undefined)
          for (const { text } of some) refused.push(...(await bisect(text.split("\n"))));
        start = end;
      }
      return refused;
    },
  };
}

/** The groups of one write, one at least. */
function endOfWrite(groups: readonly RowGroup[], start: number): number {
  let lines = 0;
  let bytes = 0;
  let end = start;
  while (end < groups.length) {
    const group = groups[end] as RowGroup;
    lines += group.lines;
    // all of it is ASCII: names are plain, values are numbers
    bytes += group.text.length + 1;
    if (end > start && (lines > MAX_LINES || bytes > MAX_BYTES)) break;
    end += 1;
  }
  return end;
}

const isRefusal = (error: unknown): error is InfluxError => error instanceof InfluxError && !error.retryable;
