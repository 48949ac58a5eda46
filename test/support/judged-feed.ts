/**
 * Feeds for tests of the whole judgement: a registry with every shape of rule, arbitrary records of its stations, the same
 * records as they might arrive, and what is judged of them as one hash.
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { judgeCollected } from "#services/cli/judge/judge-run.ts";
import type { DeviceStatus, Reading, Sample } from "#shared/reading/sample.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Station } from "#shared/station/station.ts";
import type { FeedSpan } from "#shared/verdict/judge-feed.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A month ends in it, and a permit that changes its windows. */
export const FEED_FROM = Date.parse("2026-11-29T00:00:00+07:00");
const FEED_DAYS = 5;

const zone = (id: string, permit: string, stations: string) => `
  - id: sim-${id}
    name: { vi: KCN Mô phỏng ${id}, en: ${id} Simulated IZ }
    simulated: true
    status: operating
    centralPlant: yes
    provinces: [{ code: S1, name: Tỉnh Mô phỏng, geography: SIM }]
    source: invented
    plants:
      - id: sim-p-${id}
        name: { vi: Hệ thống ${id}, en: ${id} plant }
        state: connected
        serves: [sim-${id}]
        permit: ${permit}
        stations:
${stations}`;

const station = (id: string, interval: string, stamp: string, parameters: string) => `
          - id: sim-s-${id}
            name: { vi: Trạm ${id}, en: Station ${id} }
            interval: ${interval}
            stamp: ${stamp}
            connectedOn: 2026-01-01
            parameters: ${parameters}`;

const ALL = `{ ph: { instrument: probe }, cod: { instrument: analyser }, tss: { instrument: probe }, nh4: { instrument: analyser, as: N, cycle: 45m }, flow: { instrument: probe }, flow_in: { instrument: probe } }`;

const ZONES = `zones:
${zone(
  "a",
  `{ number: MP-A, limits: { ph: { min: 5.5, max: 9 }, cod: [{ max: 135 }, { max: 120, over: 8h }, { max: 125, over: day }], tss: [{ max: 90 }, { max: 80, over: month }], nh4: { max: 9, over: 2d } }, loads: { cod: { maxKgPerDay: 200 }, tss: { maxKgPerDay: 180, over: month } }, discharge: { maxM3PerDay: 2500 } }`,
  station("a1", "5m", "end", ALL) + station("a2", "20m", "start", ALL),
)}
${zone(
  "b",
  `[{ number: MP-B1, until: 2026-11-30, limits: { cod: { max: 150 } } }, { number: MP-B2, from: 2026-12-01, limits: { cod: [{ max: 100 }, { max: 90, over: 3d }], ph: { min: 6, max: 8.5 }, bod5: { max: 50 } }, discharge: { maxM3PerDay: 2000 } }]`,
  station(
    "b1",
    "15m",
    "end",
    "{ ph: { instrument: probe }, cod: { instrument: probe }, flow_total: { instrument: probe, totaliser: { rollOver: 10000 } } }",
  ),
)}
${zone("c", `{ number: MP-C, limits: { cod: { max: 135 }, ph: { min: 5.5, max: 9 } } }`, station("c1", "3h", "instant", "{ ph: { instrument: probe }, cod: { instrument: analyser } }"))}
contacts:
  - { id: officer, name: Cán bộ môi trường, duty: zone-officer, language: vi, email: o@z.example, zones: [sim-a, sim-b, sim-c] }
  - { id: board, name: Board, duty: management-board, language: en, email: b@s1.example, provinces: [S1] }
armed: [{ everything: true, from: 1990-01-01 }]
`;

/** Three zones, every shape of rule. */
export const judgedRegistry = (): Registry =>
  parseRegistry([
    { file: "registry.yaml", text: "name: test\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n" },
    { file: "zones.yaml", text: ZONES },
  ]);

/** A run of records of one station, one interval or more apart. */
interface Stretch {
  readonly place: number;
  readonly startMinute: number;
  readonly records: number;
  readonly everyIntervals: number;
  /** Off the grid of its intervals, minutes. */
  readonly offMinutes: number;
  readonly seed: number;
  readonly status: DeviceStatus;
  readonly dry: boolean;
  readonly strength: number;
  readonly lacks: number;
}

const stretch: fc.Arbitrary<Stretch> = fc.record({
  place: fc.nat(99),
  startMinute: fc.nat(FEED_DAYS * 24 * 60 - 1),
  records: fc.integer({ min: 1, max: 80 }),
  everyIntervals: fc.constantFrom(1, 1, 1, 2, 5),
  offMinutes: fc.constantFrom(0, 0, 0, 1, 3),
  seed: fc.nat(2 ** 31),
  status: fc.constantFrom<DeviceStatus>(
    "measuring",
    "measuring",
    "measuring",
    "measuring",
    "calibrating",
    "fault",
  ),
  dry: fc.constantFrom(false, false, true),
  strength: fc.constantFrom(0.3, 0.7, 1, 1.3, 3),
  lacks: fc.nat(8),
});

/** Values around which a parameter moves, and by how much. */
const USUAL: Readonly<Record<string, readonly [middle: number, width: number]>> = {
  ph: [7, 4],
  cod: [110, 60],
  tss: [75, 40],
  nh4: [7, 6],
  bod5: [40, 30],
  flow: [90, 60],
  flow_in: [100, 60],
};

/** Arbitrary records of all stations, each time once, received as they are measured. */
export const feeds = (registry: Registry): fc.Arbitrary<Sample[]> =>
  fc.array(stretch, { minLength: 1, maxLength: 14 }).map((stretches) => {
    const samples = new Map<string, Sample>();
    for (const one of stretches) {
      for (const sample of recordsOf(registry, one)) {
        const key = `${sample.station} ${sample.time}`;
        if (!samples.has(key)) samples.set(key, sample);
      }
    }
    return [...samples.values()].sort((a, b) => a.time - b.time || (a.station < b.station ? -1 : 1));
  });

