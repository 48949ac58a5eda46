import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anchorText, parseClock, simulatedClock, systemClock } from "#shared/runtime/clock.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

const REAL = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;

describe("simulated time", () => {
  const clockAt = (real: () => number, startMs: number, speed: number, held = false) =>
    simulatedClock({
      startMs,
      speed,
      anchor: () => (held ? undefined : { realMs: REAL, speed }),
      realNow: real,
    });

  it("runs so many times as fast until it has caught up, and is the present from then on", () => {
    let real = REAL;
    const clock = clockAt(() => real, REAL - 10 * HOUR, 11);
    expect(clock.now()).toBe(REAL - 10 * HOUR);
    real = REAL + HOUR / 2;
    expect(clock.now()).toBe(REAL - 4.5 * HOUR);
    expect(clock).toMatchObject({ speed: 11, simulated: true });
    real = REAL + HOUR;
    expect(clock.now()).toBe(real);
    real = REAL + 2 * HOUR;
    expect(clock.now()).toBe(real);
    expect(clock).toMatchObject({ speed: 1, simulated: true });
  });

  it("never passes the present, never runs backwards, and is whole milliseconds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -30 * 24, max: 48 }),
        fc.double({ min: 0.001, max: 100_000, noNaN: true }),
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 20 }),
        (startHours, speed, held, steps) => {
          let real = REAL - 5_000;
          const clock = clockAt(() => real, REAL + startHours * HOUR, speed, held);
          let last = Number.NEGATIVE_INFINITY;
          for (const step of steps) {
            real += step;
            const now = clock.now();
            expect(now).toBeLessThanOrEqual(real);
            expect(now).toBeGreaterThanOrEqual(last);
            expect(Number.isInteger(now)).toBe(true);
            last = now;
          }
        },
      ),
    );
  });
});

describe("OUTFALL_CLOCK", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "outfall-clock-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("unset is the system clock", () => {
    expect(parseClock(undefined)).toBe(systemClock);
    expect(parseClock("")).toBe(systemClock);
  });

  it("START,SPEED runs from now on", () => {
    const start = Date.parse("2026-01-01T00:00:00Z");
    const clock = parseClock("2026-01-01T00:00:00Z,60");
    expect(clock.now() - start).toBeLessThan(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(start);
    expect(clock).toMatchObject({ speed: 60, simulated: true });
  });

  it("with a file, time stands still until the file holds the anchor; a comma in its name is part of it", async () => {
    const file = join(folder, "start,here");
    const start = Date.parse("2026-01-01T00:00:00Z");
    const clock = parseClock(`2026-01-01T00:00:00Z,10,${file}`);
    expect(clock.now()).toBe(start);
    writeFileSync(file, ""); // opened, not yet written
    await waitFor(() => clock.now() === start, { what: "time stands still" });
    writeFileSync(file, anchorText({ realMs: Date.now() - 1_000, speed: 20 }));
    await waitFor(() => clock.now() > start, { what: "time runs" });
    expect(clock.now() - start).toBeGreaterThanOrEqual(20_000);
    expect(clock.speed).toBe(20);
    rmSync(file);
    expect(clock.now() - start).toBeGreaterThanOrEqual(20_000);
  });

  it.each([
    ["yesterday,5"],
    ["2026-01-01T00:00:00Z"],
    ["2026-01-01T00:00:00Z,"],
    ["2026-01-01T00:00:00Z,0"],
    ["2026-01-01T00:00:00Z,-3"],
    ["2026-01-01T00:00:00Z,fast"],
    ["2026-01-01T00:00:00Z,Infinity"],
    [",60"],
  ])("%s is refused with what was expected", (text) => {
    expect(() => parseClock(text)).toThrow(`OUTFALL_CLOCK=${text}: expected START,SPEED[,FILE]`);
  });
});
