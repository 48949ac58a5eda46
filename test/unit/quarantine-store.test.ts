import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAppendFile } from "#services/ingest/quarantine/append-file.ts";
import { daysAmong, expiredDays } from "#services/ingest/quarantine/day-files.ts";
import { entryOfMessage, entryOfSample } from "#services/ingest/quarantine/entries.ts";
import { entryOfLine, headOfLine } from "#services/ingest/quarantine/entry-lines.ts";
import { createQuarantineListing, rowsOf } from "#services/ingest/quarantine/listing.ts";
import { openQuarantine, type QuarantinedSample } from "#services/ingest/quarantine/quarantine.ts";
import { quarantineDays, readCarriers, readHeads } from "#services/ingest/quarantine/read-entries.ts";
import { addRetryMarks, readRetryMarks } from "#services/ingest/quarantine/retried.ts";
import { createRefusals } from "#services/ingest/store/refusals.ts";
import { reject } from "#shared/reading/rejection.ts";
import { silentLogger } from "#shared/runtime/log.ts";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 23, 12);
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-quarantine-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entry = (id: string, change: Partial<QuarantinedSample> = {}): QuarantinedSample => {
  const { payload = Buffer.from(`payload of ${id}`).toString("base64"), ...rest } = change;
  const head = { id, receivedAt: NOON, topic: "outfall-sim/v1/z/p/s/data", plant: "p" };
  return { ...head, ...reject("json-malformed", id, "p"), size: 20, ...rest, payload };
};

const open = (options: Partial<Parameters<typeof openQuarantine>[0]> = {}) =>
  openQuarantine({ folder, now: () => NOON, log: silentLogger, ...options });

async function idsOf(day: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readHeads(folder, day)) ids.push(id);
  return ids;
}

async function payloadsOf(day: string): Promise<string[]> {
  const payloads: string[] = [];
  for await (const { payload } of readCarriers(folder, day, () => true))
    payloads.push(Buffer.from(payload, "base64").toString());
  return payloads;
}

describe("the quarantine's files", () => {
  it("are one a UTC day of receipt, in order", async () => {
    const quarantine = await open();
    await quarantine.keep([entry("1-0"), entry("2-0", { receivedAt: NOON + DAY_MS }), entry("3-0")]);
    await quarantine.close();
    expect(await quarantineDays(folder)).toEqual(["2026-11-23", "2026-11-24"]);
    expect([await idsOf("2026-11-23"), await idsOf("2026-11-24")]).toEqual([["1-0", "3-0"], ["2-0"]]);
  });

  it("show an entry once that a crash wrote twice, and pass over what it left of a line", async () => {
    const first = await open();
    await first.keep([entry("1-0"), entry("2-0")]);
    await first.close();
    const file = join(folder, "2026-11-23.ndjson");
    await truncate(file, (await stat(file)).size - 7);
    const second = await open();
    await second.keep([entry("2-0"), entry("1-0"), entry("3-0")]);
    await second.close();
    expect(await idsOf("2026-11-23")).toEqual(["1-0", "2-0", "3-0"]);
  });

  it("go by age alone", async () => {
    for (const day of ["2025-10-18", "2025-10-19", "2026-11-22"])
      await appendFile(join(folder, `${day}.ndjson`), "");
    await appendFile(join(folder, "retried.ndjson"), "");
    const quarantine = await open({ keepDays: 400 });
    expect((await readdir(folder)).sort()).toEqual([
      "2025-10-19.ndjson",
      "2026-11-22.ndjson",
      "retried.ndjson",
    ]);
    await quarantine.close();
    expect(expiredDays(["2026-11-21", "2026-11-22", "2026-11-23"], NOON, 1)).toEqual(["2026-11-21"]);
    expect(daysAmong(["x", "2026-11-23.ndjson.bak", "2026-11-23.ndjson"])).toEqual(["2026-11-23"]);
  });

  it("at their bound keep reasons without payloads, then nothing; and a day that goes makes room", async () => {
    const said: string[] = [];
    const say = (_fields: object, message: string) => void said.push(message);
    const log = { info: say, warn: say, error: say } as never;
    let now = NOON;
    const quarantine = await open({ maxBytes: 20_000, keepDays: 1, now: () => now, log });
    const big = (id: string, receivedAt = NOON) => entry(id, { receivedAt, payload: "A".repeat(1_000) });
    await quarantine.keep(Array.from({ length: 20 }, (_, index) => big(`${index}-0`)));
    const kept = await payloadsOf("2026-11-23");
    expect(kept.length).toBeGreaterThan(8);
    expect(kept.length).toBeLessThan(16);
    expect(await idsOf("2026-11-23")).toHaveLength(20);
    await quarantine.keep(Array.from({ length: 100 }, (_, index) => big(`${100 + index}-0`)));
    expect((await stat(join(folder, "2026-11-23.ndjson"))).size).toBeLessThanOrEqual(20_000);
    now += 3 * DAY_MS;
    await quarantine.keep([big("300-0", now)]);
    await quarantine.close();
    expect(await payloadsOf("2026-11-26")).toHaveLength(1);
    expect(said).toEqual([
      "the quarantine is nearly full, payloads are not kept",
      "the quarantine is full, refusals are only counted",
      "old days of the quarantine removed",
      "the quarantine has room again",
    ]);
  });

  it("hold lines that a list reads without their payload, whatever is in them", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, text, fc.uint8Array({ maxLength: 60 }), (topic, detail, bytes) => {
        const message = { topic, payload: Buffer.from(bytes), size: bytes.length, receivedAt: NOON };
        const made = entryOfMessage(message, "7-0", reject("not-text", `","payload":"${detail}`), true);
        const line = Buffer.from(JSON.stringify(made));
        const { payload, ...head } = made;
        expect(headOfLine(line)).toEqual({ entry: head, carries: bytes.length > 0 });
        expect(Buffer.from(entryOfLine(line)?.payload ?? "", "base64")).toEqual(message.payload);
        expect(payload).toBe(Buffer.from(bytes).toString("base64"));
      }),
    );
  });

  it("are not confused by lines that are none", () => {
    for (const text of ["", "{}", "null", '{"id":1,"payload":""}', '{"id":"1-0","payload":"', "[1]"])
      expect([headOfLine(Buffer.from(text)), entryOfLine(Buffer.from(text))]).toEqual([undefined, undefined]);
  });
});

