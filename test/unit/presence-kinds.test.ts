/** What a station owes and does not give, kind by kind, and that the order in which its records arrive does not matter. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHeard, type Heard, hear, hearRefused, recallValue } from "#shared/presence/heard.ts";
import { judgeStation, type OpenMatter } from "#shared/presence/judge-station.ts";
import { ALL_FROZEN, FLAT_LINE, failed } from "#shared/quality/flag.ts";
import type { DeviceStatus, Reading } from "#shared/reading/sample.ts";
import { rulesSchema } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-11-23T12:00:00+07:00");
const ago = (minutes: number) => NOW - minutes * MINUTE;
const rules = rulesSchema.parse({});
const FOR_GOOD = 100_000;

type StationOf = Pick<Station, "intervalMs" | "stamp" | "parameters">;
const station: StationOf = {
  intervalMs: 5 * MINUTE,
  stamp: "end",
  parameters: {
    ph: { instrument: "probe" },
    flow: { instrument: "probe" },
    cod: { instrument: "analyser" },
    nh4: { instrument: "analyser", as: "N", cycle: HOUR },
    bod5: { instrument: "laboratory" },
  },
};

interface Told {
  /** Minutes before NOW of its stamp. */
  readonly at: number;
  /** Minutes from its stamp to its receipt. */
  readonly delay?: number;
  readonly without?: readonly string[];
  readonly status?: Readonly<Record<string, DeviceStatus>>;
  readonly tests?: number | Readonly<Record<string, number>>;
}

function sampleOf({ at, delay = 0, without = [], status = {}, tests = 0 }: Told) {
  const readings = ["ph", "flow", "cod", "nh4"]
    .filter((parameter) => !without.includes(parameter))
    .map((parameter): Reading => {
      const given = status[parameter] ?? "measuring";
      const bits = typeof tests === "number" ? tests : (tests[parameter] ?? 0);
      return {
        parameter,
        value: given === "fault" ? null : 7,
        status: given,
        flag: given === "fault" ? 9 : given === "calibrating" ? 2 : bits === 0 ? 1 : 3,
        ...(bits === 0 ? {} : { tests: bits }),
      };
    });
  return { time: ago(at), receivedAt: ago(at) + delay * MINUTE, readings };
}

const heardOf = (told: readonly Told[], of = station): Heard => {
  const heard = createHeard();
  for (const one of told) hear(heard, sampleOf(one), of);
  return heard;
};

/** Every five minutes from `from` to `to` minutes before NOW. */
const every = (
  from: number,
  to = 0,
  more: Omit<Told, "at"> | ((at: number) => Omit<Told, "at">) = {},
): Told[] =>
  Array.from({ length: Math.floor((from - to) / 5) + 1 }, (_, index) => {
    const at = from - 5 * index;
    return { at, ...(typeof more === "function" ? more(at) : more) };
  });

interface Asked {
  readonly open?: readonly OpenMatter[];
  readonly now?: number;
  readonly slackMs?: number;
  readonly feedDelayMs?: number;
  readonly of?: StationOf;
  /** Minutes before NOW. */
  readonly silenceEnded?: number;
}

function judge(
  heard: Heard | undefined,
  { open = [], now = NOW, slackMs = 0, feedDelayMs = 0, of = station, silenceEnded = FOR_GOOD }: Asked = {},
) {
  return judgeStation({
    station: of,
    heard,
    now,
    receiverNow: now,
    connectedAt: ago(FOR_GOOD),
    feedFrom: Number.NEGATIVE_INFINITY,
    listenedMs: FOR_GOOD * MINUTE,
    feedDelayMs,
    slackMs,
    rules,
    open,
    silentTodayMs: () => 0,
    dayFrom: ago(720),
    lastSilenceEnd: () => ago(silenceEnded),
  });
}

/** "silent-parameter cod 1", "held late": as short as they can be compared. */
const words = (...given: Parameters<typeof judge>) =>
  judge(...given).map((judged) =>
    [
      "held" in judged ? "held" : "",
      judged.kind,
      judged.parameter ?? "",
      "held" in judged ? "" : String(judged.level),
    ]
      .filter(Boolean)
      .join(" "),
  );
const openOf = (kind: string, parameter: string | null = null): OpenMatter => ({ kind, parameter });

