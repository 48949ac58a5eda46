import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instrument } from "#shared/incident/confirmation.ts";
import { foldStart } from "#shared/incident/follow.ts";
import {
  foldEvents,
  type Incident,
  type IncidentEvent,
  type IncidentSubject,
  incidentId,
  type Level,
} from "#shared/incident/incident.ts";
import { foldAll } from "#shared/incident/incident-points.ts";
import { type FoldedIncident, foldLimitIncidents } from "#shared/incident/limit-incidents.ts";
import { reconcileIncidents } from "#shared/incident/reconcile.ts";
import { foldVerdicts } from "#shared/incident/station-incidents.ts";
import { rulesSchema } from "#shared/registry/schema.ts";
import { isOver } from "#shared/verdict/judge-window.ts";
import type { Outcome, Verdict } from "#shared/verdict/verdict.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.parse("2026-11-01T00:00:00+07:00");
const LIMIT = 100;
const rules = rulesSchema.parse({});

const subject: IncidentSubject = {
  kind: "limit",
  zone: "sim-z",
  plant: "sim-p",
  station: "sim-s1",
  parameter: "cod",
};

/** One verdict; `index` in hours or days from T0. */
function verdict(rule: string, index: number, value: number | null, changes: Partial<Verdict> = {}): Verdict {
  const length = rule.startsWith("day") ? DAY : HOUR;
  const over = value !== null && value > LIMIT;
  return {
    zone: "sim-z",
    plant: "sim-p",
    station: "sim-s1",
    parameter: "cod",
    rule,
    from: T0 + index * length,
    to: T0 + (index + 1) * length,
    outcome: value === null ? "insufficient" : over ? "exceeded" : "within",
    value,
    statistic: "mean",
    min: value,
    max: value,
    limitMin: null,
    limitMax: LIMIT,
    ratio: value === null ? null : value / LIMIT,
    completeness: 1,
    usable: 12,
    owed: 12,
    calibrating: 0,
    faulty: 0,
    instrument: "permit",
    clause: "GPMT-1",
    confidence: "permit",
    acting: true,
    atLeast: false,
    severity: over ? 1 : 0,
    reason: "",
    ...changes,
  };
}

/** Hours in one line: `.` within, `o` over, `O` over by half, `?` nothing, `!` incomplete and over so far. */
function hours(text: string, firstHour = 0): Verdict[] {
  const values: Record<string, number | null> = { ".": 50, o: 120, O: 150, "?": null, "!": 130 };
  return [...text].map((mark, index) => {
    const outcome: Partial<Verdict> = mark === "!" ? { outcome: "insufficient" } : {};
    return verdict("hour", firstHour + index, values[mark] ?? null, outcome);
  });
}
const day = (index: number, value: number | null, outcome?: Outcome) =>
  verdict("day", index, value, outcome === undefined ? {} : { outcome });
const load = (index: number, value: number): Verdict => {
  const { from, to } = day(index, value);
  return verdict("load-day", 0, value, { from, to, statistic: "load" });
};
/** Of 30 days. */
const month = (value: number, index = 0) =>
  verdict("month", 0, value, { from: T0 + index * 30 * DAY, to: T0 + (index + 1) * 30 * DAY });

type Shape = [fromHour: number, toHour: number | null, level: Level];
const inHours = (time: number) => (time - T0) / HOUR;
const shapeOf = ({
  startedAt,
  closedAt,
  level,
}: Pick<FoldedIncident, "startedAt" | "closedAt" | "level">): Shape => [
  inHours(startedAt),
  closedAt === null ? null : inHours(closedAt),
  level,
];
const fold = (...verdicts: Verdict[]) => foldLimitIncidents(verdicts, rules);

