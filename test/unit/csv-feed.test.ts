/** Feeds as spreadsheets write them: what is read, and what is said where something does not fit. */
import { describe, expect, it } from "vitest";
import { CsvFeedError, readCsvFeed } from "#shared/feed/csv-feed.ts";

const read = (text: string, timeZone = "Asia/Ho_Chi_Minh") => [...readCsvFeed("feed.csv", text, timeZone)];

/** `time: cod=1 ph=7!calibrating`, the rest in front. */
const shown = (text: string, timeZone?: string) =>
  read(text, timeZone).map(({ time, readings, receivedAt, ...place }) =>
    [
      ...Object.values(place),
      `${new Date(time).toISOString().slice(0, 19)}Z`,
      ...Object.entries(readings).map(
        ([key, { value, status }]) => `${key}=${value}${status === "measuring" ? "" : `!${status}`}`,
      ),
      ...(receivedAt === undefined ? [] : [`received ${new Date(receivedAt).toISOString().slice(0, 19)}Z`]),
    ].join(" "),
  );

function complaintsOf(text: string, timeZone?: string): readonly string[] {
  try {
    return [`read ${read(text, timeZone).length} records`];
  } catch (error) {
    if (error instanceof CsvFeedError) return error.complaints;
    throw error;
  }
}

describe("what is read", () => {
  it.each<[what: string, text: string, records: string[]]>([
    ["local time", "time,cod\n2026-11-20 07:05,120.5\n", ["2026-11-20T00:05:00Z cod=120.5"]],
    ["an offset wins", "time,cod\n2026-11-20T07:05:00+09:00,1", ["2026-11-19T22:05:00Z cod=1"]],
    ["UTC", "time,cod\n2026-11-20T07:05Z,1", ["2026-11-20T07:05:00Z cod=1"]],
    ["an empty cell is no value", "time,cod,tss\n2026-11-20 07:00,,3", ["2026-11-20T00:00:00Z tss=3"]],
    ["a row may end early", "time,cod,tss\n2026-11-20 07:00,3", ["2026-11-20T00:00:00Z cod=3"]],
    [
      "statuses, as codes, as what a spreadsheet leaves of them, as words",
      "time,cod,cod status\n2026-11-20 07:00,1,00\n2026-11-20 07:05,2,1\n2026-11-20 07:10,,02\n2026-11-20 07:15,4,Calibrating",
      [
        "2026-11-20T00:00:00Z cod=1",
        "2026-11-20T00:05:00Z cod=2!calibrating",
        "2026-11-20T00:10:00Z cod=null!fault",
        "2026-11-20T00:15:00Z cod=4!calibrating",
      ],
    ],
    [
      "place and receipt",
      "time,receivedAt,zone,plant,station,cod\n2026-11-20 07:00,2026-11-23 07:00,z,p,s,1",
      ["z p s 2026-11-20T00:00:00Z cod=1 received 2026-11-23T00:00:00Z"],
    ],
    [
      "names in any case, and other names",
      "Time,COD,pH,Amoni\n2026-11-20 07:00,1,2,3",
      ["2026-11-20T00:00:00Z cod=1 ph=2 nh4=3"],
    ],
    ["unknown parameters", "time,zinc_total\n2026-11-20 07:00,1", ["2026-11-20T00:00:00Z zinc_total=1"]],
    [
      "semicolons and decimal commas",
      "time;cod\r\n2026-11-20 07:00;1,5\r\n",
      ["2026-11-20T00:00:00Z cod=1.5"],
    ],
    [
      "BOM, empty lines, remarks",
      "\uFEFF# mine\ntime,cod\n\n,\n# x\n2026-11-20 07:00,-1e-3",
      ["2026-11-20T00:00:00Z cod=-0.001"],
    ],
  ])("%s", (_, text, records) => {
    expect(shown(text)).toEqual(records);
  });

  it("a repeating row gives a record at each of its times, both ends among them", () => {
    expect(shown("time,cod\n2026-11-20 07:00 .. 2026-11-20 07:11 every 5m,1\n2026-11-20 07:15,2")).toEqual([
      "2026-11-20T00:00:00Z cod=1",
      "2026-11-20T00:05:00Z cod=1",
      "2026-11-20T00:10:00Z cod=1",
      "2026-11-20T00:15:00Z cod=2",
    ]);
  });

  it("a repeating row counts elapsed time through a change of the clock", () => {
    expect(read("time,cod\n2026-10-25 00:00 .. 2026-10-25 23:00 every 1h,1", "Europe/Berlin")).toHaveLength(
      25,
    );
    expect(read("time,cod\n2026-03-29 00:00 .. 2026-03-29 23:00 every 1h,1", "Europe/Berlin")).toHaveLength(
      23,
    );
  });
});