describe("a parameter is silent", () => {
  /** Sends all until `minutes` ago, then nothing of one parameter. */
  const lost = (parameter: string, minutes: number) =>
    every(3000, 0, (at) => (at < minutes ? { without: [parameter] } : {}));
  it.each([
    ["all are sent", every(3000), []],
    // a probe owes a value a record: 5 min, then as of a silence
    ["a probe, two records without", lost("ph", 15), []],
    ["a probe, three", lost("ph", 20), ["silent-parameter ph 0"]],
    ["a probe, half an hour", lost("ph", 35), ["silent-parameter ph 1"]],
    ["a probe, four hours", lost("ph", 245), ["silent-parameter ph 2"]],
    // COD owes one result every 15 min, so three times as long: 15 + 30, 15 + 75, 15 + 705
    ["an analyser between two results", lost("cod", 15), []],
    ["an analyser, two cycles more", lost("cod", 45), []],
    ["an analyser, longer", lost("cod", 50), ["silent-parameter cod 0"]],
    ["an analyser, the officer", lost("cod", 95), ["silent-parameter cod 1"]],
    ["an analyser, the regulator", lost("cod", 725), ["silent-parameter cod 2"]],
    ["a declared cycle of an hour, twelve times as long", lost("nh4", 180), []],
    ["and then", lost("nh4", 185), ["silent-parameter nh4 0"]],
    ["results of a laboratory are owed by nobody here", every(3000, 0, { without: ["bod5"] }), []],
    ["never a value, and the station is young", every(10, 0, { without: ["ph"] }), []],
    ["never a value, from the first record on", every(20, 0, { without: ["ph"] }), ["silent-parameter ph 0"]],
    ["calibrating sends values", every(3000, 0, { status: { ph: "calibrating" } }), []],
    [
      "a fault has none",
      every(3000, 0, (at) => (at < 20 ? { status: { ph: "fault" } } : {})),
      ["silent-parameter ph 0"],
    ],
    [
      "two at once are two",
      every(3000, 0, (at) => (at < 35 ? { without: ["ph", "flow"] } : {})),
      ["silent-parameter ph 1", "silent-parameter flow 1"],
    ],
  ] as [string, Told[], string[]][])("%s", (_what, told, expected) => {
    expect(words(heardOf(told))).toEqual(expected);
  });

  it("says since when, the last value, and whether the device says fault", () => {
    const [finding] = judge(heardOf(lost("cod", 95)));
    expect(finding).toMatchObject({
      since: ago(80),
      facts: {
        reason: "no value in its records",
        lastRecordAt: NOW,
        presence: { lastValueAt: ago(95), owedEveryMs: 15 * MINUTE },
      },
    });
    const faulty = (minutes: number) =>
      heardOf(every(3000, 0, (at) => (at < minutes ? { status: { cod: "fault" } } : {})));
    expect(judge(faulty(75))).toMatchObject([{ level: 0, facts: { reason: "no value in its records" } }]);
    // an hour of 02 is the officer's, however slow the analyser
    expect(judge(faulty(80))).toMatchObject([{ level: 1, facts: { reason: "device fault" } }]);
    expect(judge(faulty(80))).toHaveLength(1);
    const never = judge(heardOf(every(3000, 0, { without: ["ph"] })));
    expect(never).toMatchObject([{ since: ago(2995), facts: { presence: { lastValueAt: null } } }]);
  });

  it("a silent station has no silent parameters; open ones stay, and are not told twice", () => {
    const told = every(3000, 60, (at) => (at < 300 ? { without: ["ph"] } : {}));
    expect(words(heardOf(told))).toEqual(["silent-station 1"]);
    const open = [openOf("silent-parameter", "ph")];
    expect(words(heardOf(told), { open })).toEqual(["silent-station 1", "held silent-parameter ph"]);
  });

  it("after a restart the database is asked, and what it does not know ends nothing", () => {
    const heard = heardOf(every(25, 0, { without: ["ph"] }));
    const open = [openOf("silent-parameter", "ph")];
    expect(words(heardOf(every(10, 0, { without: ["ph"] })), { open })).toEqual(["held silent-parameter ph"]);
    recallValue(heard, "ph", ago(600));
    expect(judge(heard)).toMatchObject([{ level: 2, since: ago(595) }]);
  });

  it("after a silence of the whole station its parameters begin anew", () => {
    const told = [...every(3000, 600), ...every(40, 0, { without: ["cod"] })];
    expect(words(heardOf(told))).toEqual(["silent-parameter cod 1"]);
    expect(words(heardOf(told), { silenceEnded: 40 })).toEqual([]);
    expect(words(heardOf(told), { silenceEnded: 50 })).toEqual(["silent-parameter cod 0"]);
    const open = [openOf("silent-parameter", "cod")];
    expect(words(heardOf(told), { silenceEnded: 40, open })).toEqual(["held silent-parameter cod"]);
  });

  it("old values do not end it, one of now does", () => {
    const heard = heardOf(every(3000, 0, (at) => (at < 60 ? { without: ["ph"] } : {})));
    hear(heard, { ...sampleOf({ at: 40 }), receivedAt: NOW }, station);
    expect(words(heard)).toEqual(["silent-parameter ph 1"]);
    hear(heard, sampleOf({ at: 0 }), station);
    expect(words(heard)).toEqual([]);
  });
});

