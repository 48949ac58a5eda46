import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroupCommit } from "#services/ingest/commit/group-commit.ts";
import { readCursor, writeCursor } from "#services/ingest/journal/cursor.ts";
import { type Journal, JournalFull, openJournal } from "#services/ingest/journal/journal.ts";
import { decodeRecord, encodedLength, encodeRecord, type Message } from "#services/ingest/journal/record.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

let root = "";
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "outfall-journal-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const newFolder = () => {
  count += 1;
  return join(root, `j${count}`);
};

const message = (text: string, topic = "outfall-sim/v1/z/p/s/data"): Message => ({
  topic,
  payload: Buffer.from(text),
  size: Buffer.byteLength(text),
  receivedAt: 1_795_000_000_000 + text.length,
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(`payload ${from + index}`));
const texts = async (journal: Journal, from = 1, limit = 1_000) =>
  (await journal.read(from, limit)).map(({ seq, payload }) => `${seq}:${payload.toString("utf8")}`);
const payloads = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => `${from + index}:payload ${from + index}`);
const segmentsOf = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith(".segment")).sort();

describe("one record", () => {
  it("comes back as it went, whatever topic and bytes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        (topic, bytes, seq, size) => {
          const one = { topic, payload: Buffer.from(bytes), size, receivedAt: 1_795_000_000_000 };
          const target = Buffer.alloc(encodedLength(one) + 7);
          const end = encodeRecord(target, 3, seq, one);
          expect(end).toBe(3 + encodedLength(one));
          const back = decodeRecord(target, 3);
          expect(back?.end).toBe(end);
          expect(back?.record).toMatchObject({ topic, seq, size, receivedAt: one.receivedAt });
          expect(back?.record.payload.equals(one.payload)).toBe(true);
        },
      ),
    );
  });

  it("does not hold together after any bit flip", () => {
    const whole = Buffer.alloc(encodedLength(message("x")));
    encodeRecord(whole, 0, 1, message("x"));
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeRecord(damaged, 0)).toBeUndefined();
    }
    expect(decodeRecord(Buffer.alloc(100), 0)).toBeUndefined();
    expect(decodeRecord(Buffer.alloc(0), 0)).toBeUndefined();
  });
});

