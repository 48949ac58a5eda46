import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi } from "#services/api/api.ts";
import { incidentEventLine } from "#shared/incident/incident-points.ts";
import type { OverviewIncident } from "#shared/overview/overview.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { story, storyEvents, writeStory } from "#test/support/api-story.ts";
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
      clock: { now: () => now, speed: 1939.2584, simulated: true },
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
  async function open(width: number, colorScheme: "light" | "dark" = "light", path = "/") {
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
    await page.goto(`${api.address()}${path}`);
    await page.waitForSelector(".zone");
    return { page, complaints, close: () => visit.close() };
  }

  // biome-ignore lint/performance/useDomNodeTextContent: what a person sees is the point
  const shown = (page: Page, selector: string) => page.locator(selector).innerText();

  /** Each as one line. */
  const rowsOf = async (page: Page, selector: string) => {
    const rows = await page.locator(`dialog ${selector}`).allInnerTexts();
    return rows.map((row) => row.replace(/\s+/g, " ").trim());
  };

  const idOf = async (query: string, fits: (incident: OverviewIncident) => boolean) => {
    const answer = await fetch(`${api.address()}/incidents?${query}`);
    const { incidents } = (await answer.json()) as { incidents: OverviewIncident[] };
    return incidents.find(fits)?.id ?? "none";
  };

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
      "thời gian chạy nhanh ×1.939",
      "im lặng 50 phút",
      "so-nnmt@tinh-mo-phong.example",
      "Số liệu đầy đủ",
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

  it("opens an incident at the address that mails link to, with all its facts in both languages", async () => {
    const id = await idOf("open=true", ({ parameter }) => parameter?.key === "nh4");
    const { page, complaints, close } = await open(1280, "light", `/#/incidents/${id}`);
    await page.waitForSelector("dialog[open] .windows li");
    await page.waitForSelector("dialog .chart .value-line", { state: "attached" });
    const text = await shown(page, "dialog");
    for (const words of [
      "Amoni (tính theo N): vượt giá trị giới hạn",
      "Trạm NT01, cửa xả 1 · KCN Mô phỏng Sông Xanh · Tỉnh Mô phỏng",
      "DỮ LIỆU MÔ PHỎNG / SIMULATED",
      "Đang mở",
      "từ 23/11/2026 14:00 (đã 3 giờ 2 phút)",
      "2 – báo cả Ban quản lý các KCN và Sở Nông nghiệp và Môi trường",
      "Hệ thống XLNT tập trung Sông Xanh",
      "12,5 mg/L",
      "≤ 9 mg/L",
      "bằng 1,39 lần giới hạn (vượt 38,6 %)",
      "trung bình giờ, 16:00–17:00 ngày 23/11/2026",
      "11/12 bản ghi hợp lệ (92 %); hiệu chuẩn 1",
      "MP-song-xanh/GPMT, Appendix 1 row 5 (giá trị giới hạn theo giấy phép)",
      "chưa phải kết luận",
      `Phiếu cảnh báo ${id}, lần 2.`,
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toMatch(/vi phạm|vượt 1,39 lần/i);
    expect(await rowsOf(page, ".timeline li")).toEqual([
      "23/11/2026 15:00 Mở cảnh báo mức 1 · 9,8 mg/L",
      "23/11/2026 17:00 Nâng mức cảnh báo mức 2 · 12,5 mg/L",
    ]);
    expect((await rowsOf(page, ".windows li")).slice(0, 4).map((row) => row.slice(0, 23))).toEqual([
      "23/11 16:00–17:00 12,5 ",
      "23/11 15:00–16:00 11,6 ",
      "23/11 14:00–15:00 9,8 b",
      "23/11 13:00–14:00 7,3 b",
    ]);
    expect(await rowsOf(page, ".mail-list li")).toEqual([
      "[MÔ PHỎNG] NH4: cảnh báo · sim-song-xanh 23/11 15:00 · đến moitruong@song-xanh.example · đã gửi",
      "[MÔ PHỎNG] NH4: cảnh báo · sim-song-xanh 23/11 17:00 · đến so-nnmt@tinh-mo-phong.example · đã gửi",
    ]);
    // limit, the window that decided, each hour's mean, and the incident's time are drawn
    const drawn = (mark: string) => page.$$eval(`dialog .chart ${mark}`, (marks) => marks.length);
    expect(
      await Promise.all([".limit-line", ".mark-window", ".mark-mean", ".mark-incident"].map(drawn)),
    ).toEqual([1, 1, 6, 1]);
    const label = await page.getAttribute("dialog .chart svg", "aria-label");
    expect(label).toMatch(/^Amoni \(tính theo N\), 08:00–17:00 ngày 23\/11\/2026: thấp nhất 3,\d mg\/L/);

    await page.evaluate(() => document.querySelector("dialog")?.close());
    await page.click("button[lang=en]");
    await page.click(`[data-incident="${id}"] .incident-what a`);
    await page.waitForSelector("dialog[open] .windows li");
    const english = await shown(page, "dialog");
    for (const words of [
      "Ammonium (as N): above the limit",
      "since 23 Nov 2026 14:00 (for 3 h 2 min)",
      "2 – management board and provincial department too",
      "1.39 times the limit (38.6 % above)",
      "11 of 12 records usable (92 %); 1 calibrating",
      "limit of the environmental permit",
      "Level raised",
    ]) {
      expect(english).toContain(words);
    }
    expect(english).not.toMatch(/giới hạn|mức|Thư đã gửi/);
    expect(complaints).toEqual([]);
    await close();
  });

  it("opens incidents from the list by keyboard, leads on to the station, and Escape returns to the list", async () => {
    const { page, complaints, close } = await open(1280);
    const silent = await idOf("open=true", ({ kind }) => kind === "silent-station");
    const link = `[data-incident="${silent}"] .incident-what a`;
    await page.focus(link);
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] .timeline li");
    const text = await shown(page, "dialog");
    for (const words of ["Mất kết nối, không có số liệu", "23/11/2026 16:13", "một bản ghi mỗi 5 phút"]) {
      expect(text).toContain(words);
    }
    await page.click("dialog .facts a");
    await page.waitForSelector("dialog[open] .charts .chart");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Đóng");
    await page.goBack();
    await page.waitForSelector("dialog[open] .timeline li");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    const focused = () => document.activeElement?.closest("[data-incident]")?.getAttribute("data-incident");
    expect(await page.evaluate(focused)).toBe(silent);
    expect(new URL(page.url()).hash).toBe("");

    const missing = await idOf("open=true", ({ kind }) => kind === "missing-plant");
    await page.click(`[data-incident="${missing}"]`, { position: { x: 30, y: 12 } });
    await page.waitForSelector("dialog[open] .timeline li");
    const register = await shown(page, "dialog");
    for (const words of ["hồ sơ ghi: không có hệ thống XLNT tập trung nào", "invented for the simulation"]) {
      expect(register).toContain(words);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it("says plainly that there is no such incident or station", async () => {
    const { page, complaints, close } = await open(1280, "light", "/#/incidents/feedfeedfeedfeed");
    await page.waitForSelector("dialog[open] >> text=Không có cảnh báo này");
    expect(await shown(page, "dialog")).toContain("mã “feedfeedfeedfeed”");
    await page.goto(`${api.address()}/#/stations/sim-nowhere`);
    await page.waitForSelector("dialog[open] >> text=Không có trạm này");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    // the browser itself reports the api's 404
    expect(complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
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
    for (const id of [
      await idOf("open=true", ({ parameter }) => parameter?.key === "nh4"),
      await idOf("open=false", () => true),
    ]) {
      await page.goto(`${api.address()}/#/incidents/${id}`);
      await page.waitForSelector(`dialog[open] .detail-foot >> text=${id}`);
      await page.waitForSelector("dialog .chart .value-line", { state: "attached" });
      expect(await overflow(page)).toBe(0);
      const sideways = (dialog: Element) => dialog.scrollWidth - dialog.clientWidth;
      expect(await page.$eval("dialog", sideways)).toBe(0);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  it("keeps the units of an incident apart that hours opened and a load worsened", async () => {
    const [opened] = storyEvents(now).filter(({ parameter }) => parameter === "cod");
    if (opened === undefined) throw new Error("no COD in the story");
    const day = Date.parse("2026-11-22T17:00:00Z");
    const load = {
      ...opened.facts,
      rule: "load-day",
      statistic: "load",
      from: day - 24 * 3_600_000,
      to: day,
      value: 1250.34,
      limitMax: 1000,
      ratio: 1.25034,
      severity: 2,
      atLeast: true,
    } as const;
    const worst = { rule: "hour", statistic: "mean", limitMin: null, limitMax: 135, severity: 3 } as const;
    const figures = { ...load, worstValue: 240, worstRatio: 240 / 135, worstTo: day, worst };
    const incident = "feedc0de00000000";
    const at = day - 19 * 3_600_000;
    const started = { ...opened, incident, startedAt: at - 3_600_000, at, recordedAt: at };
    const worsened = {
      ...started,
      seq: 2,
      transition: "worsened",
      level: 2,
      at: day,
      recordedAt: day,
      facts: figures,
    } as const;
    await context.influx.write("record", [started, worsened].map(incidentEventLine).join("\n"));

    const { page, complaints, close } = await open(1280, "light", `/#/incidents/${incident}`);
    await page.waitForSelector("dialog[open] .timeline li");
    await page.waitForSelector("dialog .chart svg");
    const text = await shown(page, "dialog");
    for (const words of [
      "Tải lượng COD: vượt giá trị giới hạn",
      "ít nhất 1.250,3 kg/ngày",
      "≤ 1.000 kg/ngày",
      "ít nhất bằng 1,25 lần giới hạn (vượt 25,0 %)",
      "tải lượng ngày, ngày 22/11/2026",
      "240,0 mg/L; bằng 1,78 lần giới hạn (vượt 77,8 %); trung bình giờ",
      "bậc 3 (thang của Outfall để sắp xếp, không phải kết luận pháp lý)",
      "giới hạn ≤ 1.000 kg/ngày, không vẽ trên biểu đồ này",
    ]) {
      expect(text).toContain(words);
    }
    expect(await rowsOf(page, ".timeline li")).toEqual([
      "22/11/2026 05:00 Mở cảnh báo mức 1 · 149,2 mg/L",
      "23/11/2026 00:00 Nâng mức cảnh báo mức 2 · ít nhất 1.250,3 kg/ngày",
    ]);
    // concentrations with their own limit, and no step of kg among them
    const drawn = (mark: string) => page.$$eval(`dialog .chart ${mark}`, (marks) => marks.length);
    expect(await Promise.all([".limit-line", ".mark-mean"].map(drawn))).toEqual([1, 0]);
    await page.evaluate(() => document.querySelector("dialog")?.close());
    await page.waitForSelector(`[data-incident="${incident}"] >> text=Tải lượng COD ít nhất 1.250,3 kg/ngày`);
    expect(complaints).toEqual([]);
    await close();
  });
});
