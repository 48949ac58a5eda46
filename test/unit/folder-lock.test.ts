import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockFolder } from "#shared/runtime/folder-lock.ts";

describe("a data folder", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-lock-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is refused while another process uses it, and taken over from one that is gone", async () => {
    await writeFile(join(folder, "lock"), String(process.ppid));
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.ppid}`);
    await writeFile(join(folder, "lock"), "99999999");
    const lock = await lockFolder(folder);
    await lock.release();
    await (await lockFolder(folder)).release();
  });
});
