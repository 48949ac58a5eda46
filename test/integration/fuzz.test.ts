import { expect, it } from "vitest";
import { fuzzMessage } from "#test/fuzz/message.ts";
import { renderFuzz, renderFuzzMessage } from "#test/fuzz/report.ts";
import { fuzzStations, runFuzz } from "#test/fuzz/run.ts";
import { runOutfall } from "#test/support/outfall.ts";

const MESSAGES = 50_000;

it("50,000 arbitrary messages: the worker lives, and each one is counted once", async () => {
  const seed = 1 + Math.floor(Math.random() * 1_000_000);
  process.stdout.write(`fuzz seed ${seed}: outfall fuzz --messages ${MESSAGES} --seed ${seed}\n`);
  const seen: number[] = [];
  const result = await runFuzz({ messages: MESSAGES, seed, onProgress: (done) => seen.push(done) });
  expect(result.troubles, renderFuzz(result)).toEqual([]);
  expect(result).toMatchObject({ seed, lived: true, reconnects: 0, balance: 0, inJournal: 0 });
  expect(result.received).toBe(result.expected);
  for (const outcome of ["stored", "duplicate", "conflict", "quarantined"] as const)
    expect(result[outcome], outcome).toBeGreaterThan(100);
  expect(Object.keys(result.codes).length).toBeGreaterThan(12);
  expect(seen.at(-1)).toBe(result.expected);
  if (process.platform === "linux") expect(result.rssMiBPeak).toBeLessThan(700);
}, 120_000);

it("a message of a seed can be looked at alone", async () => {
  const { code, stdout } = await runOutfall("fuzz", "--seed", "4711", "--show", "8");
  expect(code).toBe(0);
  const { topic, family } = fuzzMessage({ seed: 4_711, stations: fuzzStations, now: Date.now() }, 8);
  expect(stdout).toContain(JSON.stringify(topic));
  expect(stdout).toContain(family);
  expect(renderFuzzMessage(fuzzMessage({ seed: 1, stations: fuzzStations, now: 0 }, 3))).toContain("base64");
});
