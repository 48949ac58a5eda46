import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFrameEncoder,
  decodeFrame,
  encodedBytes,
  FRAME_BYTES,
  isBodyWhole,
  readFrameHeader,
} from "#services/ingest/journal/frame.ts";
import type { JournalRecord, Message } from "#services/ingest/journal/record.ts";
import { type Frame, type Lost, scanFrames } from "#services/ingest/journal/scan.ts";
import { message } from "#test/support/journal.ts";

const SALT = 0xdead_beef;
const encoder = createFrameEncoder();

/** A commit as it stands in a segment. */
function encode(messages: readonly Message[], commitSeq: number, salt = SALT): Buffer {
  const pieces: Buffer[] = [];
  for (let next = 0; next < messages.length; ) {
    const piece = encoder.encode(messages, next, commitSeq, salt);
    pieces.push(Buffer.from(piece.bytes));
    next = piece.next;
  }
  return Buffer.concat(pieces);
}

async function scan(bytes: Buffer, fromSeq = 1, endSeq?: number): Promise<(Frame | Lost)[]> {
  const read = async (target: Buffer, position: number) =>
    bytes.copy(target, 0, position, position + target.length);
  const scanner = scanFrames({ read, from: 0, fromSeq, end: bytes.length, endSeq });
  const found: (Frame | Lost)[] = [];
  for (;;) {
    const next = scanner.take();
    if (next !== undefined) found.push(next);
    else if (!(await scanner.fill())) return found;
  }
}

function recordsOf(found: readonly (Frame | Lost)[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (const one of found)
    if (one.kind === "frame")
      decodeFrame(one.bytes, one.at, one.header, 0, Number.POSITIVE_INFINITY, records);
  return records;
}

const losses = (found: readonly (Frame | Lost)[]) =>
  found.filter((one) => one.kind === "lost").map(({ fromSeq, toSeq }) => [fromSeq, toSeq]);

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe("frames", () => {
  it("records come back as they went, whatever topics and bytes", async () => {
    const arbitrary = fc.record({
      topic: fc.string({ unit: "grapheme", maxLength: 60 }),
      payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      size: fc.nat(),
      receivedAt: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrary, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (messages, seq) => {
          const back = recordsOf(await scan(encode(messages, seq), seq));
          expect(back).toEqual(messages.map((one, index) => ({ seq: seq + index, ...one })));
        },
      ),
    );
  });

  it("a commit of any size is frames of about 64 kB, in pieces of about 4 MB, and one buffer serves for all", async () => {
    const large = (bytes: number) => message("x".repeat(bytes));
    const cases = [
      Array.from({ length: 3_000 }, (_, index) => message(`${index}`.padStart(250))),
      Array.from({ length: 12 }, () => large(1_048_576)),
      [large(5_000_000), message("a"), large(70_000), large(65_000), message("b")],
      [message("a"), large(9_000_000)],
    ];
    for (const messages of cases) {
      const bytes = encode(messages, 7);
      const found = await scan(bytes, 7);
      expect(recordsOf(found).map(({ seq, size }) => [seq, size])).toEqual(
        messages.map(({ size }, index) => [7 + index, size]),
      );
      expect(
        recordsOf(found).every(({ payload }, index) => payload.equals(messages[index]?.payload ?? payload)),
      ).toBe(true);
      for (const one of found) {
        if (one.kind !== "frame") throw new Error("nothing is lost");
        expect(one.header.commitSeq).toBe(7);
        if (one.header.count > 1) expect(one.header.length).toBeLessThan(65_536 + 1_100_000);
      }
      expect(encodedBytes(messages)).toBeGreaterThan(0.999 * bytes.length);
      expect(encodedBytes(messages)).toBeLessThan(1.001 * bytes.length + FRAME_BYTES);
    }
    expect(encodedBytes([message("one")])).toBe(encode([message("one")], 1).length);
    // a piece is a view of the one buffer
    const first = encoder.encode([message("a")], 0, 1, SALT).bytes;
    expect(encoder.encode([message("b")], 0, 1, SALT).bytes.buffer).toBe(first.buffer);
  });

  it("does not hold together after any bit flip", () => {
    const whole = encode([message("x"), message("y")], 1);
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const damaged = flipped(whole, bit);
      const header = readFrameHeader(damaged, 0);
      const holds = header !== undefined && isBodyWhole(damaged, 0, header);
      expect([bit, holds]).toEqual([bit, false]);
    }
    expect(readFrameHeader(Buffer.alloc(100), 0)).toBeUndefined();
    expect(readFrameHeader(Buffer.alloc(0), 0)).toBeUndefined();
  });

  it("refuses a topic that MQTT does not allow", () => {
    expect(() => encode([message("x", "t".repeat(65_536))], 1)).toThrow(/topic of 65536 bytes/);
  });
});

