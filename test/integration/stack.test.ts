import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createInflux } from "#shared/influx/influx.ts";
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

describe("writes to InfluxDB", () => {
  const context = useStack(["influxdb"]);

  it.each([
    ["compressed", true, 30_000],
    ["as they are on this machine", undefined, 600_000],
  ])("go %s, and arrive whole", async (_how, gzip, atMostBytes) => {
    let bytes = 0;
    const { hostname, port } = new URL(context.stack.influxUrl);
    const wire = createServer((client) => {
      const server = connect(Number(port), hostname);
      client.on("data", (data) => {
        bytes += data.length;
      });
      client.pipe(server).pipe(client);
      for (const end of [client, server]) end.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
    const influx = createInflux({
      url: `http://127.0.0.1:${(wire.address() as AddressInfo).port}`,
      org: "outfall",
      database: "outfall",
      ...(gzip === undefined ? {} : { gzip }),
    });
    const station = `s-${gzip}`;
    const lines = Array.from(
      { length: 5_000 },
      (_, index) => `effluent,station=${station} cod=${index % 90} ${index}`,
    );
    await influx.write("raw", lines.join("\n"));
    const [row] = toRows(
      await influx.query(`SELECT count(cod) FROM "raw"."effluent" WHERE station = '${station}'`),
    );
    expect(row?.count).toBe(5_000);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(atMostBytes);
    if (gzip === undefined) expect(bytes).toBeGreaterThan(lines.join("\n").length);
    influx.close();
    wire.close();
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
