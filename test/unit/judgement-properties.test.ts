/** The third promise: a verdict is a pure function of readings, rules and calendar, in whatever order readings arrive. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownerOf } from "#services/ingest/workers/owner.ts";
import { followFeed } from "#shared/incident/follow-feed.ts";
import { foldEvents, type Incident } from "#shared/incident/incident.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import {
  disturb,
  FEED_FROM,
  FEED_SPAN,
  feeds,
  finalLines,
  hashOf,
  judgeAll,
  judgedRegistry,
} from "#test/support/judged-feed.ts";

const registry = judgedRegistry();
const MINUTE_MS = 60_000;
const RUNS = Number(process.env.PROPERTY_RUNS ?? 15);

/** Hashes tell that something differs; the first lines that do, what. */
function expectSame(found: readonly string[], expected: readonly string[]): void {
  if (hashOf(found) === hashOf(expected)) return;
  const [a, b] = [new Set(found), new Set(expected)];
  expect({
    only: found.filter((line) => !b.has(line)).slice(0, 3),
    missing: expected.filter((line) => !a.has(line)).slice(0, 3),
  }).toEqual({ only: [], missing: [] });
}

describe("the final verdicts of a feed", () => {
  it("are the same however it is shuffled, delayed, cut into parts and repeated", () => {
    fc.assert(
      fc.property(feeds(registry), fc.nat(), (feed, seed) => {
        expectSame(finalLines(judgeAll(registry, disturb(feed, seed))), finalLines(judgeAll(registry, feed)));
      }),
      { numRuns: RUNS },
    );
  });

  it("are the union of what workers judge of their zones", () => {
    fc.assert(
      fc.property(feeds(registry), fc.nat(), fc.integer({ min: 1, max: 5 }), (feed, seed, workers) => {
        const sent = disturb(feed, seed);
        const union = Array.from({ length: workers }, (_, place) =>
          judgeAll(registry, sent, {
            span: FEED_SPAN,
            isOwn: ({ zone }) => ownerOf(zone, workers) === place + 1,
          }),
        ).flat();
        expectSame(finalLines(union), finalLines(judgeAll(registry, feed, { span: FEED_SPAN })));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("the incidents of a feed", () => {
  it("end in the same state, however it arrives", () => {
    const statesOf = (revisions: readonly StoredVerdict[]) => {
      const lives = Map.groupBy(followFeed(registry, revisions), ({ incident }) => incident);
      return [...lives.values()]
        .map((life) => foldEvents(life))
        .filter((incident) => incident !== undefined && !incident.withdrawn)
        .map((incident) => {
          const { kind, station, parameter, level, openedAt, closedAt } = incident as Incident;
          return JSON.stringify({ kind, station, parameter, level, openedAt, closedAt });
        })
        .sort();
    };
    fc.assert(
      fc.property(feeds(registry), fc.nat(), (feed, seed) => {
        expectSame(statesOf(judgeAll(registry, disturb(feed, seed))), statesOf(judgeAll(registry, feed)));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("what is known as of a time", () => {
  it("is what the whole feed says was judged until then", () => {
    const asOf = ({ judgedAt, ...verdict }: StoredVerdict) => JSON.stringify({ judgedAt, ...verdict });
    fc.assert(
      fc.property(feeds(registry), fc.nat(), fc.nat(8 * 24 * 60), (feed, seed, minutes) => {
        const sent = disturb(feed, seed);
        const until = FEED_FROM + minutes * MINUTE_MS;
        const whole = judgeAll(registry, sent).filter(({ judgedAt }) => judgedAt <= until);
        const known = judgeAll(registry, sent, { until });
        expectSame(known.map(asOf).sort(), whole.map(asOf).sort());
      }),
      { numRuns: RUNS },
    );
  });
});
