/** The cursor of the journal: it moves by what changed, and a crash at any byte leaves the one before or the new one. */
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCursor, readCursor } from "#services/ingest/journal/cursor.ts";
import type { TallyState } from "#services/ingest/ledger/tally.ts";

const folder = mkdtempSync(join(tmpdir(), "outfall-cursor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `cursor-${files++}.log`);

const entry = (plant: string, stored: number): TallyState[number] => [
  plant,
  0,
  { received: stored, stored, duplicate: 0, conflict: 0, quarantined: 0 },
];
const never = (): TallyState => {
  throw new Error("the whole ledger is not asked for here");
};

/** A log of three moves: whole, then two changes. */
async function threeMoves(): Promise<string> {
  const file = newFile();
  const cursor = await openCursor(file);
  expect(cursor.found).toBeUndefined();
  await cursor.move(2, [], () => [entry("a", 1), entry("b", 5)]);
  await cursor.move(3, [entry("a", 2)], never);
  await cursor.move(7, [entry("a", 6), entry("c", 1)], never);
  await cursor.close();
  return file;
}
const states = [
  { seq: 2, tally: [entry("a", 1), entry("b", 5)] },
  { seq: 3, tally: [entry("a", 2), entry("b", 5)] },
  { seq: 7, tally: [entry("a", 6), entry("b", 5), entry("c", 1)] },
];

describe("the cursor", () => {
  it("is found again with the whole ledger, whatever part of it each move carried", async () => {
    const file = await threeMoves();
    expect(await readCursor(file)).toEqual(states[2]);
    const again = await openCursor(file);
    expect(again.found).toEqual(states[2]);
    await again.move(8, [], () => [entry("a", 9)]);
    await again.close();
    expect(await readCursor(file)).toEqual({ seq: 8, tally: [entry("a", 9)] });
  });

  it("cut at any byte, or with any bit flipped, is an earlier one; without a whole first line the start stops aloud", async () => {
    const whole = await readFile(await threeMoves());
    const ends = [...whole.keys()].filter((place) => whole[place] === 10);
    const file = newFile();
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      // the line end itself may be missing
      const lines = ends.filter((end) => end <= length).length;
      if (lines === 0) await expect(readCursor(file)).rejects.toThrow(/cursor.*cannot be read/);
      else expect([length, await readCursor(file)]).toEqual([length, states[lines - 1]]);
    }
    for (let bit = 0; bit < 8 * whole.length; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(file, flipped);
      const lines = ends.filter((end) => end < bit >> 3).length;
      const read = await readCursor(file).catch(() => undefined);
      expect([bit, read]).toEqual([bit, states[lines - 1]]);
    }
  });

  it("whose log is spoilt whole gives way to the log before it", async () => {
    const file = await threeMoves();
    const cursor = await openCursor(file);
    await cursor.move(9, [], () => [entry("a", 7)]);
    await cursor.close();
    expect(await readCursor(file)).toEqual({ seq: 9, tally: [entry("a", 7)] });
    await writeFile(file, "\0".repeat(100));
    expect(await readCursor(file)).toEqual(states[2]);
    await writeFile(`${file}.previous`, "");
    await expect(readCursor(file)).rejects.toThrow(/cursor.*cannot be read/);
  });

  it("begins anew before the log gets long, also with thousands of plants", async () => {
    const file = newFile();
    const cursor = await openCursor(file);
    const plants = Array.from({ length: 2_000 }, (_, index) => entry(`plant-${index}`, index));
    for (let seq = 1; seq <= 400; seq += 1) {
      const changed = plants.slice(0, 100).map(([plant]) => entry(plant, seq));
      await cursor.move(seq, changed, () => [...changed, ...plants.slice(100)]);
    }
    await cursor.close();
    const lineBytes = JSON.stringify(plants).length;
    expect((await stat(file)).size).toBeLessThan(6 * lineBytes);
    const read = await readCursor(file);
    expect(read?.seq).toBe(400);
    expect(new Map(read?.tally.map((place) => [place[0], place[2].stored])).get("plant-7")).toBe(400);
    expect(read?.tally).toHaveLength(2_000);
  });
});
