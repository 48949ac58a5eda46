import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroupCommit } from "#services/ingest/commit/group-commit.ts";
import { encodedBytes } from "#services/ingest/journal/frame.ts";
import { JournalFull, openJournal } from "#services/ingest/journal/journal.ts";
import type { Message } from "#services/ingest/journal/record.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { message, messages, payloads, segmentsOf, texts } from "#test/support/journal.ts";

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

  it("damage is told and its bytes kept aside, once; a hole in the last commit is told apart", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder }, 1);
    const large = (seq: number) => message(`${seq}`.padEnd(70_000));
    await journal.append(messages(1, 2));
    const offset = journal.bytes;
    await journal.append(messages(3, 4));
    const bytes = journal.bytes - offset;
    // a frame each
    await journal.append([large(5), large(6), large(7)]);
    await journal.close();
    const [name = ""] = await segmentsOf(folder);
    const whole = await readFile(join(folder, name));
    const damaged = Buffer.from(whole);
    damaged[offset + 50] = 0xff;
    damaged.fill(0, offset + bytes + 80_000, offset + bytes + 80_512);
    await writeFile(join(folder, name), damaged);
    const said: [level: number, fromSeq: number][] = [];
    const log = pino(
      {},
      { write: (line: string) => said.push([JSON.parse(line).level, JSON.parse(line).fromSeq]) },
    );
    const again = await openJournal({ folder, log }, 1);
    const first = { segment: name, offset, bytes, fromSeq: 3, toSeq: 4, inLastCommit: false };
    expect(again.damage).toEqual([
      first,
      expect.objectContaining({ fromSeq: 6, toSeq: 6, inLastCommit: true }),
    ]);
    expect(said).toEqual([
      [50, 3],
      [40, 6],
    ]);
    const seqs = async (from: number) => (await again.read(from, 100)).map(({ seq }) => seq);
    expect([await seqs(1), await seqs(3), await seqs(6)]).toEqual([[1, 2], [5], [7]]);
    expect([again.nextSeq, again.damage.length]).toEqual([8, 2]);
    await again.close();
    const aside = join(folder, "damaged", `${name}-${offset}`);
    expect((await readFile(`${aside}.bytes`)).equals(damaged.subarray(offset, offset + bytes))).toBe(true);
    expect(JSON.parse(await readFile(`${aside}.json`, "utf8"))).toEqual(first);
    expect(await readdir(join(folder, "damaged"))).toHaveLength(4);
    // not written again at each start
    await writeFile(`${aside}.bytes`, "as it was");
    await (await openJournal({ folder }, 1)).close();
    expect(await readFile(`${aside}.bytes`, "utf8")).toBe("as it was");
  });

  it("what a disk spoils while the journal is open is told when it is read", async () => {
    const folder = newFolder();
    const journal = await openJournal({ folder }, 1);
    for (let seq = 1; seq <= 4; seq += 1) await journal.append(messages(seq, seq));
    const file = join(folder, (await segmentsOf(folder))[0] ?? "");
    const bytes = await readFile(file);
    const one = bytes.length / 4;
    for (const frame of [1, 3]) bytes[frame * one + 40] = 0xff;
    await writeFile(file, bytes);
    expect([await texts(journal), await texts(journal, 2)]).toEqual([payloads(1, 1), payloads(3, 3)]);
    // all there is to be read is lost
    expect(await texts(journal, 4)).toEqual([]);
    expect(journal.damage.map(({ fromSeq, toSeq }) => [fromSeq, toSeq])).toEqual([
      [2, 2],
      [4, 4],
    ]);
    await journal.append(messages(5, 5));
    expect(await texts(journal, 4)).toEqual(payloads(5, 5));
    await journal.close();
  });

  it("refuses beyond its bound, keeps what it has, and takes more once there is room", async () => {
    const folder = newFolder();
    const one = encodedBytes(messages(1, 1));
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
    const one = encodedBytes(messages(1, 1));
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
