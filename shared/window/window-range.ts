/** Places in lists that are in order of time. Pure. */
import type { Window } from "./calendar.ts";

/** First and last place; empty where the last is before the first. */
export type Range = readonly [first: number, last: number];

/** The windows that share time with a span; they follow one another. */
export function rangeOf(windows: readonly Window[], span: Window): Range {
  const first = firstWhere(windows.length, (index) => (windows[index] as Window).to > span.from);
  const end = firstWhere(windows.length, (index) => (windows[index] as Window).from >= span.to);
  return [first, end - 1];
}

/** The first place of a list for which `is` holds from there on, or its length. */
export function firstWhere(length: number, is: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
