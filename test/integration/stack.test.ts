import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toRows } from "#shared/influx/rows.ts";
import { createQueue, createWorker, type JobQueue, type JobWorker } from "#shared/queue/bull.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { useStack } from "#test/support/stack.ts";

describe("the embedded stack", () => {
  const context = useStack();

  it("keeps what InfluxDB was given through a SIGKILL", async () => {
    await context.influx.write("raw", "effluent,station=s1 cod=41.2 1000");
    await context.stack.stop("influxdb", "SIGKILL");
    await expect(context.influx.query('SELECT * FROM "raw"."effluent"')).rejects.toThrow(/InfluxDB query/);
    await context.stack.restart("influxdb");
    const rows = toRows(await context.influx.query('SELECT * FROM "raw"."effluent"'));
    expect(rows).toEqual([{ time: 1000, cod: 41.2, station: "s1" }]);
  });
});

describe("queues", () => {
  const context = useStack(["redis"]);
  let queue: JobQueue<"notify">;
  let worker: JobWorker;
  const seen: unknown[] = [];
  beforeAll(() => {
    const redis = { url: context.stack.redisUrl, prefix: "test" };
    queue = createQueue("notify", redis, silentLogger);
    worker = createWorker("notify", redis, async (data) => void seen.push(data), silentLogger);
  });
  afterAll(async () => {
    await worker.close();
    await queue.close();
  });

  it("carry a job and count it", async () => {
    await queue.add({ incident: "abc", seq: 1 });
    await waitFor(() => seen.length === 1, { what: "the job was handled" });
    expect(seen).toEqual([{ incident: "abc", seq: 1 }]);
    await waitFor(async () => (await queue.totals()).completed === 1, { what: "the job is counted" });
  });
});
