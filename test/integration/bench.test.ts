import { expect, it } from "vitest";
import { benchIngest } from "#test/bench/ingest.ts";
import { renderIngestBench } from "#test/bench/report.ts";

it("the ingest bench measures every side, and throws unless everything published is stored", async () => {
  const said: string[] = [];
  const result = await benchIngest({
    messages: 3_000,
    stations: 7,
    paceMessages: 1_000,
    say: (text) => said.push(text),
  });
  const { rssMiBStart, rssMiBEnd, rssMiBPeak, cpuMicrosPerMessage, ...always } = result;
  for (const [name, value] of Object.entries(always)) expect(value, name).toBeGreaterThan(0);
  if (process.platform === "linux") {
    for (const value of [rssMiBStart, rssMiBEnd, rssMiBPeak]) expect(value).toBeGreaterThan(10);
    expect(cpuMicrosPerMessage).not.toBeNull();
  }
  expect(result).toMatchObject({ messages: 3_000, stations: 7, valuesPerMessage: 6 });
  expect(said.length).toBeGreaterThan(5);
  for (const name of Object.keys(result)) expect(renderIngestBench(result)).toContain(name);
});
