import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCursor } from "#services/ingest/journal/cursor.ts";
import { type Journal, openJournal } from "#services/ingest/journal/journal.ts";
import type { Message } from "#services/ingest/journal/record.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";

const START = Date.parse("2026-11-18T10:00:00Z");
const HOUR = 3_600_000;
const line = ["--disable-warning=ExperimentalWarning", "services/cli/main.ts", "journal"];

let data = "";
let journal: Journal;

/** The nth message: one an hour, two stations in turn. */
const nth = (n: number, payload: Buffer = Buffer.from(`{"n":${n}}`)): Message => ({
  topic: `outfall-sim/v1/z/p/s${n % 2}/data`,
  payload,
  size: payload.length,
  receivedAt: START + n * HOUR,
});

/** Eight messages in eight segments, 1 and 2 archived, up to 5 stored; ingest still has it open. */
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "outfall-journal-cli-"));
  const folder = join(data, "ingest-w2", "journal");
  const archive = { folder: join(data, "ingest-w2", "archive"), days: 400 };
  journal = await openJournal({ folder, archive, segmentBytes: 1, now: () => START }, 1);
  for (let n = 1; n <= 6; n += 1) await journal.append([nth(n)]);
  await journal.append([nth(7, Buffer.from([0xff, 0x00, 0x1b])), nth(8, Buffer.from("a\u001b[31m\nb"))]);
  await journal.release(3);
  await waitFor(() => journal.segments === 5, { what: "two segments are archived" });
  const cursor = await openCursor(join(data, "ingest-w2", "cursor.log"));
  await cursor.move(6, [], () => []);
  await cursor.close();
});
afterAll(async () => {
  await journal.close();
  await rm(data, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  const env = {
    ...process.env,
    OUTFALL_DATA_DIR: data,
    OUTFALL_ARCHIVE_DAYS: "",
    OUTFALL_JOURNAL_MAX_BYTES: "",
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...line, ...args, "--worker", "w2"],
      { env, timeout: 30_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

const seqsIn = (ndjson: string) =>
  ndjson
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => (JSON.parse(text) as { seq: number }).seq);

describe("outfall journal", () => {
  it("status says how it stands, and changes nothing", async () => {
    const folder = join(data, "ingest-w2", "journal");
    const picture = async () =>
      Promise.all(
        (await readdir(folder)).map(async (name) => [name, (await stat(join(folder, name))).mtimeMs]),
      );
    // a commit that is just being written
    const last = join(folder, (await readdir(folder)).sort().at(-1) ?? "");
    const handle = await open(last, "a");
    await handle.write(Buffer.from("OFJ\x01 half of a frame"));
    const before = await picture();
    const { code, stdout } = await run("status", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      worker: "w2",
      segments: 5,
      maxBytes: 4_294_967_296,
      firstSeq: 3,
      nextSeq: 9,
      cursor: 6,
      waiting: 3,
      oldestWaitingReceivedAt: "2026-11-18T16:00:00.000Z",
      archive: { files: 2, days: 1, keptDays: 400, oldestDay: "2026-11-18", newestDay: "2026-11-18" },
      damage: [],
    });
    expect((await run("status")).stdout).toMatch(
      /waiting +3 messages, the oldest received 2026-11-18T16:00:00/,
    );
    expect(await picture()).toEqual(before);
    await handle.truncate((await handle.stat()).size - 20);
    await handle.close();
  });

  it("tail shows the newest messages, each on one harmless line", async () => {
    const { stdout } = await run("tail", "-n", "3");
    const lines = stdout.split("\n");
    expect(lines[0]).toBe('6  2026-11-18T16:00:00.000Z  outfall-sim/v1/z/p/s0/data  {"n":6}');
    expect(lines[2]).toBe("8  2026-11-18T18:00:00.000Z  outfall-sim/v1/z/p/s0/data  a [31m b");
    expect(lines).toHaveLength(4);
    expect(seqsIn((await run("tail", "-n", "100", "--json")).stdout)).toEqual([3, 4, 5, 6, 7, 8]);
    expect((await run("tail", "-n", "0")).stdout).toBe("");
  });

  it("export gives text as text and bytes in base64, by time and station, with the archive", async () => {
    const live = await run("export", "--from", "2026-11-18T16:00:00Z");
    expect(
      live.stdout
        .trim()
        .split("\n")
        .map((text) => JSON.parse(text)),
    ).toEqual([
      {
        seq: 6,
        receivedAt: "2026-11-18T16:00:00.000Z",
        topic: "outfall-sim/v1/z/p/s0/data",
        payload: '{"n":6}',
      },
      {
        seq: 7,
        receivedAt: "2026-11-18T17:00:00.000Z",
        topic: "outfall-sim/v1/z/p/s1/data",
        payload: "/wAb",
        encoding: "base64",
      },
      {
        seq: 8,
        receivedAt: "2026-11-18T18:00:00.000Z",
        topic: "outfall-sim/v1/z/p/s0/data",
        payload: "a\u001b[31m\nb",
      },
    ]);
    expect(seqsIn((await run("export", "--to", "2026-11-18T13:00:00Z")).stdout)).toEqual([]);
    expect(seqsIn((await run("export", "--archive", "--to", "2026-11-18T13:00:00Z")).stdout)).toEqual([1, 2]);
    expect(seqsIn((await run("export", "--archive", "--station", "s1")).stdout)).toEqual([1, 3, 5, 7]);
    const file = join(data, "out.ndjson");
    const { code, stdout, stderr } = await run("export", "--archive", "--out", file);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "",
      stderr: `8 messages written to ${file}\n`,
    });
    expect(seqsIn(await readFile(file, "utf8"))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("says what is wrong with what it is asked", async () => {
    const [from, empty, count, missing] = await Promise.all([
      run("export", "--from", "yesterday"),
      run("export", "--from", "2026-11-19", "--to", "2026-11-18"),
      run("tail", "-n", "some"),
      run("status", "--data", join(data, "nowhere")),
    ]);
    expect(from.stderr).toMatch(/ISO 8601/);
    expect(empty.stderr).toMatch(/--from is not before/);
    expect(count.stderr).toMatch(/whole number/);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/nowhere holds no data of ingest/),
    ]);
  });

  it("tail --follow goes on with what comes, over new segments", async () => {
    const env = { ...process.env, OUTFALL_DATA_DIR: data };
    const child = spawn(
      process.execPath,
      [...line, "tail", "-n", "1", "--json", "--follow", "--worker", "w2"],
      { env },
    );
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    try {
      await waitFor(() => text.endsWith("\n"), { what: "the newest message" });
      const before = seqsIn(text);
      const next = (before[0] ?? 0) + 1;
      await journal.append([nth(9), nth(10)]);
      await journal.append([nth(11)]);
      await waitFor(() => seqsIn(text).length >= 4, { what: "the three that came" });
      expect(seqsIn(text)).toEqual([next - 1, next, next + 1, next + 2]);
    } finally {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      expect(await ended).toBe(0);
    }
  });
});