describe("the journal", () => {
  it("appends and reads over segment borders, in pieces, and deletes what is done with", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder, segmentBytes: 200 }, 1);
    expect(await journal.append(messages(1, 3))).toBe(1);
    for (let seq = 4; seq <= 12; seq += 1) expect(await journal.append(messages(seq, seq))).toBe(seq);
    expect((await segmentsOf(folder)).length).toBeGreaterThan(2);
    expect(await texts(journal)).toEqual(payloads(1, 12));
    expect(await texts(journal, 5, 3)).toEqual(payloads(5, 7));
    expect(await texts(journal, 8, 3)).toEqual(payloads(8, 10));
    expect(await texts(journal, 13)).toEqual([]);
    const before = await segmentsOf(folder);
    await journal.release(8);
    const left = await segmentsOf(folder);
    expect(left.length).toBeLessThan(before.length);
    expect(Number(left[0]?.slice(0, 16))).toBeLessThanOrEqual(8);
    expect(await texts(journal, 8)).toEqual(payloads(8, 12));
    await journal.release(13);
    expect(await segmentsOf(folder)).toHaveLength(1);
    expect(await journal.append(messages(13, 13))).toBe(13);
    expect(await texts(journal, 13)).toEqual(payloads(13, 13));
    await journal.close();
    await journal.close();
  });

  it("continues its numbers after a restart, also when everything was deleted", async () => {
    const folder = newFolder();
    const first = await openJournal({ folder }, 1);
    await first.append(messages(1, 5));
    await first.close();
    const second = await openJournal({ folder }, 3);
    expect(second.nextSeq).toBe(6);
    expect(await texts(second, 3)).toEqual(payloads(3, 5));
    await second.append(messages(6, 7));
    await second.close();
    const third = await openJournal({ folder }, 8);
    expect(third.nextSeq).toBe(8);
    await third.close();
    await rm(folder, { recursive: true });
    const fourth = await openJournal({ folder }, 8);
    expect(await fourth.append(messages(8, 8))).toBe(8);
    await fourth.close();
  });

  it("a torn tail, at every byte of the last record, is cut and nothing else is lost", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder }, 1);
    await journal.append(messages(1, 3));
    const [name = ""] = await segmentsOf(folder);
    const whole = (await stat(join(folder, name))).size;
    await journal.append(messages(4, 4));
    await journal.close();
    const bytes = await readFile(join(folder, name));
    for (let length = whole; length < bytes.length; length += 1) {
      const copy = newFolder();
      await (await openJournal({ folder: copy }, 1)).close();
      await writeFile(join(copy, name), bytes.subarray(0, length));
      const torn = await openJournal({ folder: copy }, 1);
      expect([length, torn.nextSeq]).toEqual([length, 4]);
      expect((await stat(join(copy, name))).size).toBe(whole);
      await torn.append([message("payload 4")]);
      expect(await texts(torn)).toEqual(payloads(1, 4));
      await torn.close();
    }
  });

  it("a bit flip in the last record costs that record, a torn start of a file costs nothing", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder, segmentBytes: 100 }, 1);
    for (let seq = 1; seq <= 4; seq += 1) await journal.append(messages(seq, seq));
    await journal.close();
    const last = join(folder, (await segmentsOf(folder)).at(-1) ?? "");
    const bytes = await readFile(last);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x10;
    await writeFile(last, bytes);
    const again = await openJournal({ folder, segmentBytes: 100 }, 1);
    const kept = again.nextSeq - 1;
    expect(kept).toBe(3);
    expect(await texts(again)).toEqual(payloads(1, kept));
    // a crash between making a file and its first record leaves an empty one, whose name comes again
    await again.append(messages(4, 4));
    await again.close();
    await writeFile(join(folder, "0000000000000005.segment"), "");
    const third = await openJournal({ folder, segmentBytes: 100 }, 1);
    await third.append(messages(5, 5));
    await third.release(5);
    expect(await texts(third, 5)).toEqual(payloads(5, 5));
    await third.close();
    const fourth = await openJournal({ folder }, 5);
    expect(await texts(fourth, 5)).toEqual(payloads(5, 5));
    await fourth.close();
  });

  it("reads what stands whole while more is appended: never a gap", async () => {
    const journal = await openJournal({ folder: newFolder(), segmentBytes: 4_096 }, 1);
    let done = false;
    const writing = (async () => {
      for (let seq = 1; seq <= 600; seq += 3) await journal.append(messages(seq, seq + 2));
      done = true;
    })();
    let from = 1;
    while (!done || from < journal.nextSeq) {
      const records = await journal.read(from, 1_000);
      if (records.length === 0) await new Promise(setImmediate);
      expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => from + index));
      from += records.length;
    }
    await writing;
    expect(from).toBe(601);
    await journal.close();
  });

  it("damaged in the middle: what follows is still read, and the numbers tell the gap", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder, segmentBytes: 1 }, 1);
    for (let seq = 1; seq <= 4; seq += 1) await journal.append(messages(seq, seq));
    await journal.close();
    const [, second = ""] = await segmentsOf(folder);
    await truncate(join(folder, second), 5);
    const again = await openJournal({ folder, segmentBytes: 1 }, 1);
    expect(again.nextSeq).toBe(5);
    expect(await texts(again)).toEqual(payloads(1, 1));
    expect(await texts(again, 2)).toEqual(payloads(3, 4));
    await again.close();
  });

  it("refuses beyond its bound, keeps what it has, and takes more once there is room", async () => {
    const folder = newFolder();
    const one = encodedLength(message("payload 1"));
    const journal = await openJournal({ folder, segmentBytes: 2 * one, maxBytes: 4 * one }, 1);
    for (let seq = 1; seq <= 4; seq += 1) await journal.append(messages(seq, seq));
    await expect(journal.append(messages(5, 5))).rejects.toBeInstanceOf(JournalFull);
    expect(journal).toMatchObject({ nextSeq: 5, bytes: 4 * one });
    expect(await texts(journal)).toEqual(payloads(1, 4));
    await journal.release(3);
    expect(await journal.append(messages(5, 5))).toBe(5);
    await journal.close();
  });

  it("a bound smaller than a segment is not full for ever of what is done with", async () => {
    const folder = newFolder();
    const one = encodedLength(message("payload 1"));
    const journal = await openJournal({ folder, maxBytes: 2 * one }, 1);
    await journal.append(messages(1, 2));
    await journal.release(2);
    await expect(journal.append(messages(3, 3))).rejects.toBeInstanceOf(JournalFull);
    await journal.release(3);
    expect(await journal.append(messages(3, 3))).toBe(3);
    expect(await texts(journal, 3)).toEqual(payloads(3, 3));
    await journal.close();
    const again = await openJournal({ folder, maxBytes: 2 * one }, 3);
    expect(await texts(again, 3)).toEqual(payloads(3, 3));
    await again.close();
  });

  it("a write that fails has acknowledged nothing; tried again it lands in the same place", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder, segmentBytes: 1 }, 1);
    await journal.append(messages(1, 1));
    // a new segment cannot be made while its folder is away
    await rm(folder, { recursive: true });
    await expect(journal.append(messages(2, 2))).rejects.toThrow(/ENOENT/);
    expect(journal.nextSeq).toBe(2);
    await expect(journal.append(messages(2, 2))).rejects.toThrow(/ENOENT/);
    await (await openJournal({ folder }, 2)).close();
    expect(await journal.append(messages(2, 3))).toBe(2);
    await journal.release(2);
    expect(await texts(journal, 2)).toEqual(payloads(2, 3));
    await journal.close();
  });

  type Step =
    | { do: "append"; sizes: number[] }
    | { do: "release"; share: number }
    | { do: "read"; share: number; limit: number }
    | { do: "reopen" }
    | { do: "tear"; bytes: number; flip: boolean };

  it("behaves as a plain list would, through restarts and torn tails", { timeout: 30_000 }, async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant("append" as const),
          sizes: fc.array(fc.nat(120), { minLength: 1, maxLength: 4 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant("release" as const),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant("read" as const),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
          limit: fc.integer({ min: 1, max: 9 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant("tear" as const),
          bytes: fc.integer({ min: 0, max: 90 }),
          flip: fc.boolean(),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = newFolder();
        const options = { folder, segmentBytes: 300 };
        let journal = await openJournal(options, 1);
        const kept: string[] = [];
        let cursor = 1;
        const at = (share: number) => cursor + Math.floor(share * (kept.length + 1 - cursor));
        for (const action of steps) {
          if (action.do === "append") {
            const batch = action.sizes.map((size) => message(`${kept.length}`.padEnd(size, "x")));
            expect(await journal.append(batch)).toBe(kept.length + 1);
            kept.push(...batch.map(({ payload }) => payload.toString()));
          } else if (action.do === "release") {
            cursor = at(action.share);
            await journal.release(cursor);
          } else if (action.do === "read") {
            const from = at(action.share);
            const found = await journal.read(from, action.limit);
            expect(found.map(({ seq, payload }) => [seq, payload.toString()])).toEqual(
              kept.slice(from - 1, from - 1 + action.limit).map((text, index) => [from + index, text]),
            );
          } else {
            await journal.close();
            // a crash in the middle of a write: part of the next record stands behind the last one
            const name = (await segmentsOf(folder)).at(-1);
            if (action.do === "tear" && name !== undefined) {
              const next = message("never acknowledged");
              const record = Buffer.alloc(encodedLength(next));
              encodeRecord(record, 0, kept.length + 1, next);
              if (action.flip) record[record.length - 1] = 0;
              await writeFile(
                join(folder, name),
                record.subarray(0, Math.min(action.bytes, record.length - (action.flip ? 0 : 1))),
                { flag: "a" },
              );
            }
            journal = await openJournal(options, cursor);
          }
          expect(journal.nextSeq).toBe(kept.length + 1);
        }
        expect((await journal.read(cursor, 10_000)).map(({ payload }) => payload.toString())).toEqual(
          kept.slice(cursor - 1),
        );
        await journal.close();
        await rm(folder, { recursive: true, force: true });
      }),
      { numRuns: 60 },
    );
  });
});

