/** Five of the fault runs of `npm run faults`: real processes under load, broken at random; every message is accounted for. */
import { describe, expect, it } from "vitest";
import type { FaultRuns } from "#test/faults/runs.ts";
import { runOutfall } from "#test/support/outfall.ts";

const RUNS = 5;
/** Between them these five have every kind of fault; the moments differ with the machine. `outfall faults` draws others. */
const SEED = 13_587;

describe(`outfall faults --runs ${RUNS} --seed ${SEED} --seconds 3 --json`, () => {
  it("loses nothing that ingest has acknowledged, and counts it all", async () => {
    const { code, stdout, stderr } = await runOutfall(
      "faults",
      ...["--runs", `${RUNS}`, "--seed", `${SEED}`, "--seconds", "3", "--json"],
    );
    console.info(stderr);
    const result = JSON.parse(stdout) as FaultRuns;
    expect(result, stderr).toMatchObject({
      runs: RUNS,
      lost: 0,
      balance: 0,
      brokerLostBeyondBound: 0,
      brokerLostAfterResend: 0,
      miscounted: 0,
      troubles: 0,
      failedSeeds: [],
    });
    expect(result.messages).toBeGreaterThan(RUNS * 3 * 2_500);
    expect(result.acknowledged).toBe(result.messages);
    expect(code).toBe(0);
  }, 150_000);
});
