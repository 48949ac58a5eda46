/** How long to wait before the next attempt. Pure. In: how often it failed; out: ms of real time. */

interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The mail server does not answer: all mails wait. */
export const unreachableBackOff: BackOff = { firstMs: 250, longestMs: 30_000 };
/** The server refuses one mail for now (greylisting takes minutes): that one waits. */
export const refusedBackOff: BackOff = { firstMs: 5_000, longestMs: 15 * 60_000 };
/** InfluxDB does not take the delivery records. */
export const recordBackOff: BackOff = { firstMs: 200, longestMs: 10_000 };

/** Doubles with each failure up to the longest wait. @param failures 1, 2, 3 … */
export function backOffMs({ firstMs, longestMs }: BackOff, failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
