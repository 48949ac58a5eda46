/** The journal against a model: random operations, crashes, faults of the disk and bit rot; what was acknowledged is there. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Journal, openJournal } from "#services/ingest/journal/journal.ts";
import { createFaultyDisk, type Fault, type FaultyDisk } from "#test/support/faulty-disk.ts";
import { message, readAll } from "#test/support/journal.ts";

/** More of them: `RUNS = 5_000` takes some minutes. */
const RUNS = 100;
const SEGMENT_BYTES = 3_000;

let root = "";
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "outfall-model-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** A payload of 70 kB has a frame of its own: a commit of several frames. */
const sizes = fc.array(
  fc.oneof({ weight: 12, arbitrary: fc.nat(900) }, { weight: 1, arbitrary: fc.constant(70_000) }),
  { minLength: 1, maxLength: 5 },
);
const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.constantFrom("open", "folder", "write", "sync", "truncate"),
  code: fc.constantFrom("EIO", "ENOSPC"),
  share,
});
/** Which sectors of the last commit reach the disk: a beginning of it, or any. */
const sectors = fc.oneof(
  share.map((part) => ({ keeps: (sector: number, all: number) => sector < part * all, cutSize: true })),
  fc.tuple(fc.infiniteStream(fc.boolean()), fc.boolean()).map(([stream, cutSize]) => {
    const drawn: boolean[] = [];
    const keeps = (sector: number) => {
      while (drawn.length <= sector) drawn.push(stream.next().value === true);
      return drawn[sector] === true;
    };
    return { keeps, cutSize };
  }),
);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("append" as const), sizes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("fail" as const), sizes, fault }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), share }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("read" as const), share, limit: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), sizes, sectors }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("flip" as const), share }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Short enough to be shown where it differs. */
const brief = (text: string): string => `${text.slice(0, 8)} ${text.length} ${crc32(text)}`;

/** Bytes of a segment that one commit has written. */
interface Commit {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly seqs: readonly number[];
}

class Model {
  readonly folder: string;
  readonly disk: FaultyDisk = createFaultyDisk();
  journal!: Journal;
  cursor = 1;
  nextSeq = 1;
  /** Acknowledged, or found again after a crash. */
  readonly kept = new Map<number, string>();
  /** Handed over and not acknowledged since the last that was: after a crash any of these texts may be found. */
  attempts: [seq: number, text: string][] = [];
  commits: Commit[] = [];
  private made = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  async open(): Promise<void> {
    this.journal = await openJournal(
      { folder: this.folder, segmentBytes: SEGMENT_BYTES, disk: this.disk },
      this.cursor,
    );
  }

  private batch(lengths: readonly number[]): { texts: string[]; messages: ReturnType<typeof message>[] } {
    const texts = lengths.map((length) => {
      this.made += 1;
      return `${this.made}`.padEnd(length, "x");
    });
    return { texts, messages: texts.map((text) => message(text)) };
  }

  /** @returns whether it was acknowledged */
  async append(lengths: readonly number[]): Promise<boolean> {
    const { texts, messages } = this.batch(lengths);
    const written = this.disk.writes.length;
    const first = this.nextSeq;
    try {
      expect(await this.journal.append(messages)).toBe(first);
    } catch (error) {
      if (!/EIO|ENOSPC/.test((error as Error).message)) throw error;
      for (const [index, text] of texts.entries()) this.attempts.push([first + index, brief(text)]);
      expect(this.journal.nextSeq).toBe(first);
      return false;
    }
    for (const [index, text] of texts.entries()) this.kept.set(first + index, brief(text));
    this.nextSeq = first + texts.length;
    this.attempts = [];
    for (const { file, position, length } of this.disk.writes.slice(written))
      this.commits.push({
        file,
        from: position,
        to: position + length,
        seqs: texts.map((_, index) => first + index),
      });
    return true;
  }

  private async failing(fault: Fault, lengths: readonly number[]): Promise<void> {
    this.disk.fail(fault);
    const done = await this.append(lengths);
    // an operation that this append did not need
    expect(done).toBe(this.disk.pending !== undefined);
    this.disk.fail(undefined);
  }

  expected(from: number): string[] {
    return [...this.kept]
      .filter(([seq]) => seq >= from)
      .sort(([a], [b]) => a - b)
      .map(([seq, text]) => `${seq}:${text}`);
  }

  async verify(): Promise<void> {
    expect(this.journal.nextSeq).toBe(this.nextSeq);
    expect(await this.readAll()).toEqual(this.expected(this.cursor));
  }

  private async readAll(): Promise<string[]> {
    const lines = await readAll(this.journal, this.cursor);
    return lines.map((line) => {
      const colon = line.indexOf(":") + 1;
      return line.slice(0, colon) + brief(line.slice(colon));
    });
  }

