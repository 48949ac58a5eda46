/** The note of what is ours while two workers may have stored the same records. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openContested } from "#services/ingest/workers/contested.ts";

const persevere = { until: <T>(_what: string, attempt: () => Promise<T>) => attempt() };
const done = Promise.resolve();
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outfall-contested-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openContested(join(folder, "ours.json"), persevere);

describe("what is ours", () => {
  it("of an earlier run is remembered behind smaller batches, until each part is done with", async () => {
    await (await open()).begin({ untilSeq: 5, contents: ["a", "b", "c", "d"] });
    const again = await open();
    again.opened(5);
    await again.beforeWrite({ nextSeq: 2, contents: ["a"] }, done);
    expect((await open()).note).toEqual({ untilSeq: 5, contents: ["a", "b", "c", "d"] });
    await again.moved(2);
    await again.beforeWrite({ nextSeq: 4, contents: ["b", "c"] }, done);
    expect((await open()).note).toEqual({ untilSeq: 5, contents: ["b", "c", "d"] });
    await again.moved(4);
    await again.beforeWrite({ nextSeq: 9, contents: ["d", "e"] }, done);
    expect((await open()).note).toEqual({ untilSeq: 9, contents: ["d", "e"] });
    await again.moved(9);
    expect((await open()).note).toBeUndefined();
  });
});