describe("incidents as a fold over verdicts", () => {
  /** [what, verdicts, incidents as [from hour, to hour, level]] */
  const cases: [what: string, verdicts: Verdict[], incidents: Shape[]][] = [
    ["nothing over, nothing to tell", hours("....?..?"), []],
    ["one hour over: level 1, open", hours("..o"), [[2, null, 1]]],
    ["two over are still level 1", hours("oo"), [[0, null, 1]]],
    ["three running: level 2", hours("ooo"), [[0, null, 2]]],
    ["three, but not running: level 1", hours("oo.o"), [[0, null, 1]]],
    ["a gap is not running", hours("oo?o"), [[0, null, 1]]],
    [
      "nor are hours with others between that nobody judged",
      [...hours("oo"), ...hours("o", 5)],
      [[0, null, 1]],
    ],
    ["one at 1.5 times: level 2", hours("O"), [[0, null, 2]]],
    ["incomplete and over so far: level 1, however long", hours("!!!!"), [[0, null, 1]]],
    ["closed by two hours within", hours("o..."), [[0, 3, 1]]],
    ["not by one", hours("o.o."), [[0, null, 1]]],
    ["missing hours neither close nor count", hours("o.?.."), [[0, 4, 1]]],
    ["nothing received never closes", hours("o????????"), [[0, null, 1]]],
    [
      "a new one after the end",
      hours("o..o.."),
      [
        [0, 3, 1],
        [3, 6, 1],
      ],
    ],
    ["the day over: level 2, whatever its hours", [...hours("o"), day(0, 101)], [[0, null, 2]]],
    [
      "by day it is not closed by hours",
      [...hours("o"), day(0, 120), ...hours("......", 24)],
      [[0, null, 2]],
    ],
    [
      "by day it is closed by the next day within",
      [...hours("o"), day(0, 120), ...hours("...", 24), day(1, 50)],
      [[0, 48, 2]],
    ],
    ["nor by a next day without data", [...hours("o"), day(0, 120), day(1, null), day(2, 50)], [[0, 72, 2]]],
    ["the day over opens again what its hours had closed", [...hours("..O.."), day(0, 110)], [[2, null, 2]]],
    [
      "but not what ended the day before",
      [...hours("O.."), day(0, 60), day(1, 110)],
      [
        [0, 3, 2],
        [24, null, 2],
      ],
    ],
    ["a day over without an hour over", [day(0, 110)], [[0, null, 2]]],
    [
      "an incomplete day over so far: level 1, closed by hours",
      [day(0, 110, "insufficient"), ...hours("..", 24)],
      [[0, 26, 1]],
    ],
    ["would-be verdicts open nothing", [verdict("hour:qcvn-40-2011/A", 0, 500, { acting: false })], []],
    ["single readings of a station without hours open nothing", [verdict("instant", 0, 500)], []],
    ["a month over is level 2", [month(110)], [[29 * 24 - 1, null, 2]]],
    [
      "and closed by the next month within, not by days",
      [month(110), day(30, 50), month(50, 1)],
      [[29 * 24 - 1, 60 * 24, 2]],
    ],
    ["a load over is level 2, closed by the next within", [load(0, 110), load(1, 50)], [[0, 48, 2]]],
    [
      "an hour and a load: both have to come back",
      [...hours("o"), load(0, 110), ...hours("..", 24)],
      [[0, null, 2]],
    ],
    [
      "no discharge neither closes nor opens",
      [...hours("o"), ...hours("..", 1).map((one) => ({ ...one, outcome: "no-discharge" as const }))],
      [[0, null, 1]],
    ],
  ];
  it.each(cases)("%s", (_what, verdicts, incidents) => {
    expect(fold(...verdicts).map(shapeOf)).toEqual(incidents);
    expect(fold(...verdicts.toReversed()).map(shapeOf)).toEqual(incidents);
  });

  it("say what decided, what ended it, and the worst of it", () => {
    const [incident] = fold(...hours(".oOo.."));
    expect(incident?.decided).toMatchObject({
      at: T0 + 3 * HOUR,
      facts: { value: 150, rule: "hour", limitMax: LIMIT },
    });
    expect(incident?.ended).toMatchObject({ at: T0 + 6 * HOUR, facts: { value: 50 } });
    expect(incident?.ended?.facts).toMatchObject({
      windowsOver: 3,
      worstValue: 150,
      worstRatio: 1.5,
      worstTo: T0 + 3 * HOUR,
    });
  });

  it("never mix hourly and daily means in one series", () => {
    const [incident] = fold(...hours("o"), day(0, 140));
    expect(incident?.decided.facts).toMatchObject({ rule: "day", series: [{ to: T0 + DAY, value: 140 }] });
    const [running] = fold(...hours("oooooooo"));
    expect(running?.decided.facts.series).toHaveLength(6);
  });
});