function recordsOf(registry: Registry, one: Stretch): Sample[] {
  const stations = [...registry.stations.values()];
  const {
    id,
    zone: ofZone,
    plant,
    intervalMs,
    parameters,
  } = stations[one.place % stations.length] as (typeof stations)[0];
  const draw = createDraw(one.seed);
  const first = FEED_FROM + Math.ceil((one.startMinute * MINUTE_MS) / intervalMs) * intervalMs;
  const end = FEED_FROM + FEED_DAYS * DAY_MS;
  const keys = [...Object.keys(parameters), ...(draw() < 0.1 ? ["bod5"] : [])];
  const present = keys.filter((_, place) => place !== one.lacks);
  const samples: Sample[] = [];
  let total = Math.floor(draw() * 10_000);
  for (let place = 0; place < one.records; place += 1) {
    const time = first + place * one.everyIntervals * intervalMs + one.offMinutes * MINUTE_MS;
    if (time >= end) break;
    total = (total + Math.floor(draw() * 400)) % 10_000;
    const readings = present.map((parameter): Reading => {
      const status = draw() < 0.9 ? one.status : draw() < 0.5 ? "fault" : "calibrating";
      const [middle, width] = USUAL[parameter] ?? [1, 0];
      const moved = middle * (parameter === "ph" ? 1 : one.strength) + (draw() - 0.5) * width;
      const value =
        parameter === "flow_total"
          ? total
          : parameter === "flow" && one.dry
            ? 0
            : Math.max(0, Math.round(moved * 1000) / 1000);
      return {
        parameter,
        value: status === "fault" ? null : value,
        status,
        flag: status === "measuring" ? 1 : status === "fault" ? 9 : 2,
      };
    });
    samples.push({ zone: ofZone, plant, station: id, time, receivedAt: time, readings });
  }
  return samples;
}

/** A small generator of numbers in [0, 1), the same for the same seed. */
export function createDraw(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** No later than this: windows are judged again for sixty days. */
const LONGEST_DELAY_MS = 55 * DAY_MS;

/** The same records shuffled, delayed, in parts and again. */
export function disturb(samples: readonly Sample[], seed: number): Sample[] {
  const draw = createDraw(seed);
  const delay = () => {
    const kind = draw();
    if (kind < 0.4) return 0;
    const most =
      kind < 0.6
        ? 10 * MINUTE_MS
        : kind < 0.75
          ? 6 * 60 * MINUTE_MS
          : kind < 0.9
            ? 4 * DAY_MS
            : LONGEST_DELAY_MS;
    return Math.floor(draw() * most);
  };
  const sent: [order: number, Sample][] = [];
  const send = (sample: Sample) => sent.push([draw(), { ...sample, receivedAt: sample.time + delay() }]);
  for (const sample of samples) {
    // single readings are idle by the flow of their own message: a dry record comes whole
    const isDry = sample.readings.some(({ parameter, value }) => parameter === "flow" && value === 0);
    const cut =
      draw() < 0.15 && !isDry
        ? 1 + Math.floor(draw() * (sample.readings.length - 1))
        : sample.readings.length;
    send({ ...sample, readings: sample.readings.slice(0, cut) });
    if (cut < sample.readings.length) send({ ...sample, readings: sample.readings.slice(cut) });
    if (draw() < 0.2) send(sample);
  }
  return sent.sort(([a], [b]) => a - b).map(([, sample]) => sample);
}

/** All windows of the feed's days, and everything received. */
export const FEED_SPAN: FeedSpan = {
  from: FEED_FROM,
  to: FEED_FROM + FEED_DAYS * DAY_MS,
  until: FEED_FROM + (FEED_DAYS + 60) * DAY_MS,
};

export interface JudgedPart {
  readonly until?: number;
  readonly span?: FeedSpan;
  /** Stations of a worker; all by default. */
  readonly isOwn?: (station: Station) => boolean;
}

/** Every revision, station by station. */
export function judgeAll(
  registry: Registry,
  samples: readonly Sample[],
  { until, span, isOwn = () => true }: JudgedPart = {},
): StoredVerdict[] {
  const revisions: StoredVerdict[] = [];
  const stations = new Map([...registry.stations].filter(([, station]) => isOwn(station)));
  const byStation = new Map<string, Sample[]>();
  for (const sample of samples) {
    if (!stations.has(sample.station)) continue;
    const list = byStation.get(sample.station);
    if (list === undefined) byStation.set(sample.station, [sample]);
    else list.push(sample);
  }
  judgeCollected(
    {
      registry: { ...registry, stations },
      until,
      span,
      revisions: true,
      onStation: (verdicts) => revisions.push(...verdicts),
    },
    { samples: byStation, notJudged: new Map(), refused: 0 },
  );
  return revisions;
}

/** The newest revision of each, without what tells of its history, one a line in order. */
export function finalLines(revisions: readonly StoredVerdict[]): string[] {
  const newest = new Map<string, StoredVerdict>();
  for (const verdict of revisions) {
    const key = verdictKey(verdict);
    const before = newest.get(key);
    if (before === undefined || before.revision < verdict.revision) newest.set(key, verdict);
  }
  return [...newest.values()]
    .map(({ revision, judgedAt, causes, ...verdict }) => JSON.stringify(verdict, Object.keys(verdict).sort()))
    .sort();
}

export const hashOf = (lines: readonly string[]): string =>
  createHash("sha256").update(lines.join("\n")).digest("hex");
