import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeDisk } from "#services/ingest/journal/disk.ts";
import { glance, listAll, listArchived } from "#services/ingest/journal/inspect.ts";
import { JournalFull, openJournal } from "#services/ingest/journal/journal.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { messages, payloads, segmentsOf, texts } from "#test/support/journal.ts";

const DAY = "2026-11-18";
/** Of `messages`: all of them are received within a second of it. */
const RECEIVED = Date.parse("2026-11-18T10:40:00Z");

let root = "";
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "outfall-archive-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const newPlace = () => {
  count += 1;
  return { folder: join(root, `j${count}`), archive: { folder: join(root, `a${count}`), days: 400 } };
};
const now = () => RECEIVED;
const segment = (seq: number) => `${String(seq).padStart(16, "0")}.segment`;
const archived = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.includes("/")).sort();

async function linesOf(folder: string, archive: string): Promise<string[]> {
  const lines: string[] = [];
  for (const file of await listAll(folder, archive))
    for await (const seen of glance(file))
      if ("records" in seen)
        lines.push(...seen.records.map(({ seq, payload }) => `${seq}:${payload.toString()}`));
  return lines;
}

function logged(): { log: pino.Logger; said: () => string[] } {
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => lines.push(line) });
  return { log, said: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg) };
}

describe("the archive", () => {
  it("takes finished segments by the day of their receipt, whole, and the journal is rid of them", async () => {
    const place = newPlace();
    const journal = await openJournal({ ...place, now, segmentBytes: 1 }, 1);
    for (let seq = 1; seq <= 5; seq += 1) await journal.append(messages(seq, seq));
    const all = journal.bytes;
    await journal.release(4);
    await waitFor(() => journal.segments === 2, { what: "three segments are archived" });
    expect(await segmentsOf(place.folder)).toEqual([segment(4), segment(5)]);
    expect(journal.bytes).toBe((2 * all) / 5);
    expect(await archived(place.archive.folder)).toEqual(
      [1, 2, 3].map((seq) => `${DAY}/${segment(seq)}.zst`),
    );
    expect(await linesOf(place.folder, place.archive.folder)).toEqual(payloads(1, 5));
    await journal.close();
  });

  it("a crash at any step of moving one leaves every record once, and the next start finishes", async () => {
    const place = newPlace();
    const journal = await openJournal({ ...place, now, segmentBytes: 1 }, 1);
    for (let seq = 1; seq <= 3; seq += 1) await journal.append(messages(seq, seq));
    const kept = await readFile(join(place.folder, segment(1)));
    await journal.release(2);
    await waitFor(() => journal.segments === 2, { what: "the first is archived" });
    await journal.close();
    // both are there: the copy had its name, the segment had not yet gone; another copy was being made
    await writeFile(join(place.folder, segment(1)), kept);
    await writeFile(join(place.archive.folder, DAY, `${segment(2)}.zst.new`), "half");
    expect(await linesOf(place.folder, place.archive.folder)).toEqual(payloads(1, 3));
    const again = await openJournal({ ...place, now, segmentBytes: 1 }, 3);
    await waitFor(() => again.segments === 1, { what: "both are archived" });
    await again.close();
    expect(await archived(place.archive.folder)).toEqual([1, 2].map((seq) => `${DAY}/${segment(seq)}.zst`));
    expect(await linesOf(place.folder, place.archive.folder)).toEqual(payloads(1, 3));
  });

  it("never writes over another journal's segment of the same number", async () => {
    const place = newPlace();
    for (const round of [1, 2, 3]) {
      await rm(place.folder, { recursive: true, force: true });
      const journal = await openJournal({ ...place, now, segmentBytes: 1 }, 1);
      for (let seq = 1; seq <= 2; seq += 1)
        await journal.append(messages(10 * round + seq, 10 * round + seq));
      await journal.release(2);
      await waitFor(() => journal.segments === 1, { what: "the first is archived" });
      await journal.close();
    }
    expect(await archived(place.archive.folder)).toHaveLength(3);
    expect((await linesOf(place.folder, place.archive.folder)).sort()).toEqual([
      "1:payload 11",
      "1:payload 21",
      "1:payload 31",
      "2:payload 32",
    ]);
  });

  it("removes by the clock what is older than its days, never a file whose last records are not", async () => {
    const place = newPlace();
    const days = ["2025-10-01", "2025-10-12", "2025-10-14", "2025-10-15", DAY];
    for (const [index, day] of days.entries()) {
      await mkdir(join(place.archive.folder, day), { recursive: true });
      await writeFile(join(place.archive.folder, day, `${segment(index + 1)}.zst`), "x");
      // what the file system says does not matter
      await utimes(join(place.archive.folder, day, `${segment(index + 1)}.zst`), 0, 0);
    }
    // 400 days before 18 November 2026 is 14 October 2025
    const journal = await openJournal({ ...place, now }, 1);
    await journal.close();
    expect((await listArchived(place.archive.folder)).map(({ day }) => day)).toEqual(days.slice(1));
    expect(await readdir(place.archive.folder)).toEqual(days.slice(1));
  });

  it("a failing archive is said once, tried again, and never holds up what is received", async () => {
    const place = newPlace();
    const { log, said } = logged();
    // a file in the way of the folder
    await writeFile(place.archive.folder, "");
    const journal = await openJournal({ ...place, now, log, segmentBytes: 1, archiveRetryMs: 5 }, 1);
    for (let seq = 1; seq <= 3; seq += 1) await journal.append(messages(seq, seq));
    await journal.release(3);
    await waitFor(() => said().length > 0, { what: "it is said" });
    expect(await journal.append(messages(4, 4))).toBe(4);
    expect(journal.segments).toBe(4);
    await rm(place.archive.folder);
    await waitFor(() => journal.segments === 2, { what: "it is tried again" });
    expect(said()).toEqual([
      "a finished segment cannot be archived; it stays, and is tried again",
      "the archive takes segments again",
    ]);
    expect(await linesOf(place.folder, place.archive.folder)).toEqual(payloads(1, 4));
    await journal.close();
  });

  it("at the journal's bound what is done with goes unarchived, what is not stored never does", async () => {
    const place = newPlace();
    const { log, said } = logged();
    await writeFile(place.archive.folder, "");
    const probe = await openJournal({ folder: join(root, "probe") }, 1);
    await probe.append(messages(1, 1));
    const one = probe.bytes;
    await probe.close();
    const journal = await openJournal({ ...place, now, log, maxBytes: 8 * one }, 1);
    for (let seq = 1; seq <= 8; seq += 1) await journal.append(messages(seq, seq));
    await expect(journal.append(messages(9, 9))).rejects.toBeInstanceOf(JournalFull);
    await journal.release(3);
    await journal.append(messages(9, 9));
    await journal.append([...messages(1, 1)]);
    await expect(journal.append(messages(1, 1))).rejects.toBeInstanceOf(JournalFull);
    expect((await texts(journal, 3)).slice(0, 7)).toEqual(payloads(3, 9));
    expect(said().filter((text) => text.includes("unarchived"))).toHaveLength(2);
    await journal.close();
  });

  it("a close does not wait for an archive that hangs", { timeout: 20_000 }, async () => {
    const place = newPlace();
    const hung = Promise.withResolvers<void>();
    const disk = {
      ...nodeDisk,
      open: (async (file: string, ...rest: [string]) => {
        const handle = await nodeDisk.open(file, ...rest);
        if (!file.endsWith(".new")) return handle;
        return Object.assign(handle, {
          write: () => hung.promise.then(() => Promise.reject(new Error("at last"))),
        });
      }) as typeof nodeDisk.open,
    };
    const journal = await openJournal({ ...place, now, disk, segmentBytes: 1 }, 1);
    for (let seq = 1; seq <= 2; seq += 1) await journal.append(messages(seq, seq));
    await journal.release(2);
    const started = performance.now();
    await journal.close();
    expect(performance.now() - started).toBeLessThan(10_000);
    hung.resolve();
    const again = await openJournal({ ...place, now, segmentBytes: 1 }, 2);
    await waitFor(() => again.segments === 1, { what: "the next start does it" });
    await again.close();
    expect(await linesOf(place.folder, place.archive.folder)).toEqual(payloads(1, 2));
  });
});