describe("a station is late", () => {
  /** Not the same delay twice: a line that is slow, not a clock that is wrong. */
  const jitter = (base: number) => (at: number) => ({ delay: base + ((at / 5) % 3) * 2 });
  const late = (base: number) => every(600, base, jitter(base));
  it.each([
    ["in time", every(600), {}, []],
    ["half an hour is the threshold", late(26), {}, []],
    ["some above, some below", late(28), {}, []],
    ["all above", late(31), {}, ["late 1"]],
    ["much", late(400), {}, ["late 1"]],
    ["five records are no habit", late(31).slice(-5), {}, []],
    ["of an open one some above, some below", late(28), { open: [openOf("late")] }, ["held late"]],
    ["of an open one none above", late(20), { open: [openOf("late")] }, []],
    ["too few to end one", every(20), { open: [openOf("late")] }, ["held late"]],
    ["a clock that runs fast is not exact", late(31), { slackMs: 5 * MINUTE }, []],
    ["less than the whole feed is behind by", late(31), { feedDelayMs: 10 * MINUTE }, []],
  ] as [string, Told[], Asked, string[]][])("%s", (_what, told, asked, expected) => {
    expect(words(heardOf(told), asked)).toEqual(expected);
  });

  it("says by how much, and since when", () => {
    expect(judge(heardOf(late(40)))).toMatchObject([
      {
        kind: "late",
        since: ago(65),
        facts: {
          reason: "records arrive regularly, and late",
          presence: { delayLeastMs: 40 * MINUTE, delayMostMs: 44 * MINUTE, records: 6, afterMs: 30 * MINUTE },
        },
      },
    ]);
  });

  it("a backfill after an outage is catching up, and not late", () => {
    // an outage of five hours; its records come within a minute of each other, oldest first
    const backfill = every(300, 60, (at) => ({ delay: at - 2 + (300 - at) / 300 }));
    expect(words(heardOf([...every(900, 305), ...backfill]))).toEqual([]);
    expect(words(heardOf([...every(900, 305), ...backfill, ...every(55)]))).toEqual([]);
    // and clears no silence of now
    const open = [openOf("silent-station")];
    expect(words(heardOf([...every(900, 305), ...backfill]), { open })).toEqual(["silent-station 1"]);
  });

  it("stamped at the start of what it covers, a record cannot arrive before its end", () => {
    const hourly: StationOf = { ...station, intervalMs: HOUR, stamp: "start", parameters: {} };
    const hours = Array.from({ length: 8 }, (_, index) => ({ at: 60 * (8 - index), delay: 60 }));
    expect(words(heardOf(hours, hourly), { of: hourly })).toEqual([]);
    const end: StationOf = { ...hourly, stamp: "end" };
    expect(words(heardOf(hours, end), { of: end })).toEqual(["clock-wrong 1"]);
  });
});