describe("the cursor", () => {
  it("is replaced whole; none at first; a broken one stops the start aloud", async () => {
    const folder = newFolder();
    await (await openJournal({ folder }, 1)).close();
    const file = join(folder, "cursor.json");
    expect(await readCursor(file)).toBeUndefined();
    await writeCursor(file, { seq: 7, tally: [] });
    await writeCursor(file, {
      seq: 9,
      tally: [["p", 0, { received: 1, stored: 1, duplicate: 0, conflict: 0, quarantined: 0 }]],
    });
    expect(await readCursor(file)).toMatchObject({ seq: 9, tally: [["p", 0, { stored: 1 }]] });
    expect(await readdir(folder)).toEqual(["cursor.json"]);
    await writeFile(file, '{"seq": 9, "tal');
    await expect(readCursor(file)).rejects.toThrow(/cursor.*cannot be read/);
  });
});

describe("group commit", () => {
  it("commits what arrives meanwhile as one, in order, and tries again what failed", async () => {
    const batches: string[][] = [];
    const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let appended = 0;
    let calls = 0;
    const commits = createGroupCommit<Message>({
      journal: {
        async append(batch) {
          await answers[calls++]?.promise;
          const first = appended + 1;
          appended += batch.length;
          return first;
        },
      },
      onCommitted: (items, first) =>
        batches.push([`${first}`, ...items.map(({ payload }) => payload.toString())]),
      log: silentLogger,
    });
    for (const text of ["a", "b"]) commits.add(message(text));
    await waitFor(() => calls === 1, { what: "the first commit" });
    for (const text of ["c", "d", "e"]) commits.add(message(text));
    answers[0]?.reject(new Error("the disk says no"));
    await waitFor(() => commits.stuck && calls === 2, { what: "it is tried again" });
    expect(batches).toEqual([]);
    answers[1]?.resolve();
    await waitFor(() => batches.length === 2, { what: "both are durable" });
    expect(batches).toEqual([
      ["1", "a", "b"],
      ["3", "c", "d", "e"],
    ]);
    expect(commits).toMatchObject({ stuck: false, waiting: 0 });
    await commits.close();
  });

  it("never leaves an arrival lying, whenever it comes", async () => {
    let durable = 0;
    let added = 0;
    const commits = createGroupCommit<Message>({
      journal: { append: async () => 1 },
      onCommitted: (items) => {
        durable += items.length;
        if (added >= 200) return;
        // some microtasks later: as the loop ends, or just has
        let turns = added % 9;
        const later = (): void => {
          if (turns-- > 0) queueMicrotask(later);
          else {
            added += 1;
            commits.add(message("x"));
          }
        };
        later();
      },
      log: silentLogger,
    });
    added += 1;
    commits.add(message("x"));
    await waitFor(() => durable === 200, { what: "all 200 are durable", timeoutMs: 2_000 });
    await commits.close();
  });
});
