/** When which station owes a record. In: intervals; out: the due times in order, all stations together. */

export interface Due<Item> {
  /** The record's time stamp, ms since epoch: a multiple of the interval. */
  readonly time: number;
  readonly items: readonly Item[];
}

export interface Schedule<Item> {
  /** The time of the next due records. */
  readonly nextTime: number;
  /** The next due records if their time is <= `until`. */
  take(until: number): Due<Item> | undefined;
}

/** Records due after `from` (exclusive), so that a history of 30 days holds exactly 30 days. */
export function createSchedule<Item>(
  items: readonly Item[],
  intervalOf: (item: Item) => number,
  from: number,
): Schedule<Item> {
  const groups = [...Map.groupBy(items, intervalOf)].map(([intervalMs, members]) => ({
    intervalMs,
    members,
    next: (Math.floor(from / intervalMs) + 1) * intervalMs,
  }));
  const nextTime = () => groups.reduce((least, { next }) => Math.min(least, next), Number.POSITIVE_INFINITY);
  return {
    get nextTime() {
      return nextTime();
    },
    take(until) {
      const time = nextTime();
      if (time > until) return undefined;
      const due: Item[] = [];
      for (const group of groups) {
        if (group.next !== time) continue;
        due.push(...group.members);
        group.next += group.intervalMs;
      }
      return { time, items: due };
    },
  };
}