describe("a station's clock is wrong", () => {
  const off = (minutes: number, more = 0) => every(900 + more, minutes, { delay: minutes });
  it.each([
    ["right", off(0), {}, []],
    ["ten minutes is the threshold", off(10), {}, []],
    ["a quarter of an hour behind", off(15), {}, ["clock-wrong 1"]],
    ["UTC sent as local time: seven hours, and neither late nor silent", off(420), {}, ["clock-wrong 1"]],
    [
      "an open silence does not end by it",
      off(420),
      { open: [openOf("silent-station")] },
      ["clock-wrong 1", "silent-station 2"],
    ],
    [
      "an open lateness stays beside it",
      off(420),
      { open: [openOf("late")] },
      ["clock-wrong 1", "held late"],
    ],
    ["the whole feed is behind by as much (old data, replayed)", off(420), { feedDelayMs: 420 * MINUTE }, []],
    ["a clock that runs fast is not exact", off(15), { slackMs: HOUR }, []],
    [
      "set right again, some of its newest",
      [...off(420), ...every(10)],
      { open: [openOf("clock-wrong")] },
      ["held clock-wrong"],
    ],
    [
      "set right again, all of its newest",
      [...off(420), ...every(25)],
      { open: [openOf("clock-wrong")] },
      [],
    ],
    ["records missing: it may be the line", off(420).filter((_, index) => index % 2 === 0), {}, ["late 1"]],
  ] as [string, Told[], Asked, string[]][])("%s", (_what, told, asked, expected) => {
    expect(words(heardOf(told), asked)).toEqual(expected);
  });

  it("says by how much: behind is negative", () => {
    expect(judge(heardOf(off(420)))).toMatchObject([
      {
        since: ago(25),
        facts: {
          reason: "stamps lie in the past by a constant time",
          presence: { offsetMs: -420 * MINUTE, spreadMs: 0, records: 6 },
        },
      },
    ]);
  });

  const ahead = (heard: Heard, count: number, from = 0) => {
    for (let index = from; index < from + count; index += 1) {
      hearRefused(heard, { time: ago(5 * index - 420), receivedAt: ago(5 * index) });
    }
    return heard;
  };
  it("stamps of the future are refused, so the station is neither silent nor never seen", () => {
    expect(words(ahead(createHeard(), 2, 3))).toEqual([]);
    expect(words(ahead(createHeard(), 2, 4))).toEqual(["never-seen 2"]);
    expect(words(ahead(createHeard(), 3))).toEqual(["clock-wrong 1"]);
    const heard = ahead(heardOf(every(900, 60)), 6);
    expect(judge(heard)).toMatchObject([
      {
        kind: "clock-wrong",
        since: ago(25),
        facts: {
          reason: "stamps lie in the future, and are refused",
          presence: { offsetMs: 420 * MINUTE, records: 6 },
        },
      },
    ]);
    // it was silent before: only a record of now ends that
    expect(words(heard, { open: [openOf("silent-station")] })).toEqual(["clock-wrong 1", "silent-station 1"]);
    // a record that is stored ends the matter, once it is a habit
    hear(heard, sampleOf({ at: 0, delay: 1 }), station);
    expect(words(heard, { open: [openOf("clock-wrong")] })).toEqual([]);
  });
  it("refusals that ended hours ago are a silence", () => {
    expect(words(ahead(heardOf(every(900, 600)), 6, 60))).toEqual(["clock-wrong 1"]);
  });
});

