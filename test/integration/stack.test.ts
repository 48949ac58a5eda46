import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

describe("the servers of a process that is killed", () => {
  it("end with it, even after kill -9", async () => {
    const folder = await mkdtemp(join(tmpdir(), "outfall-orphans-"));
    const script = `
      import { startStack } from "#services/local/stack.ts";
      await startStack({ folder: ${JSON.stringify(folder)}, env: {} });
      process.stdout.write("up");
      setInterval(() => undefined, 1000);
    `;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const servers = () => processesMentioning(folder);
    expect((await servers()).length).toBeGreaterThanOrEqual(3);
    child.kill("SIGKILL");
    await waitFor(async () => (await servers()).length === 0, { what: "no server is left" });
    await rm(folder, { recursive: true, force: true });
  });
});

/** Command lines of running processes that name this folder. */
async function processesMentioning(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes(folder) && !command.includes("startStack")) found.push(command);
  }
  return found;
}