describe("a file that lines are appended to", () => {
  it("after a failed write holds what it held before", async () => {
    const path = join(folder, "lines");
    const file = await openAppendFile(path);
    await file.append(["one\n"]);
    await expect(file.append(["two\n", undefined as unknown as string])).rejects.toThrow();
    expect(await readFile(path, "utf8")).toBe("one\n");
    await file.append(["three\n"]);
    await file.close();
    expect(await readFile(path, "utf8")).toBe("one\nthree\n");
  });
});

describe("entries", () => {
  const message = { topic: "t", payload: Buffer.alloc(900_000, 1), size: 900_000, receivedAt: NOON };

  it("carry a message's bytes once, whole", () => {
    const refusals = createRefusals([message], 57);
    refusals.add(0, "0", { ...reject("time-missing", "x"), sample: 3 });
    refusals.add(0, "1", { ...reject("time-missing", "y"), sample: 4 });
    const [first, second] = refusals.entries;
    expect([first?.id, first?.sample, second?.id, second?.sample]).toEqual(["57-0", 3, "57-1", 4]);
    expect(Buffer.from(first?.payload ?? "", "base64")).toEqual(message.payload);
    expect(second?.payload).toBe("");
  });

  it("of a line the database refused can be sent again as the station would", () => {
    const sample = {
      ...{ zone: "z", plant: "p", station: "s", time: NOON, receivedAt: NOON + 5 },
      readings: [{ parameter: "cod", value: 4, status: "calibrating" as const, flag: 2 as const }],
    };
    const made = entryOfSample(sample, "outfall-sim", "field type conflict");
    expect(made).toMatchObject({
      id: `r${NOON + 5}-s-${NOON}`,
      topic: "outfall-sim/v1/z/p/s/data",
      code: "write-refused",
    });
    expect(JSON.parse(Buffer.from(made.payload, "base64").toString())).toEqual({
      time: NOON,
      readings: { cod: { value: 4, status: "calibrating" } },
    });
  });
});

describe("marks of what was sent again", () => {
  it("are kept beside the entries, the newest counts", async () => {
    const mark = { id: "1-0", day: "2026-11-23", at: 5, outcome: "sent" as const };
    await addRetryMarks(folder, [mark]);
    await addRetryMarks(folder, [
      { ...mark, at: 9 },
      { ...mark, id: "2-0" },
    ]);
    const marks = await readRetryMarks(folder);
    expect([
      marks.of("2026-11-23", "1-0")?.at,
      marks.of("2026-11-23", "3-0"),
      marks.of("2026-11-24", "1-0"),
    ]).toEqual([9, undefined, undefined]);
  });
});

describe("the list for the console", () => {
  it("has one row a message and reason, with its count", () => {
    const rows = rowsOf(
      [entry("57-0"), entry("57-1"), entry("57-2", { code: "conflict" }), entry("58-0")],
      "w1",
    );
    expect(rows.map(({ id, code, samples }) => [id, code, samples])).toEqual([
      ["w1.2026-11-23.57-0", "json-malformed", 2],
      ["w1.2026-11-23.57-2", "conflict", 1],
      ["w1.2026-11-23.58-0", "json-malformed", 1],
    ]);
  });

  it("takes ten rows a second and reason, each with a time of its own, and never holds ingest up", async () => {
    const written: string[] = [];
    let isAway = true;
    const write = async (_bucket: string, lines: string) => {
      if (isAway) throw new Error("away");
      written.push(...lines.split("\n"));
    };
    const listing = createQuarantineListing({ influx: { write }, worker: "w1", log: silentLogger });
    await listing.list(Array.from({ length: 5_000 }, (_, index) => entry(`${index}-0`)));
    isAway = false;
    await listing.list([entry("9000-0", { receivedAt: NOON + 1_000, topic: "a\u001b[2Jb" })]);
    expect(written).toHaveLength(11);
    expect(new Set(written.map((line) => line.split(" ").at(-1))).size).toBe(11);
    expect(written.at(-1)).toContain('topic="a [2Jb"');
  });
});
