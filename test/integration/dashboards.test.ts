/** Every panel's queries and every variable's, on a real InfluxDB, over points written with the project's own codecs. */
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { beforeAll, describe, expect, it } from "vitest";
import type { InfluxqlTarget } from "#dashboards/influxql/influxql-query.ts";
import { renderQuery } from "#dashboards/influxql/render-query.ts";
import { panelsOf } from "#dashboards/layout.ts";
import { variableQueries } from "#dashboards/zone/variables.ts";
import { zoneDashboard } from "#dashboards/zone/zone.ts";
import { emptyTally } from "#shared/coverage/tally.ts";
import { tallyLine } from "#shared/coverage/tally-points.ts";
import type { Transition } from "#shared/incident/incident.ts";
import { incidentEventLine } from "#shared/incident/incident-points.ts";
import { toRows } from "#shared/influx/rows.ts";
import { ledgerLine } from "#shared/ledger/ledger.ts";
import { mailLine } from "#shared/mail/mail-points.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import type { Outcome, StoredVerdict } from "#shared/verdict/verdict.ts";
import { verdictLine } from "#shared/verdict/verdict-points.ts";
import { useStack } from "#test/support/stack.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Math.floor(Date.now() / HOUR) * HOUR;
const parameters = ["cod", "tss", "nh4", "ph", "temp", "flow"];

interface Place {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
}
const here: Place = { zone: "sim-here", plant: "sim-here-wwtp", station: "sim-here-nt01" };
const elsewhere: Place = {
  zone: "sim-elsewhere",
  plant: "sim-elsewhere-wwtp",
  station: "sim-elsewhere-nt01",
};

const context = useStack(["influxdb"]);

function rawLines(place: Place): string[] {
  return Array.from({ length: 36 }, (_, index) => {
    const time = now - index * 5 * MINUTE;
    const calibrating = index < 3;
    return sampleLine({
      ...place,
      time,
      receivedAt: time + 1_000,
      readings: parameters.map((parameter) => ({
        parameter,
        value: 40 + index / 10,
        status: calibrating ? "calibrating" : "measuring",
        flag: calibrating ? 2 : 1,
      })),
    });
  });
}

function recordLines(place: Place): string[] {
  const verdict = (parameter: string, from: number, outcome: Outcome): StoredVerdict => ({
    ...place,
    parameter,
    rule: "hour",
    from,
    to: from + HOUR,
    outcome,
    value: 190,
    statistic: parameter === "ph" ? "minutes-outside" : "mean",
    min: 180,
    max: 200,
    limitMin: parameter === "ph" ? 5.5 : null,
    limitMax: parameter === "ph" ? 9 : 135,
    ratio: parameter === "ph" ? null : 1.41,
    completeness: 0.92,
    usable: 11,
    owed: 12,
    calibrating: 1,
    faulty: 0,
    instrument: "permit",
    clause: "MP-1/GPMT, Appendix 1 row 3",
    confidence: "permit",
    acting: true,
    reason: "",
    revision: 1,
    atLeast: false,
    severity: 0,
    registry: "test",
    judgement: "2",
    causes: ["first"],
    judgedAt: from + HOUR,
  });
  const hours = [now - 3 * HOUR, now - 2 * HOUR];
  const judged = parameters.filter((parameter) => parameter !== "flow");
  const incident = (name: string, revisions: readonly [Transition, number, number | null][]) =>
    revisions.map(([transition, at, closedAt], index) =>
      incidentEventLine({
        ...place,
        incident: `${name}-${place.zone}`,
        seq: index + 1,
        transition,
        kind: "limit",
        parameter: "cod",
        level: 1,
        at,
        startedAt: now - 2 * HOUR,
        closedAt,
        recordedAt: now,
        facts: {},
      }),
    );
  return [
    ...hours.flatMap((from, index) =>
      judged.map((parameter) => verdictLine(verdict(parameter, from, index === 0 ? "within" : "exceeded"))),
    ),
    ...hours.flatMap((from) =>
      parameters.map(
        (parameter) =>
          tallyLine(
            "hour",
            { ...place, id: place.station, intervalMs: 5 * MINUTE },
            parameter,
            { from, to: from + HOUR },
            { ...emptyTally(), usableMs: 55 * MINUTE, sum: 41 * 55 * MINUTE, min: 40, max: 44, usable: 11 },
          ) ?? "",
      ),
    ),
    ...incident("open", [["opened", now - HOUR, null]]),
    ...incident("over", [
      ["opened", now - HOUR, null],
      ["closed", now - MINUTE, now - MINUTE],
    ]),
    // late data: the newest revision carries the earliest time
    ...incident("never", [
      ["opened", now - HOUR, null],
      ["withdrawn", now - 2 * HOUR, now - 2 * HOUR],
    ]),
    ...incident("again", [
      ["opened", now - 2 * HOUR, null],
      ["closed", now - MINUTE, now - MINUTE],
      ["reopened", now - HOUR, null],
    ]),
    mailLine({
      zone: place.zone,
      incident: `open-${place.zone}`,
      seq: 1,
      contact: "officer",
      state: "sent",
      to: "officer@zone.example",
      language: "vi",
      subject: "[MÔ PHỎNG] COD 190 > 135 mg/L",
      messageId: "<1@outfall.example>",
      recordedAt: now - HOUR,
      sentAt: now - HOUR + 1_000,
      possiblyTwice: false,
    }),
    ledgerLine({
      worker: "ingest-1",
      plant: place.plant,
      hour: now - HOUR,
      received: 14,
      stored: 10,
      duplicate: 2,
      conflict: 1,
      quarantined: 1,
      inJournal: 0,
    }),
  ];
}