/** A store as compliance keeps it: recorded events and their fold. */
function createRecord() {
  const events: IncidentEvent[] = [];
  return {
    events,
    incidents: (): Incident[] => {
      const ordered = events.toSorted((a, b) => a.incident.localeCompare(b.incident) || a.seq - b.seq);
      return foldAll(ordered).toSorted((a, b) => a.openedAt - b.openedAt);
    },
    reconcile(folded: readonly FoldedIncident[]): IncidentEvent[] {
      const found = reconcileIncidents(subject, folded, this.incidents(), 1);
      events.push(...found);
      return found;
    },
  };
}
const told = (events: readonly IncidentEvent[]) =>
  events.map(({ transition, level }) => `${transition} ${level}`);

describe("single readings over the limit", () => {
  const probe: Instrument = { isAnalyser: false, cycleMs: 5 * MINUTE };
  const analyser: Instrument = { isAnalyser: true, cycleMs: 15 * MINUTE };
  /** Minutes from T0, each with its value. */
  const readings = (...of: [minute: number, value: number][]) =>
    of.map(([minute, value]) =>
      verdict("instant", 0, value, {
        from: T0 + minute * MINUTE,
        to: T0 + minute * MINUTE,
        statistic: "value",
      }),
    );
  const openedAt = (instrument: Instrument, ...of: [number, number][]) => {
    const [incident] = foldLimitIncidents(readings(...of), rules, instrument);
    return incident === undefined ? null : [(incident.startedAt - T0) / MINUTE, incident.level];
  };
  it.each([
    ["a probe's blip", probe, [[0, 120]], null],
    [
      "two records that stand for ten minutes",
      probe,
      [
        [0, 120],
        [5, 120],
      ],
      [0, 0],
    ],
    [
      "two blips of a minute each",
      { isAnalyser: false, cycleMs: MINUTE },
      [
        [0, 120],
        [25, 120],
      ],
      null,
    ],
    [
      "a probe over for ten minutes",
      probe,
      [
        [0, 120],
        [5, 130],
        [10, 125],
      ],
      [0, 0],
    ],
    [
      "with a dip between",
      probe,
      [
        [0, 120],
        [20, 130],
      ],
      [0, 0],
    ],
    [
      "again after half an hour",
      probe,
      [
        [0, 120],
        [31, 130],
      ],
      null,
    ],
    [
      "one analysis in three records",
      analyser,
      [
        [0, 120],
        [5, 120],
        [10, 120],
      ],
      null,
    ],
    [
      "two analyses",
      analyser,
      [
        [0, 120],
        [5, 120],
        [10, 120],
        [15, 120],
      ],
      [0, 0],
    ],
    [
      "another value is another analysis",
      analyser,
      [
        [0, 120],
        [5, 121],
      ],
      [0, 0],
    ],
  ] as [string, Instrument, [number, number][], [number, number] | null][])(
    "%s",
    (_what, instrument, of, expected) => {
      expect(openedAt(instrument, ...of)).toEqual(expected);
    },
  );

  it("open at level 0, rise with the hour, and close with two hours within", () => {
    const over = readings([30, 130], [35, 130], [40, 130]);
    const shapes = (...verdicts: Verdict[]) => foldLimitIncidents(verdicts, rules, probe).map(shapeOf);
    expect(shapes(...over)).toEqual([[0.5, null, 0]]);
    expect(shapes(...over, ...hours("o"))).toEqual([[0.5, null, 1]]);
    expect(shapes(...over, ...hours("."))).toEqual([[0.5, null, 0]]);
    expect(shapes(...over, ...hours(".."))).toEqual([[0.5, 2, 0]]);
  });
});

