/** Several runs as one. In: results with the same keys; out: the median of each figure, and its range. Pure. */
import { percentile } from "./measure/percentile.ts";

type Figure = number | null;

export interface Repeated {
  readonly repeats: number;
  /** Lowest and highest of each figure that differed between the runs. */
  readonly ranges: Readonly<Record<string, readonly [lowest: number, highest: number]>>;
}

/** Null stays null where no run measured it. @throws Error when there is no result */
export function medianOf<Result extends { readonly [Key in keyof Result]: Figure }>(
  results: readonly Result[],
): Result & Repeated {
  const [first] = results;
  if (first === undefined) throw new Error("no result to take the median of");
  const ranges: Record<string, [number, number]> = {};
  const medians = Object.keys(first).map((key) => {
    const figures = results.map((result) => result[key as keyof Result]).filter((figure) => figure !== null);
    if (figures.length === 0) return [key, null];
    const [lowest, highest] = [Math.min(...figures), Math.max(...figures)];
    if (lowest !== highest) ranges[key] = [lowest, highest];
    return [key, percentile(figures, 0.5)];
  });
  return { ...(Object.fromEntries(medians) as Result), repeats: results.length, ranges };
}