describe("what is said where something does not fit", () => {
  it.each<[what: string, text: string, complaint: string | RegExp]>([
    ["nothing", "", "feed.csv:1: expected a header, e.g. time,cod,cod status"],
    ["no time", "when,cod\n1,2", /:1: expected a column "time", found when, cod/],
    ["no parameter", "time,station\n", /:1: expected a column for at least one parameter/],
    ["a strange column", "time,COD (mg/L)\n", /:1: expected a column time, .* found "COD \(mg\/L\)"/],
    ["a column twice", "time,cod,COD\n", /:1: expected each column once, found "COD" again/],
    ["a status of nothing", "time,cod,tss status\n", /:1: expected a column "tss" beside "tss status"/],
    ["a time", "time,cod\n2026-11-31 07:00,2", /:2: expected a time, e\.g\. .* found "2026-11-31 07:00"/],
    ["a bare date", "time,cod\n2026-11-30,2", /:2: expected a time/],
    ["a number", "time,cod\n# x\n2026-11-30 07:00,1.234.5", /:3: cod: expected a number, found "1\.234\.5"/],
    [
      "a status",
      "time,cod,cod status\n2026-11-30 07:00,1,03",
      /:2: cod: expected a status 00, 01 or 02 .* found "03"/,
    ],
    [
      "calibrating at nothing",
      "time,cod,cod status,tss\n2026-11-30 07:00,,01,1",
      /:2: cod: expected a value beside the status 01/,
    ],
    ["no value at all", "time,cod\n2026-11-30 07:00,", /:2: expected at least one value, found none/],
    [
      "too many cells",
      "time,cod\n2026-11-30 07:00,1,5",
      /:2: expected 2 cells as in the header, found 3; the first too many is "5"/,
    ],
    ["a repeat", "time,cod\n2026-11-30 07:00 .. 08:00,1", /:2: expected "2026-11-20 00:05 \.\. /],
    [
      "a repeat backwards",
      "time,cod\n2026-11-30 07:00 .. 2026-11-30 06:00 every 5m,1",
      /:2: expected a row whose last time is not before its first/,
    ],
    [
      "a repeat without end",
      "time,cod\n2026-11-30 07:00 .. 2926-11-30 06:00 every 5m,1",
      /:2: expected at most 1051200 records of one row/,
    ],
    [
      "a step of nothing",
      "time,cod\n2026-11-30 07:00 .. 2026-11-30 08:00 every 0m,1",
      /:2: expected a step above zero/,
    ],
    ["a quote", 'time,cod\n2026-11-30 07:00,"1', /:2: expected cells of a CSV file: /],
  ])("%s", (_, text, complaint) => {
    const complaints = complaintsOf(text);
    expect(complaints).toHaveLength(1);
    if (typeof complaint === "string") expect(complaints[0]).toBe(complaint);
    else expect(complaints[0]).toMatch(complaint);
  });

  it("all mistakes of a file at once, with their lines", () => {
    expect(
      complaintsOf("time,cod\nx,1\n2026-11-30 07:00,y\n2026-11-30 07:05,1\nz,z").map((line) =>
        line.slice(0, 11),
      ),
    ).toEqual(["feed.csv:2:", "feed.csv:3:", "feed.csv:5:", "feed.csv:5:"]);
  });

  it("a time that the clock showed twice needs its offset", () => {
    expect(complaintsOf("time,cod\n2026-10-25 02:30,1", "Europe/Berlin")).toEqual([
      expect.stringMatching(/feed.csv:2: .* showed this time twice, so write its offset/),
    ]);
    expect(read("time,cod\n2026-10-25T02:30:00+01:00,1", "Europe/Berlin")).toHaveLength(1);
  });
});