describe("incidents about the data", () => {
  const kinds = (...verdicts: Verdict[]) => foldVerdicts(verdicts, rules, undefined);
  it("three insufficient days of seven, until fewer", () => {
    const lacking = [day(0, null), day(2, null), day(5, null)];
    const well = [1, 3, 4, 6, 7, 8].map((index) => day(index, 50));
    expect(kinds(...lacking, ...well)["low-availability"].map(shapeOf)).toEqual([[0, 8 * 24, 1]]);
    expect(kinds(...lacking.slice(1), ...well)["low-availability"]).toEqual([]);
    expect(kinds(day(0, null), day(4, null), day(8, null))["low-availability"]).toEqual([]);
    expect(kinds(day(0, null), day(3, null), day(6, null))["low-availability"].map(shapeOf)).toEqual([
      [0, null, 1],
    ]);
  });
  it("calibrating too long, days in a row as one", () => {
    const calibrating = (index: number, outcome: Outcome) => {
      const { from, to } = day(index, 50);
      return verdict("calibration", 0, 90, { from, to, outcome, statistic: "minutes-calibrating" });
    };
    const found = kinds(
      calibrating(0, "exceeded"),
      calibrating(1, "exceeded"),
      calibrating(2, "within"),
      calibrating(4, "exceeded"),
    );
    expect(found["calibration-too-long"].map(shapeOf)).toEqual([
      [0, 48, 1],
      [96, 120, 1],
    ]);
    expect(found.limit).toEqual([]);
  });
});

