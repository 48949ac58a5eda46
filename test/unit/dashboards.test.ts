import { readFile } from "node:fs/promises";
import type { GridPos, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { describe, expect, it } from "vitest";
import { OUTFALL_INFLUX } from "#dashboards/influxql/influxql-query.ts";
import { renderQuery } from "#dashboards/influxql/render-query.ts";
import { panelsOf } from "#dashboards/layout.ts";
import { PIPELINE_DASHBOARD_UID, pipelineDashboard } from "#dashboards/pipeline/pipeline.ts";
import { dashboardFiles } from "#dashboards/write.ts";
import { ZONE_DASHBOARD_UID, zoneDashboard } from "#dashboards/zone/zone.ts";

const dashboard = zoneDashboard();
const pipeline = pipelineDashboard();
const panels = panelsOf(dashboard);
const queriesOf = (panel: Panel) =>
  (panel.targets ?? []) as unknown as { query: string; datasource: object }[];
const named = panels.map((panel) => [`${panel.id} ${panel.title}`, panel] as const);
const all = [
  ...named,
  ...panelsOf(pipeline).map((panel) => [`pipeline ${panel.id} ${panel.title}`, panel] as const),
];

const options = {
  from: 1_000,
  to: 2_000,
  intervalMs: 60_000,
  variables: { zone: "sim-a.b", station: ["s1", "s/2"], one: ["s1"], console: "http://h" },
};

describe("renderQuery", () => {
  it.each([
    ["$timeFilter", "time >= 1000ms and time <= 2000ms"],
    ["GROUP BY time($__interval), x", "GROUP BY time(60000ms), x"],
    [`/^\${zone:regex}$/`, "/^sim-a\\.b$/"],
    [`/^\${station:regex}$/`, "/^(s1|s\\/2)$/"],
    [`/^\${one:regex}$/`, "/^s1$/"],
    [`\${console}/`, "http://h/"],
    ["$console/", "http://h/"],
  ])("%s", (query, rendered) => {
    expect(renderQuery(query, options)).toBe(rendered);
  });

  it("refuses what nothing stands for", () => {
    expect(() => renderQuery("zone = '$province'", options)).toThrow(/\$province/);
  });
});

describe("the generated dashboards", () => {
  it.each(dashboardFiles().map(({ name, text }) => [name, text]))(
    "%s is committed as built: run `npm run dashboards`",
    async (name, text) => {
      const committed = await readFile(
        new URL(`../../dashboards/generated/${name}`, import.meta.url),
        "utf8",
      );
      expect(committed).toBe(text);
    },
  );

  it("keep their addresses", () => {
    expect([dashboard.uid, pipeline.uid]).toEqual([ZONE_DASHBOARD_UID, PIPELINE_DASHBOARD_UID]);
    expect([ZONE_DASHBOARD_UID, PIPELINE_DASHBOARD_UID]).toEqual(["outfall-zone", "outfall-pipeline"]);
  });

  it("say that simulated zones are simulated, at the top", () => {
    const first = dashboard.panels?.[0] as Panel;
    expect(first.type).toBe("text");
    expect(first.options.content).toContain("DỮ LIỆU MÔ PHỎNG / SIMULATED");
  });

  it("never speak of violations", () => {
    expect(
      dashboardFiles()
        .map(({ text }) => text)
        .join(),
    ).not.toMatch(/violat|vi phạm/i);
  });
});

describe.each([
  ["zone", dashboard],
  ["pipeline", pipeline],
])("the layout of %s", (_, dashboard) => {
  const panels = panelsOf(dashboard);
  const boxes = (dashboard.panels ?? []).map((panel) => panel.gridPos as GridPos);

  it("stays inside 24 columns", () => {
    for (const panel of [...panels, ...(dashboard.panels ?? [])]) {
      const { x, w } = panel.gridPos as GridPos;
      expect(x + w, panel.title ?? "").toBeLessThanOrEqual(24);
    }
  });

  it("has no overlaps", () => {
    const overlapping = boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h),
    );
    expect(overlapping).toEqual([]);
  });

  it("has no holes: every line is filled to its end", () => {
    const height = Math.max(...boxes.map((box) => box.y + box.h));
    const area = boxes.reduce((sum, box) => sum + box.w * box.h, 0);
    expect(area).toBe(height * 24);
  });

  it("numbers every panel once", () => {
    const ids = [...(dashboard.panels ?? []), ...panels].map((panel) => panel.id);
    const unique = new Set(ids);
    expect(unique.has(undefined)).toBe(false);
    // panels outside collapsed rows are counted in both lists
    expect(unique.size).toBe(new Set([...(dashboard.panels ?? []), ...panels]).size);
  });
});

describe.each(named.filter(([, panel]) => panel.type !== "text"))("panel %s", (_, panel) => {
  it("reads one zone only", () => {
    for (const { query } of queriesOf(panel))
      expect(query).toMatch(/"zone" =~ \/\^\$\{zone:regex\}\$\/|"plant" =~ \/\^\$\{plant:regex\}\$\//);
  });
});

describe.each(panelsOf(pipeline).map((panel) => [panel.title, panel] as const))("panel %s", (_, panel) => {
  it("reads the ledger or the services' own rows, and no reading", () => {
    for (const { query } of queriesOf(panel)) {
      expect(query).toContain('FROM "record"."pipeline"');
      expect(query).toMatch(/"service" = 'ingest'|"service" =~ \/\^(\w+|\[a-z\]\+)-self\$\//);
    }
  });
});

describe.each(all.filter(([, panel]) => panel.type !== "text"))("panel %s", (_, panel) => {
  it("asks our data source", () => {
    const queries = queriesOf(panel);
    expect(queries.length).toBeGreaterThan(0);
    for (const { datasource } of [panel as { datasource: object }, ...queries]) {
      expect(datasource).toEqual(OUTFALL_INFLUX);
    }
  });

  it("reads from a named bucket", () => {
    for (const { query } of queriesOf(panel)) {
      expect(query).toMatch(/FROM "(raw|record)"\."\w+"/);
      expect(query).not.toMatch(/FROM "(?!raw"\.|record"\.)/);
    }
  });

  it("is named in Vietnamese first, then English, and has a unit where it draws numbers", () => {
    expect(panel.title).toMatch(/^[^·]+( · [^·]+)?$/);
    if (["stat", "timeseries"].includes(panel.type)) expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
  });

  it("gives each query a letter of its own, and overrides only those", () => {
    const letters = queriesOf(panel).map((query) => (query as unknown as { refId: string }).refId);
    expect(new Set(letters).size).toBe(letters.length);
    const overridden = (panel.fieldConfig?.overrides ?? [])
      .filter(({ matcher }) => matcher.id === "byFrameRefID")
      .map(({ matcher }) => matcher.options);
    expect(letters).toEqual(expect.arrayContaining(overridden));
  });
});