beforeAll(async () => {
  const places = [here, elsewhere];
  await context.influx.write("raw", places.flatMap(rawLines).join("\n"));
  await context.influx.write("record", places.flatMap(recordLines).join("\n"));
});

const options = {
  from: now - 24 * HOUR,
  to: now + HOUR,
  intervalMs: MINUTE,
  variables: { zone: here.zone, station: [here.station], plant: [here.plant] },
};
const ask = (query: string) => context.influx.query(renderQuery(query, options));

const panels = panelsOf(zoneDashboard()).filter((panel) => panel.type !== "text");
const targets = panels.flatMap((panel) =>
  (panel.targets as unknown as InfluxqlTarget[]).map(
    (target) => [`${panel.id} ${panel.title} ${target.refId}`, target, panel] as const,
  ),
);

describe.each(targets)("panel %s", (_, target, panel) => {
  it("returns rows with a value, of the chosen zone alone", async () => {
    const series = await ask(target.query);
    const rows = toRows(series);
    const values = rows.flatMap((row) => Object.entries(row).filter(([column]) => column !== "time"));
    expect(rows.length).toBeGreaterThan(0);
    expect(values.some(([, value]) => value !== null)).toBe(true);
    expect(JSON.stringify(series)).not.toContain("elsewhere");
    expect(aliasTags(target).filter((tag) => series.some(({ tags }) => tags[tag] === undefined))).toEqual([]);
    expect(columnsThatAreMissing(panel, series)).toEqual([]);
  });
});

/** Tags that the series names use: each must be grouped by. */
function aliasTags(target: InfluxqlTarget): string[] {
  return [...(target.alias ?? "").matchAll(/\$tag_(\w+)/g)].map(([, tag]) => tag ?? "");
}

/** Columns that the panel renames: each must come back from the query. */
function columnsThatAreMissing(panel: Panel, series: Awaited<ReturnType<typeof ask>>): string[] {
  const organize = panel.transformations?.find(({ id }) => id === "organize");
  const expected = Object.keys((organize?.options.renameByName as object | undefined) ?? {});
  const found = new Set(series.flatMap(({ tags, columns }) => [...Object.keys(tags), ...columns]));
  return expected.filter((name) => !found.has(name === "Time" ? "time" : name));
}

const queryOf = (title: RegExp): string => {
  const found = targets.find(([, , panel]) => title.test(panel.title ?? ""));
  return found?.[1].query ?? "";
};

describe("what the panels show", () => {
  it("lists open incidents by their newest revision", async () => {
    const rows = toRows(await ask(queryOf(/Open incidents/)));
    expect(rows.map((row) => row.incident).sort()).toEqual(["again-sim-here", "open-sim-here"]);
  });

  it("lists only the hours over the limit, newest first", async () => {
    const rows = toRows(await ask(queryOf(/Hours over/)));
    expect(new Set(rows.map((row) => row.time))).toEqual(new Set([now - 2 * HOUR]));
  });

  it("balances to zero", async () => {
    const rows = toRows(await ask(queryOf(/Balance/)));
    expect(rows.map((row) => row.balance)).toEqual([0]);
  });
});

describe("the variables", () => {
  const valuesOf = async (query: string) => new Set(toRows(await ask(query)).map((row) => row.value));

  it("offer every zone", async () => {
    expect(await valuesOf(variableQueries.zone)).toEqual(new Set([here.zone, elsewhere.zone]));
  });

  it("offer the stations and plants of the chosen zone", async () => {
    expect(await valuesOf(variableQueries.station)).toEqual(new Set([here.station]));
    expect(await valuesOf(variableQueries.plant)).toEqual(new Set([here.plant]));
  });
});
