import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi } from "#services/api/api.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { story, writeStory } from "#test/support/api-story.ts";
import { useStack } from "#test/support/stack.ts";

const CHROMIUM = process.env.OUTFALL_CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A laptop without Chromium skips, and says so; continuous integration must have it. */
const isMissing = !existsSync(CHROMIUM) && process.env.CI !== "true";
if (isMissing) console.warn(`SKIPPED: the console in a browser, because there is no Chromium at ${CHROMIUM}`);

describe.skipIf(isMissing)("the console in Chromium", () => {
  const context = useStack();
  let api: Api;
  let browser: Browser;
  const now = Date.parse("2026-11-23T10:02:00Z");

  beforeAll(async () => {
    const { chromium } = await import("playwright-core");
    const registry = await loadRegistry("registry");
    await writeStory(context.influx, registry, now);
    api = await createApi({
      registry,
      influx: context.influx,
      redis: { url: context.stack.redisUrl, prefix: "test" },
      mqttUrl: context.stack.mqttUrl,
      clock: { now: () => now, speed: 1, simulated: true },
      log: silentLogger,
      host: "127.0.0.1",
      port: 0,
    });
    await api.start();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  /** Opens the page; everything the browser complains about is collected. */
  async function open(width: number, colorScheme: "light" | "dark" = "light") {
    const visit = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    const page = await visit.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => {
      // leaving a page ends its live stream
      const why = request.failure()?.errorText;
      if (why !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${why}`);
    });
    await page.goto(api.address());
    await page.waitForSelector(".zone");
    return { page, complaints, close: () => visit.close() };
  }

  // biome-ignore lint/performance/useDomNodeTextContent: what a person sees is the point
  const shown = (page: Page, selector: string) => page.locator(selector).innerText();

  const overflow = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  it("shows zones worst first, values against limits, incidents and mails, in Vietnamese", async () => {
    const { page, complaints, close } = await open(1280);
    const zones = await page.$$eval(".zone", (cards) => cards.map((card) => card.getAttribute("data-zone")));
    expect(zones.slice(0, 3)).toEqual(["sim-song-xanh", "sim-gio-moi", "sim-ho-lang"]);
    expect(await page.getAttribute("html", "lang")).toBe("vi");
    const text = await shown(page, "body");
    for (const words of [
      "DỮ LIỆU MÔ PHỎNG / SIMULATED",
      "23/11/2026 17:02",
      "Vượt giới hạn",
      "KCN đang hoạt động nhưng chưa có hệ thống XLNT tập trung",
      "Amoni 12,5 mg/L",
      "bằng 1,39 lần giới hạn",
      "im lặng 52 phút",
      "so-nnmt@tinh-mo-phong.example",
      "nhận 2.314 = lưu 2.303 + trùng 9 + xung đột 0 + cách ly 2 + trong nhật ký 0 · chênh lệch 0",
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toMatch(/vi phạm/i);
    await page.waitForSelector(`[data-station="${story.over}"] .spark .value-line`, { state: "attached" });
    await page.waitForSelector(`[data-connection="live"]`);
    expect(complaints).toEqual([]);
    await close();
  });

  it("speaks English on request, and remembers", async () => {
    const { page, complaints, close } = await open(1280);
    await page.click("button[lang=en]");
    await page.waitForSelector("text=Open incidents");
    await page.reload();
    await page.waitForSelector("text=Open incidents");
    expect(await page.getAttribute("html", "lang")).toBe("en");
    // mails keep the language they were sent in
    const text = (await shown(page, ".zones")) + (await shown(page, ".incidents"));
    expect(text).toContain("Ammonium 12.5 mg/L");
    expect(text).toContain("Song Xanh Simulated IZ");
    expect(text).not.toMatch(/giới hạn|Cảnh báo đang mở/);
    expect(complaints).toEqual([]);
    await close();
  });

  it("opens a station by keyboard with a chart a parameter, and Escape returns to it", async () => {
    const { page, complaints, close } = await open(1280);
    const link = `[data-station="${story.over}"] h4 a`;
    await page.focus(link);
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] .chart .value-line", { state: "attached" });
    expect(await page.$$eval("dialog .chart svg[role=img]", (charts) => charts.length)).toBe(8);
    expect(await page.$$eval("dialog .chart .limit-line", (lines) => lines.length)).toBe(6);
    const facts = await page.getAttribute("dialog .chart:nth-child(5) svg", "aria-label");
    expect(facts).toMatch(/^Amoni, 24 giờ qua: thấp nhất \d.*, cao nhất 1\d,\d mg\/L, giới hạn ≤ 9$/);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Trạm NT01, cửa xả 1");
    expect(complaints).toEqual([]);
    await close();
  });

  it("fits 360 px in both languages and the dark, without sideways scrolling", async () => {
    const { page, complaints, close } = await open(360, "dark");
    expect(await overflow(page)).toBe(0);
    await page.click("button[lang=en]");
    await page.waitForSelector("text=Open incidents");
    expect(await overflow(page)).toBe(0);
    await page.goto(`${api.address()}/#/stations/${story.calibrating}`);
    await page.waitForSelector("dialog[open] .chart .withheld", { state: "attached" });
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