describe("what has to be recorded", () => {
  /** Each step folds these verdicts; then what is recorded, in order. */
  const stories: [what: string, steps: [verdicts: Verdict[], recorded: string[]][]][] = [
    [
      "nothing twice",
      [
        [hours("o"), ["opened 1"]],
        [hours("o"), []],
        [hours("oo"), []],
      ],
    ],
    [
      "worsened, then closed",
      [
        [hours("o"), ["opened 1"]],
        [hours("ooo"), ["worsened 2"]],
        [hours("ooo.."), ["closed 2"]],
      ],
    ],
    ["learnt late, all at once", [[hours("ooo.."), ["opened 2", "closed 2"]]]],
    [
      "worsened and closed between two looks",
      [
        [hours("o"), ["opened 1"]],
        [hours("oO.."), ["worsened 2", "closed 2"]],
      ],
    ],
    [
      "closed, then worse after all",
      [
        [hours("o.."), ["opened 1", "closed 1"]],
        [hours("O.."), ["worsened 2", "closed 2"]],
      ],
    ],
    [
      "reopened by the day",
      [
        [hours("..o..").slice(0), ["opened 1", "closed 1"]],
        [[...hours("..o.."), day(0, 110)], ["reopened 2"]],
      ],
    ],
    [
      "reopened: an hour within was over after all",
      [
        [hours("o.."), ["opened 1", "closed 1"]],
        [hours("o.o"), ["reopened 1"]],
      ],
    ],
    [
      "moved: it began earlier",
      [
        [hours("..o"), ["opened 1"]],
        [hours(".oo"), ["moved 1"]],
        [hours("..o"), ["moved 1"]],
      ],
    ],
    [
      "moved: it ended later",
      [
        [hours("o.."), ["opened 1", "closed 1"]],
        [hours("oo.."), ["moved 1"]],
      ],
    ],
    [
      "eased, and up again: told once",
      [
        [hours("O"), ["opened 2"]],
        [hours("o"), ["eased 1"]],
        [hours("O"), ["moved 2"]],
      ],
    ],
    [
      "withdrawn: the data no longer show it",
      [
        [hours("o"), ["opened 1"]],
        [hours("."), ["withdrawn 1"]],
        [hours("."), []],
      ],
    ],
    [
      "withdrawn, and there after all",
      [
        [hours("o"), ["opened 1"]],
        [hours("."), ["withdrawn 1"]],
        [hours("oo"), ["reopened 1"]],
        [hours("oo.."), ["closed 1"]],
      ],
    ],
    [
      "two become one",
      [
        [hours("o..o.."), ["opened 1", "closed 1", "opened 1", "closed 1"]],
        [hours("o.oo.."), ["moved 1", "withdrawn 1"]],
      ],
    ],
    [
      "one becomes two",
      [
        [hours("o.oo.."), ["opened 1", "closed 1"]],
        [hours("o..o.."), ["moved 1", "opened 1", "closed 1"]],
      ],
    ],
    [
      // its id is that of hour 3; the part that begins there now needs another
      "one that moved becomes two",
      [
        [hours("...oo.."), ["opened 1", "closed 1"]],
        [hours("o.ooo.."), ["worsened 2", "closed 2"]],
        [hours("o..oo.."), ["moved 1", "opened 1", "closed 1"]],
      ],
    ],
    [
      "the gap of an outage never closes",
      [
        [hours("oo"), ["opened 1"]],
        [hours("oo????"), []],
        [hours("oo????.."), ["closed 1"]],
      ],
    ],
  ];
  it.each(stories)("%s", (_what, steps) => {
    const record = createRecord();
    for (const [verdicts, recorded] of steps) {
      const folded = fold(...verdicts);
      expect(told(record.reconcile(folded))).toEqual(recorded);
      expect(record.reconcile(folded)).toEqual([]);
      const standing = record.incidents().filter(({ withdrawn }) => !withdrawn);
      expect(
        standing.map(({ openedAt, closedAt, level }) => shapeOf({ startedAt: openedAt, closedAt, level })),
      ).toEqual(folded.map(shapeOf));
    }
    expectWhole(record.events);
  });

  it("an incident keeps its id while it lives, and a withdrawn one continues its numbers", () => {
    const record = createRecord();
    for (const text of ["..o", ".oo", "....", "..o", "..o.."]) record.reconcile(fold(...hours(text)));
    expect(new Set(record.events.map(({ incident }) => incident))).toEqual(
      new Set([incidentId(subject, T0 + 2 * HOUR)]),
    );
    expect(record.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });
});

/** No (incident, seq) twice, and the numbers of each incident are 1 … n. */
function expectWhole(events: readonly IncidentEvent[]): void {
  for (const list of Map.groupBy(events, ({ incident }) => incident).values()) {
    expect(list.map(({ seq }) => seq)).toEqual(list.map((_, index) => index + 1));
    expect(list[0]?.transition).toBe("opened");
    const folded = foldEvents(list);
    expect(folded?.worstLevel).toBeGreaterThanOrEqual(folded?.level ?? 3);
    for (const event of list)
      expect(event.closedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(event.startedAt);
  }
}

describe("where the fold begins", () => {
  const from = T0 + 100 * DAY;
  const back = from - 35 * DAY;
  it.each([
    ["nothing recorded: well before the change", [], back],
    ["an incident over before", [[back - 9 * DAY, back - DAY]], back],
    ["one that ended as the span begins", [[back - DAY, back]], back],
    ["one that the span would cut", [[back - DAY, back + HOUR]], back - DAY],
    ["one still open", [[back - 50 * DAY, null]], back - 50 * DAY],
    [
      "one after another, each cut by the other's start",
      [
        [back - 5 * DAY, back - 2 * DAY + 1],
        [back - 2 * DAY, back + 1],
      ],
      back - 5 * DAY,
    ],
    [
      "those after it do not matter",
      [
        [back, null],
        [back + DAY, from],
      ],
      back,
    ],
  ] as [string, [number, number | null][], number][])("%s", (_what, recorded, start) => {
    const incidents = recorded.map(([openedAt, closedAt]) => ({ openedAt, closedAt }));
    expect(foldStart(from, incidents)).toBe(start);
    expect(foldStart(from, incidents.toReversed())).toBe(start);
  });
});

describe("whatever the order in which verdicts come", () => {
  /** As limit-tracker does it: fold from a safe start, reconcile with what is recorded from there on. */
  function deliver(batches: readonly (readonly Verdict[])[]) {
    const record = createRecord();
    const stored = new Map<string, Verdict>();
    for (const batch of batches) {
      for (const one of batch) stored.set(`${one.rule}|${one.from}`, one);
      const from = Math.min(...batch.map((one) => one.from));
      const known = record.incidents();
      const quiet = known.every(({ closedAt }) => closedAt !== null && closedAt < from);
      if (quiet && !batch.some((one) => isOver(one))) continue;
      const start = foldStart(from, known);
      const folded = foldLimitIncidents(
        [...stored.values()].filter(({ to }) => to > start),
        rules,
      );
      const recorded = known.filter(({ openedAt }) => openedAt >= start);
      const elsewhere = known.filter(({ openedAt }) => openedAt < start);
      record.events.push(...reconcileIncidents(subject, folded, recorded, 1, elsewhere));
    }
    return { record, stored: [...stored.values()] };
  }

  function expectSame({ record, stored }: ReturnType<typeof deliver>): void {
    const standing = record.incidents().filter(({ withdrawn }) => !withdrawn);
    expect(
      standing
        .map(({ openedAt, closedAt, level }) => shapeOf({ startedAt: openedAt, closedAt, level }))
        .sort(([a], [b]) => a - b),
    ).toEqual(
      fold(...stored)
        .map(shapeOf)
        .sort(([a], [b]) => a - b),
    );
    expectWhole(record.events);
  }

  const marks = fc.constantFrom(".", ".", ".", "o", "o", "O", "?", "!");
  const series = fc
    .tuple(
      fc.array(marks, { minLength: 1, maxLength: 72 }),
      fc.array(fc.constantFrom(50, 50, 120, null), { minLength: 3, maxLength: 3 }),
      fc.array(fc.nat(60), { minLength: 3, maxLength: 3 }),
    )
    .map(([text, days, gaps]) => {
      // three days, with quiet weeks between them, so that the fold does not always begin at the beginning
      const firstDay = [
        gaps[0] ?? 0,
        (gaps[0] ?? 0) + (gaps[1] ?? 0) + 1,
        (gaps[0] ?? 0) + (gaps[1] ?? 0) + (gaps[2] ?? 0) + 2,
      ];
      return firstDay.flatMap((at, index) => [
        ...hours(text.slice(index * 24, index * 24 + 24).join(""), at * 24),
        day(at, days[index] ?? null),
      ]);
    });

  const inBatches = <T>(items: readonly T[], sizes: readonly number[]): T[][] => {
    const batches: T[][] = [];
    for (let start = 0, turn = 0; start < items.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      batches.push(items.slice(start, start + size));
      start += size;
    }
    return batches;
  };
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });

  it("the incidents that stand are those of the whole series, and no revision is used twice", () => {
    fc.assert(
      fc.property(
        series.chain((verdicts) =>
          fc.tuple(fc.shuffledSubarray(verdicts, { minLength: verdicts.length }), sizes),
        ),
        ([shuffled, counts]) => expectSame(deliver(inBatches(shuffled, counts))),
      ),
      { numRuns: 150 },
    );
  });

  it("also when late data revises verdicts that were told already", () => {
    fc.assert(
      fc.property(series, series, sizes, (first, second, counts) => {
        const ordered = first.toSorted((a, b) => a.to - b.to);
        expectSame(deliver([...inBatches(ordered, counts), ...inBatches(second, counts)]));
      }),
      { numRuns: 100 },
    );
  });
});
