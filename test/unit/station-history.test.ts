import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumOf, createHistory, RING } from "#services/ingest/store/history.ts";
import type { QualityFlag, Reading } from "#shared/reading/sample.ts";

const reading = (parameter: string, value: number | null, flag: QualityFlag = 1): Reading => ({
  parameter,
  value,
  status: flag === 9 ? "fault" : flag === 2 ? "calibrating" : "measuring",
  flag,
});

describe("the history of a station", () => {
  it("knows every time it was told from `completeFrom` on, whatever the order they came in", () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 4 * RING }), {
      minLength: 2 * RING,
      maxLength: 6 * RING,
    });
    fc.assert(
      fc.property(arrivals, (times) => {
        const history = createHistory([]);
        const told = new Map<number, number>();
        times.forEach((time, checksum) => {
          history.set(time, checksum);
          told.set(time, checksum);
        });
        for (let time = 0; time <= 4 * RING; time += 1) {
          if (time >= history.completeFrom) expect(history.at(time)).toBe(told.get(time));
          else expect([undefined, told.get(time)]).toContain(history.at(time));
        }
        const sure = [...told.keys()].filter((time) => time >= history.completeFrom);
        expect(sure.length).toBeGreaterThanOrEqual(Math.min(told.size, RING));
      }),
      { numRuns: 30 },
    );
  });

  it("is complete when the database had fewer rows than it keeps, and sure only from the oldest when it had more", () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        time: 5_000 - index,
        readings: [reading("ph", index)],
      }));
    expect(createHistory(rows(RING - 1)).completeFrom).toBe(Number.NEGATIVE_INFINITY);
    const full = createHistory(rows(RING));
    expect(full.completeFrom).toBe(5_000 - RING + 1);
    expect(full.at(5_000)).toBe(checksumOf({ readings: [reading("ph", 0)] }));
  });
});

describe("the checksum of a sample", () => {
  const base = [reading("ph", 7.1), reading("cod", 41.2)];
  it.each<[string, Reading[], boolean]>([
    ["the same values", [reading("ph", 7.1), reading("cod", 41.2)], true],
    ["another value in the last bit", [reading("ph", 7.1 + 2 ** -50), reading("cod", 41.2)], false],
    ["values exchanged", [reading("ph", 41.2), reading("cod", 7.1)], false],
    ["another flag", [reading("ph", 7.1), reading("cod", 41.2, 2)], false],
    ["another name", [reading("ph", 7.1), reading("cof", 41.2)], false],
    ["one more", [...base, reading("tss", 0)], false],
    ["one less", [reading("ph", 7.1)], false],
  ])("%s", (_, readings, same) => {
    expect(checksumOf({ readings }) === checksumOf({ readings: base })).toBe(same);
  });

  it("tells a fault without value from zero, and -0 from nothing: it is stored as 0", () => {
    expect(checksumOf({ readings: [reading("ph", null, 9)] })).not.toBe(
      checksumOf({ readings: [reading("ph", 0, 9)] }),
    );
    expect(checksumOf({ readings: [reading("ph", -0)] })).toBe(checksumOf({ readings: [reading("ph", 0)] }));
  });

  it("does not collide over half a million neighbouring values", () => {
    const seen = new Set<number>();
    for (let index = 0; index < 500_000; index += 1) {
      const readings = [reading("ph", (index % 140) / 10), reading("cod", Math.floor(index / 140) / 10)];
      seen.add(checksumOf({ readings }));
    }
    expect(seen.size).toBe(500_000);
  });
});
