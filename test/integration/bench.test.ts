import { expect, it } from "vitest";
import { backlogTargets, benchBacklog } from "#test/bench/backlog.ts";
import { benchFlat } from "#test/bench/flat.ts";
import { benchIngest, sideNames } from "#test/bench/ingest.ts";
import { benchMemory } from "#test/bench/memory.ts";
import {
  renderBacklogBench,
  renderFlatBench,
  renderIngestBench,
  renderMemoryBench,
  renderVerdictsBench,
} from "#test/bench/report.ts";
import { benchVerdicts } from "#test/bench/verdicts.ts";

const isLinux = process.platform === "linux";

it("the ingest bench measures every side, and throws unless everything published is stored", async () => {
  const said: string[] = [];
  const result = await benchIngest({
    messages: 3_000,
    stations: 7,
    values: 60,
    pace: 1_000,
    paceMessages: 1_000,
    countryStations: 50,
    countrySeconds: 2,
    sides: sideNames.filter((side) => side !== "node-red"),
    say: (text) => said.push(text),
  });
  for (const [name, value] of Object.entries(result)) {
    if (/nodeRed/i.test(name)) expect(value, name).toBeNull();
    else if (/rss|cpu/.test(name) && !isLinux) continue;
    else if (name === "cpuMicrosPerMessage" || name === "loadAverage") expect(value, name).not.toBeNull();
    else expect(value, name).toBeGreaterThan(0);
  }
  expect(result).toMatchObject({ messages: 3_000, stations: 7, valuesPerMessage: 60, countryStations: 50 });
  expect(said.length).toBeGreaterThan(5);
  const text = renderIngestBench(result);
  for (const name of Object.keys(result).filter((key) => !/nodeRed/i.test(key))) expect(text).toContain(name);
  expect(text).toMatch(/countryStoredP99Ms +below 25 ms +[\d,.]+ +(met|NOT MET)/);
});

it("one side alone leaves the others null, and a part of the whole is not held to the whole's target", async () => {
  const live = await benchIngest({ messages: 500, stations: 3, sides: ["live"] });
  expect(live.outfallLive).toBeGreaterThan(0);
  for (const name of ["outfallDrain", "brokerLimit", "ackP99Ms", "countryStoredP99Ms"] as const)
    expect(live[name], name).toBeNull();

  const backlog = await benchBacklog({ stations: 10, messagesPerStation: 20 });
  expect(backlog).toMatchObject({ messages: 200, stations: 10 });
  expect(backlogTargets(backlog)[0]?.isMet).toBeNull();
  expect(renderBacklogBench(backlog)).toContain("200 messages");
});

it("memory is looked at on the way; the cost of a message with the histories in memory", async () => {
  const seen: number[] = [];
  const memory = await benchMemory({
    messages: 4_000,
    stations: 10,
    every: 1_000,
    onProgress: (done) => seen.push(done),
  });
  expect(memory.rssMiBAfter.map(({ messages }) => messages).at(-1)).toBe(4_000);
  expect(seen.at(-1)).toBe(4_000);
  if (isLinux) expect(memory.rssMiBPeak).toBeGreaterThanOrEqual(memory.rssMiBStart ?? Number.NaN);
  expect(renderMemoryBench(memory)).toContain("at most");

  const flat = await benchFlat({ messages: 1_000, stations: [5, 20], values: [6] });
  expect(flat.rows.map(({ stations }) => stations)).toEqual([5, 20]);
  for (const row of flat.rows) expect(row.messagesPerSecond).toBeGreaterThan(0);
  expect(renderFlatBench(flat)).toContain("most ÷ fewest stations");
});

it("judgement: offline, windows closed, the sweep, and incidents that open", async () => {
  const result = await benchVerdicts({
    stations: 20,
    offlineStations: 2,
    offlineDays: 2,
    messagesPerSecond: 40,
    incidents: 5,
  });
  // six limits a station: of one hour, and of one day
  expect(result).toMatchObject({ hourVerdicts: 120, dayVerdicts: 120, offlineReadings: 2 * 2 * 288 * 8 });
  expect(result.incidents).toBeGreaterThanOrEqual(5);
  for (const [name, value] of Object.entries(result)) expect(value, name).toBeGreaterThan(0);
  expect(renderVerdictsBench(result)).toContain("incidentP99Ms");
});