describe("values stand", () => {
  const frozenFor = (minutes: number) => every(900, 0, (at) => (at < minutes ? { tests: ALL_FROZEN } : {}));
  const flatFor = (minutes: number, bits = failed(FLAT_LINE)) =>
    every(900, 0, (at) => (at < minutes ? { tests: { cod: bits } } : {}));
  it.each([
    ["they move", every(900), {}, []],
    ["an hour of flags is the threshold", frozenFor(60), {}, []],
    ["whole records", frozenFor(65), {}, ["frozen 1"]],
    ["a parameter's flat line fails, not for long", flatFor(60), {}, []],
    ["and for longer", flatFor(65), {}, ["frozen cod 1"]],
    ["a suspect flat line is ordinary", flatFor(800, FLAT_LINE), {}, []],
    [
      "a parameter in a frozen record is the record's",
      every(900, 0, (at) => (at < 300 ? { tests: ALL_FROZEN | failed(FLAT_LINE) } : {})),
      {},
      ["frozen 1"],
    ],
    [
      "open before the whole record stood: it stays",
      every(900, 0, (at) => (at < 300 ? { tests: ALL_FROZEN | failed(FLAT_LINE) } : {})),
      { open: [openOf("frozen", "cod")] },
      ["frozen 1", "held frozen cod"],
    ],
    ["it moved again", [...every(900, 10, { tests: ALL_FROZEN }), ...every(5)], {}, []],
    [
      "it moved again, one open",
      [...every(900, 10, { tests: ALL_FROZEN }), ...every(5)],
      { open: [openOf("frozen")] },
      [],
    ],
    [
      "after a restart the beginning is out of sight",
      every(25, 0, { tests: ALL_FROZEN }),
      { open: [openOf("frozen")] },
      ["held frozen"],
    ],
    [
      "a silent station's open one stays",
      every(900, 120, { tests: ALL_FROZEN }),
      { open: [openOf("frozen")] },
      ["silent-station 1", "held frozen"],
    ],
  ] as [string, Told[], Asked, string[]][])("%s", (_what, told, asked, expected) => {
    expect(words(heardOf(told), asked)).toEqual(expected);
  });

  it("says since when and how long", () => {
    expect(judge(heardOf(frozenFor(120)))).toMatchObject([
      {
        parameter: null,
        since: ago(115),
        facts: { reason: "all values stand", presence: { standsMs: 115 * MINUTE } },
      },
    ]);
    expect(judge(heardOf(flatFor(120)))).toMatchObject([
      { parameter: "cod", since: ago(115), facts: { reason: "the value stands" } },
    ]);
  });
});

describe("the order in which records arrive does not matter", () => {
  const told = fc.record({
    at: fc.integer({ min: 0, max: 60 }).map((steps) => 5 * steps),
    delay: fc.constantFrom(0, 0, 1, 35, 420),
    without: fc.subarray(["ph", "flow", "cod", "nh4"]),
    status: fc.constantFrom({}, { cod: "fault" as const }, { ph: "calibrating" as const }),
    tests: fc.constantFrom(0, 0, ALL_FROZEN, failed(FLAT_LINE), FLAT_LINE),
  });
  // one record a stamp, as ingest stores it
  const feed = fc.uniqueArray(told, { maxLength: 60, selector: ({ at }) => at });
  const open = fc.subarray([
    ...["never-seen", "silent-station", "late", "clock-wrong", "frozen"].map((kind) => openOf(kind)),
    ...["ph", "cod"].flatMap((parameter) => [
      openOf("silent-parameter", parameter),
      openOf("frozen", parameter),
    ]),
  ]);

  it("shuffled, repeated and held back, a feed gives the same findings", () => {
    fc.assert(
      fc.property(
        feed.chain((records) =>
          fc.tuple(
            fc.constant(records),
            fc.shuffledSubarray([...records, ...records], { minLength: 2 * records.length }),
            fc.nat(records.length),
          ),
        ),
        open,
        (given, alreadyOpen) => {
          const [records, shuffled, heldBack] = given;
          const expected = judge(heardOf(records), { open: alreadyOpen });
          expect(judge(heardOf(shuffled), { open: alreadyOpen })).toEqual(expected);
          // some come only after everything else, at a look between
          const late = heardOf(records.slice(heldBack));
          judge(late, { open: alreadyOpen });
          for (const one of records.slice(0, heldBack)) hear(late, sampleOf(one), station);
          expect(judge(late, { open: alreadyOpen })).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("one cause is told once: silent excludes never seen, late and silent parameters; a wrong clock excludes late", () => {
    fc.assert(
      fc.property(feed, (records) => {
        const found = judge(heardOf(records)).map(({ kind, parameter }) => `${kind} ${parameter ?? ""}`);
        expect(new Set(found).size).toBe(found.length);
        const has = (kind: string) => found.some((one) => one.startsWith(`${kind} `));
        if (has("silent-station"))
          for (const other of ["never-seen", "late", "silent-parameter", "frozen"])
            expect(has(other)).toBe(false);
        if (has("clock-wrong")) expect(has("late")).toBe(false);
        if (has("never-seen")) expect(records).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("a record that came twice has the delay of its first receipt", () => {
    const heard = heardOf(every(100));
    for (const one of every(100)) hear(heard, sampleOf({ ...one, delay: 300 }), station);
    expect(heard.recent.map(({ time, receivedAt }) => receivedAt - time)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
