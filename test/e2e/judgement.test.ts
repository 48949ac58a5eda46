/** One feed, sent in order and sent shuffled with repetitions, to two whole systems: the same final verdicts, and those of the offline judge. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { judgeCollected } from "#services/cli/judge/judge-run.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import type { StoredVerdict, Verdict } from "#shared/verdict/verdict.ts";
import { verdictsOf } from "#shared/verdict/verdict-points.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { testRegistry, testRegistryFiles } from "#test/support/registry.ts";
import { useSystem } from "#test/support/system.ts";

const STEP_MS = 300_000;
const START = Date.parse("2026-11-20T00:00:00+07:00");
/** A day and two hours. */
const RECORDS = 312;
const STATIONS = ["sim-s1", "sim-s2"];
const registry = testRegistry({ stations: 2 });
const registryFiles = testRegistryFiles({ stations: 2 });

/** Smooth values, so that no quality test depends on the order of arrival; COD is over its limit for some hours of the day. */
function readingsAt(station: number, record: number): Record<string, number> {
  const wave = (mean: number, swing: number, phase: number) =>
    Math.round((mean + swing * Math.sin((2 * Math.PI * (record + 40 * station)) / 288 + phase)) * 1000) /
    1000;
  return {
    ph: wave(7.2, 0.4, 0),
    cod: wave(110, 40, 1),
    tss: wave(50, 20, 2),
    nh4: wave(5, 2, 3),
    flow: wave(150, 30, 4),
  };
}

interface Message {
  readonly station: number;
  readonly time: number;
  readonly readings: Record<string, number>;
}

const feed: Message[] = Array.from({ length: RECORDS }, (_, index) => index + 1).flatMap((record) =>
  STATIONS.map((_id, station) => ({
    station,
    time: START + record * STEP_MS,
    readings: readingsAt(station, record),
  })),
);

/** A fixed shuffle, and every seventh message twice. */
const shuffled: Message[] = [...feed, ...feed.filter((_, index) => index % 7 === 0)].sort((a, b) =>
  keyOf(a) < keyOf(b) ? -1 : 1,
);
function keyOf({ station, time }: Message): string {
  return createHash("sha256").update(`${station} ${time}`).digest("hex");
}

/** The final set, without what says when and how often it was judged. */
function hashOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(
    ({ station, parameter, rule, from, to, outcome, value, completeness, usable, ratio, severity, reason }) =>
      JSON.stringify([
        station,
        parameter,
        rule,
        from,
        to,
        outcome,
        value,
        completeness,
        usable,
        ratio,
        severity,
        reason,
      ]),
  );
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

function judgedOffline(): StoredVerdict[] {
  const samples = new Map(
    STATIONS.map((id, station) => [
      id,
      feed
        .filter((message) => message.station === station)
        .map(
          ({ time, readings }): Sample => ({
            zone: "sim-z",
            plant: "sim-p",
            station: id,
            time,
            receivedAt: time,
            readings: Object.entries(readings).map(([parameter, value]) => ({
              parameter,
              value,
              status: "measuring",
              flag: 1,
            })),
          }),
        ),
    ]),
  );
  const verdicts: StoredVerdict[] = [];
  judgeCollected(
    {
      registry,
      until: START + RECORDS * STEP_MS,
      onStation: (found) => verdicts.push(...found),
    },
    { samples, notJudged: new Map(), refused: 0 },
  );
  return verdicts;
}

const offline = judgedOffline();

it("the offline judge has hours over and within, a day, and single readings", () => {
  const rules = new Set(offline.map(({ rule, outcome }) => `${rule} ${outcome}`));
  expect([...rules].sort()).toEqual(["day within", "hour exceeded", "hour within", "instant exceeded"]);
});

describe.each([
  ["in order", feed],
  ["shuffled, every seventh message twice", shuffled],
])("a feed sent %s", (_how, messages) => {
  const outfall = useSystem({ registry: registryFiles, env: { OUTFALL_TICK_MS: "100" } });

  it("ends in the verdicts of the offline judge", async () => {
    const publishers = await Promise.all(
      STATIONS.map((id) => createPublisher(outfall.system.stack.mqttUrl, id)),
    );
    for (const { station, time, readings } of messages) {
      const topic = `outfall-sim/v1/sim-z/sim-p/${STATIONS[station]}/data`;
      await publishers[station]?.publish(topic, { time, readings });
    }
    for (const publisher of publishers) await publisher.close();
    const stored = async () =>
      verdictsOf(await outfall.system.influx.query('SELECT * FROM "record"."verdict"'));
    await waitFor(async () => hashOf(await stored()) === hashOf(offline), {
      what: "the final verdicts",
      timeoutMs: 40_000,
      everyMs: 200,
    }).catch(async () => {
      // what differs says more than a hash
      expect(shapes(await stored())).toEqual(shapes(offline));
    });
    expect(hashOf(await stored())).toBe(hashOf(offline));
  }, 60_000);
});

const shapes = (verdicts: readonly Verdict[]) =>
  verdicts
    .map(
      ({ station, parameter, rule, from, outcome, value, usable }) =>
        `${station} ${parameter} ${rule} ${new Date(from).toISOString()} ${outcome} ${value} ${usable}`,
    )
    .sort();
