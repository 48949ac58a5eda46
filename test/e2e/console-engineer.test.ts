/** The engineer's page in Chromium: ledger and quarantine, in both languages and at a phone's width. */
import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi } from "#services/api/api.ts";
import { createQuarantineListing } from "#services/ingest/quarantine/listing.ts";
import type { QuarantinedSample } from "#services/ingest/quarantine/quarantine.ts";
import { ledgerLine } from "#shared/ledger/ledger.ts";
import { reject } from "#shared/reading/rejection.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { useStack } from "#test/support/stack.ts";

const CHROMIUM = process.env.OUTFALL_CHROMIUM ?? "/usr/bin/chromium";
const HOUR = 3_600_000;
const NOW = Date.parse("2026-11-23T10:02:00Z");

const isMissing = !existsSync(CHROMIUM) && process.env.CI !== "true";
if (isMissing) console.warn(`SKIPPED: the engineer's page, because there is no Chromium at ${CHROMIUM}`);

describe.skipIf(isMissing)("the engineer's page in Chromium", () => {
  const context = useStack();
  let api: Api;
  let browser: Browser;

  beforeAll(async () => {
    const registry = await loadRegistry("registry");
    await writeLedger();
    await writeRefusals();
    api = await createApi({
      registry,
      influx: context.influx,
      redis: { url: context.stack.redisUrl, prefix: "test" },
      mqttUrl: context.stack.mqttUrl,
      clock: { now: () => NOW, speed: 1, simulated: true },
      log: silentLogger,
      host: "127.0.0.1",
      port: 0,
    });
    await api.start();
    const { chromium } = await import("playwright-core");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  /** Six hours of two plants and strange topics; one hour lacks three samples. */
  async function writeLedger(): Promise<void> {
    const lines: string[] = [];
    for (let age = 0; age < 6; age += 1) {
      const hour = Math.floor(NOW / HOUR) * HOUR - age * HOUR;
      const none = { worker: "w1", hour, duplicate: 0, conflict: 0, quarantined: 0, inJournal: 0 };
      const lost = age === 2 ? 3 : 0;
      lines.push(
        ledgerLine({ ...none, plant: "sim-song-xanh-wwtp", received: 720, stored: 718 - lost, duplicate: 2 }),
        ledgerLine({ ...none, plant: "sim-bai-cat-wwtp", received: 361, stored: 360, conflict: 1 }),
        ledgerLine({
          ...{ ...none, plant: "unknown", received: 40, stored: 0, quarantined: 40 },
          reasons: { "station-unknown": 31, "json-malformed": 9 },
        }),
      );
    }
    await context.influx.write("record", lines.join("\n"));
  }

  async function writeRefusals(): Promise<void> {
    const entry = (seq: number, rejection: ReturnType<typeof reject>, topic: string): QuarantinedSample => {
      const receivedAt = NOW - seq * 60_000;
      return { id: `${seq}-0`, receivedAt, topic, ...rejection, size: 120, payload: "" };
    };
    const strange = "outfall-sim/v1/sim-song-xanh/sim-song-xanh-wwtp/sim-nt99/data";
    const { list } = createQuarantineListing({ influx: context.influx, worker: "w1", log: silentLogger });
    await list([
      entry(3, reject("station-unknown", "sim-nt99"), strange),
      entry(2, reject("conflict", "cod: stored 61, received 88", "sim-bai-cat-wwtp"), strange),
      entry(1, reject("json-malformed", '<img src=x onerror="alert(1)"> {"time": 17, "rea'), strange),
    ]);
  }

  async function open(width: number, path = "/#/engineer") {
    const visit = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await visit.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${api.address()}${path}`);
    return { page, complaints, close: () => visit.close() };
  }

  // biome-ignore lint/performance/useDomNodeTextContent: what a person sees is the point
  const shown = (page: Page) => page.locator("body").innerText();
  const sideways = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  it("officers' pages say that data is incomplete, and lead to it; no more", async () => {
    const { page, complaints, close } = await open(1280, "/");
    await page.waitForSelector(".completeness");
    const text = await shown(page);
    expect(text).toContain("Số liệu chưa đầy đủ");
    expect(text).not.toMatch(/cách ly|nhật ký|chênh lệch/i);
    await page.click(".completeness a");
    await page.waitForSelector(".engineer tbody tr");
    expect(complaints).toEqual([]);
    await close();
  });

  it("shows balance, hours, reasons and the newest refusals, in both languages", async () => {
    const { page, complaints, close } = await open(1280);
    await page.waitForSelector(".refusals li");
    await page.waitForSelector(".engineer tbody tr");
    const text = await shown(page);
    for (const words of [
      "Kỹ sư",
      "nhận 6.726 = lưu 6.465 + trùng 12 + xung đột 6 + cách ly 240 + trong nhật ký 0",
      "danh bạ không có trạm này",
      "outfall quarantine show w1.2026-11-23.3-0",
      "Sửa danh bạ, khởi động lại ingest, rồi gửi lại",
    ]) {
      expect(text).toContain(words);
    }
    expect(await page.locator(".balance-value").textContent()).toBe("3");
    expect(
      await page.$$eval('tr[data-balance="off"]', (rows) => rows.map((row) => row.textContent)),
    ).toHaveLength(1);
    expect(await page.locator(".reasons li").first().textContent()).toMatch(
      /danh bạ không có trạm này\s*186/,
    );
    await page.click("text=hệ thống và giờ");
    await page.waitForSelector('tr[data-balance="off"] >> text=Hệ thống XLNT tập trung Sông Xanh');
    await page.click("button[lang=en]");
    await page.waitForSelector("text=Latest in quarantine");
    const english = await shown(page);
    expect(english).toContain("samples are not accounted for, or counted too often");
    expect(english).toContain("add the station to the registry, restart ingest, then retry");
    expect(english).not.toMatch(/cách ly|Chênh lệch|Giờ nhận/);
    expect(complaints).toEqual([]);
    await close();
  });

  it("is asked by address too: one refusal with its advice, or that it is not listed", async () => {
    const get = async (path: string) => {
      const answer = await fetch(`${api.address()}${path}`);
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect(await get("/quarantine/w1.2026-11-23.3-0")).toMatchObject({
      status: 200,
      body: { code: "station-unknown", where: "registry", samples: 1, size: 120 },
    });
    for (const id of ["w1.2026-11-23.4-0", "57", "w1.2026-99-99.1-0", "x' OR id=~/.*/ --"]) {
      const { status, body } = await get(`/quarantine/${encodeURIComponent(id)}`);
      expect([id, status, (body.error as { code: string }).code]).toEqual([id, 404, "refusal-unknown"]);
    }
    const only = await get("/quarantine?code=conflict&since=2026-11-23T00:00:00Z");
    expect(only.body.count).toBe(1);
    const cut = await get("/ledger?by=plant-hour&limit=1");
    expect((cut.body.rows as { balance: number }[]).map(({ balance }) => balance)).toEqual([0, 3]);
    expect((await get("/ledger?by=province")).status).toBe(400);
  });

  it("fits 360 px without sideways scrolling", async () => {
    const { page, complaints, close } = await open(360);
    await page.waitForSelector(".refusals li");
    await page.waitForSelector(".engineer tbody tr");
    expect(await sideways(page)).toBe(0);
    await page.click("button[lang=en]");
    await page.waitForSelector("text=Latest in quarantine");
    expect(await sideways(page)).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