  /** Takes over what a new start has found: all that was acknowledged, and of the last attempt any. */
  async adopt(mayLose: readonly number[] = []): Promise<void> {
    await this.open();
    const found = await this.readAll();
    const seqs = new Set<number>();
    for (const line of found) {
      const [seq, text] = [Number.parseInt(line, 10), line.slice(line.indexOf(":") + 1)];
      const known = this.kept.get(seq);
      if (known !== undefined) expect([seq, text]).toEqual([seq, known]);
      else {
        expect(this.attempts).toContainEqual([seq, text]);
        this.kept.set(seq, text);
      }
      seqs.add(seq);
    }
    expect(seqs.size).toBe(found.length);
    const lost = [...this.kept.keys()].filter((seq) => seq >= this.cursor && !seqs.has(seq));
    expect(lost.filter((seq) => !mayLose.includes(seq))).toEqual([]);
    const told = (seq: number) =>
      seq >= this.journal.nextSeq ||
      this.journal.damage.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
    expect(lost.filter((seq) => !told(seq))).toEqual([]);
    for (const seq of lost) this.kept.delete(seq);
    this.attempts = [];
    const newest = Math.max(this.cursor - 1, ...this.kept.keys());
    expect(this.journal.nextSeq).toBeGreaterThan(newest);
    // only what a flip has cost at the very end, where it looks like a torn write, may be numbered anew
    if (mayLose.length === 0) expect(this.journal.nextSeq).toBeGreaterThanOrEqual(this.nextSeq);
    this.nextSeq = this.journal.nextSeq;
  }

  async run(action: Step): Promise<void> {
    const at = (part: number) => this.cursor + Math.floor(part * (this.nextSeq + 1 - this.cursor));
    if (action.do === "append") expect(await this.append(action.sizes)).toBe(true);
    else if (action.do === "fail") {
      // there is something to cut off only after a write that failed
      if (action.fault.at === "truncate") await this.failing({ ...action.fault, at: "write" }, action.sizes);
      await this.failing(action.fault, action.sizes);
    } else if (action.do === "release") {
      this.cursor = at(action.share);
      await this.journal.release(this.cursor);
    } else if (action.do === "read") {
      const from = at(action.share);
      const found = (await this.journal.read(from, action.limit)).map(
        ({ seq, payload }) => `${seq}:${brief(payload.toString())}`,
      );
      expect(found).toEqual(this.expected(from).slice(0, found.length));
      const whole = this.expected(from).findIndex((line, index, all) => {
        const seq = (text: string) => Number.parseInt(text, 10);
        return index > 0 && seq(line) !== seq(all[index - 1] as string) + 1;
      });
      const run = whole < 0 ? this.expected(from).length : whole;
      expect(found.length).toBe(Math.min(action.limit, run));
    } else if (action.do === "reopen") {
      await this.journal.close();
      await this.adopt();
    } else if (action.do === "crash") {
      this.disk.fail({ at: "sync", code: "EIO", share: 1 });
      expect(await this.append(action.sizes)).toBe(false);
      const length = this.disk.writes.at(-1)?.length ?? 0;
      await this.disk.loosePower(
        (sector) => action.sectors.keeps(sector, Math.ceil(length / 512)),
        action.sectors.cutSize,
      );
      await this.adopt();
    } else await this.flip(action.share);
  }

  /** One bit, anywhere in what is still there of the commits. */
  private async flip(part: number): Promise<void> {
    await this.journal.close();
    const live = this.commits.filter(({ seqs }) =>
      seqs.some((seq) => seq >= this.cursor && this.kept.has(seq)),
    );
    const commit = live[Math.floor(part * live.length)];
    if (commit === undefined) return this.adopt();
    const handle = await open(commit.file, "r+");
    const place = commit.from + Math.floor(((part * 7_919) % 1) * (commit.to - commit.from));
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, place);
    byte[0] = (byte[0] ?? 0) ^ (1 << Math.floor((part * 104_729) % 8));
    await handle.write(byte, 0, 1, place);
    await handle.close();
    const all = commit.seqs.filter((seq) => seq >= this.cursor && this.kept.has(seq));
    await this.adopt(commit.seqs);
    // it is noticed: some record has gone, unless it hit one that is done with
    if (all.length === commit.seqs.length)
      expect(all.filter((seq) => this.kept.has(seq)).length).toBeLessThan(all.length);
    this.commits = this.commits.filter((one) => one !== commit);
  }
}

it("keeps what it has acknowledged, once, in order, byte for byte, and invents nothing", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: "max" }), async (steps) => {
      count += 1;
      const model = new Model(join(root, `m${count}`));
      try {
        await model.open();
        for (const action of steps) {
          await model.run(action);
          await model.verify();
        }
        await model.journal.close();
      } finally {
        await model.disk.loosePower(() => true, false);
      }
      await rm(model.folder, { recursive: true, force: true });
    }),
    { numRuns: RUNS },
  );
});