describe("a segment with damage", () => {
  const commits = [
    encode([message("1"), message("2")], 1),
    encode([message("3")], 3),
    encode([message("4")], 4),
  ];
  const whole = Buffer.concat(commits);
  const seqs = (found: readonly (Frame | Lost)[]) => recordsOf(found).map(({ seq }) => seq);

  it("any bit flip costs the frame it hits, and the numbers tell which", async () => {
    const [first, second] = commits.map(({ length }) => length) as [number, number];
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const found = await scan(flipped(whole, bit), 1, 5);
      const at = bit >> 3;
      const [left, gap] =
        at < first
          ? [
              [3, 4],
              [1, 2],
            ]
          : at < first + second
            ? [
                [1, 2, 4],
                [3, 3],
              ]
            : [
                [1, 2, 3],
                [4, 4],
              ];
      expect([bit, seqs(found), losses(found)]).toEqual([bit, left, [gap]]);
    }
  });

  it("bytes cut out of it at any place cost no more than the frames they touch", async () => {
    for (let from = 0; from < whole.length; from += 1) {
      const bytes = Buffer.concat([whole.subarray(0, from), whole.subarray(from + 5)]);
      const found = await scan(bytes, 1, 5);
      const touched = new Set(
        [0, 1, 2].filter((index) => {
          const begin = commits.slice(0, index).reduce((sum, { length }) => sum + length, 0);
          return from < begin + (commits[index]?.length ?? 0) && from + 5 > begin;
        }),
      );
      const left = [[1, 2], [3], [4]].flatMap((group, index) => (touched.has(index) ? [] : group));
      expect([from, seqs(found)]).toEqual([from, left]);
    }
  });

  it("hundreds of kilobytes of rubbish between two frames are passed over, also with markers in them", async () => {
    const rubbish = Buffer.alloc(700_001, "OFJ\x01", "latin1");
    const found = await scan(Buffer.concat([encode([message("1")], 1), rubbish, encode([message("9")], 9)]));
    expect([seqs(found), losses(found)]).toEqual([[1, 9], [[2, 8]]]);
  });

  it("a frame is found wherever it begins in what is read at once", async () => {
    for (let before = 1; before <= 40; before += 1) {
      const bytes = Buffer.concat([Buffer.alloc(256 * 1024 - before, 1), encode([message("9")], 9)]);
      expect([before, seqs(await scan(bytes))]).toEqual([before, [9]]);
    }
  });

  it("a message that looks like a frame of ours is not taken for one", async () => {
    const forged = encode([message("forged")], 3, SALT + 1);
    const carrier = { ...message("x"), payload: forged };
    const bytes = Buffer.concat([encode([message("1")], 1), encode([carrier], 2), encode([message("3")], 3)]);
    // its header is hit: what follows is looked through byte by byte
    const hit = flipped(bytes, 8 * (encode([message("1")], 1).length + 6));
    const found = await scan(hit, 1, 4);
    expect(recordsOf(found).map(({ payload }) => payload.toString())).toEqual(["1", "3"]);
    expect(losses(found)).toEqual([[2, 2]]);
  });

  it("the remains of an earlier write, not in line, are none of ours; a torn end is no loss", async () => {
    const found = await scan(Buffer.concat([whole, commits[1] ?? whole]));
    expect([seqs(found), losses(found)]).toEqual([[1, 2, 3, 4], []]);
    for (let length = 0; length < whole.length; length += 1)
      expect([length, losses(await scan(whole.subarray(0, length)))]).toEqual([length, []]);
  });
});
