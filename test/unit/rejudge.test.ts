/** What `outfall rejudge` counts: windows that would flip under another figure, column or text, against counts by hand. */
import { describe, expect, it } from "vitest";
import { createCollector } from "#services/cli/judge/collect.ts";
import { flagSamples } from "#services/cli/judge/judge-run.ts";
import { rejudge } from "#services/cli/rejudge/rejudge-run.ts";
import { rejudgedLines } from "#services/cli/rejudge/rejudge-text.ts";
import { settleSamples } from "#shared/feed/settle.ts";
import type { AskedLimits } from "#shared/limit/asked-limits.ts";
import { createQualityMemory } from "#shared/quality/memory.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { loadMap } from "#simulators/replay/load-map.ts";
import { readRows } from "#simulators/replay/read-rows.ts";
import { createRowReader } from "#simulators/replay/row-to-sample.ts";
import { testRegistryFiles } from "#test/support/registry.ts";
import { sampleData } from "#test/support/sample-data.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Date.parse("2026-11-23T10:00:00+07:00");

/** COD by a probe; the permit says COD 135, TSS 90, NH4 9, pH 5.5 to 9. */
function registryOf(limits = ""): Registry {
  const files = testRegistryFiles();
  const zones = (files["zones.yaml"] as string)
    .replace("cod: { instrument: analyser }", "cod: { instrument: probe }")
    .replace("        stations:", `${limits}        stations:`);
  return parseRegistry(
    Object.entries({ ...files, "zones.yaml": zones }).map(([file, text]) => ({ file, text })),
  );
}

/** Hours of COD one after the other: so many records of five minutes at one value. */
function hours(...of: readonly [records: number, value: number][]): Sample[] {
  return of.flatMap(([records, value], hour) =>
    Array.from({ length: records }, (_, index): Sample => {
      const time = FROM + hour * HOUR + (index + 1) * 5 * MINUTE;
      return {
        zone: "sim-z",
        plant: "sim-p",
        station: "sim-s1",
        time,
        receivedAt: time,
        readings: [{ parameter: "cod", value, status: "measuring", flag: 1 }],
      };
    }),
  );
}

const nothing: AskedLimits = { acceptUnverified: [], setAsidePermit: true, figures: new Map() };
const columnA: AskedLimits = { ...nothing, instrument: "qcvn-40-2011", column: "A" };

function ask(asked: AskedLimits, { registry = registryOf(), samples = hours([12, 100]), count = 4 } = {}) {
  const span = { from: FROM, to: FROM + count * HOUR };
  const stations = [...registry.stations.values()];
  return rejudge({ registry, asked, span, stations, read: async () => samples });
}

describe("windows that would flip", () => {
  // means 100, 140, 120, and an hour of which only 40 minutes are there
  const samples = hours([12, 100], [12, 140], [12, 120], [8, 130]);
  /** [limit, exceeded then, to exceeded, to within, worst ratio]; by the permit's 135 one hour is over */
  it.each([
    [110, 2, 1, 0, 140 / 110],
    [100, 2, 1, 0, 1.4],
    [135, 1, 0, 0, 140 / 135],
    [145, 0, 0, 1, 140 / 145],
  ])("COD at most %s", async (max, then, toExceeded, toWithin, worst) => {
    const { rows, flips } = await ask({ ...nothing, figures: new Map([["cod", max]]) }, { samples });
    expect(rows).toEqual([
      {
        zone: "sim-z",
        parameter: "cod",
        rule: "hour",
        judged: 3,
        undecided: 1,
        exceededNow: 1,
        exceededThen: then,
        toExceeded,
        toWithin,
        worstRatioThen: expect.closeTo(worst, 9),
      },
    ]);
    expect(flips).toHaveLength(toExceeded + toWithin);
  });

  it("name their window, value and both limits", async () => {
    const { flips } = await ask({ ...nothing, figures: new Map([["cod", 110]]) }, { samples });
    expect(flips).toEqual([
      {
        zone: "sim-z",
        station: "sim-s1",
        parameter: "cod",
        rule: "hour",
        from: FROM + 2 * HOUR,
        to: FROM + 3 * HOUR,
        value: 120,
        present: { outcome: "within", limit: { min: null, max: 135 } },
        asked: { outcome: "exceeded", limit: { min: null, max: 110 }, ratio: expect.closeTo(120 / 110, 9) },
      },
    ]);
  });
});

describe("another text", () => {
  it("stands in place of the permit's figures, and says what was replaced", async () => {
    const asked = await ask(columnA);
    expect(asked.rows.find(({ parameter }) => parameter === "cod")).toMatchObject({
      exceededNow: 0,
      exceededThen: 1,
      toExceeded: 1,
    });
    expect(asked.replaced.find(({ parameter }) => parameter === "cod")).toMatchObject({
      present: [{ max: 135, instrument: "permit" }],
      asked: [{ max: 75, instrument: "qcvn-40-2011/A", confidence: "two-or-more-secondary-sources" }],
    });
    const span = { from: FROM, to: FROM + 4 * HOUR };
    const text = rejudgedLines(asked, columnA, span, "Asia/Ho_Chi_Minh", true).join("\n");
    expect(text).toMatch(/^DỮ LIỆU MÔ PHỎNG/);
    expect(text).toContain("nothing was changed");
    expect(text).toContain("figures of permits among them; --keep-permit leaves them in force");
  });

  it("leaves a permit in force where it is told to", async () => {
    const { rows, replaced } = await ask({ ...columnA, setAsidePermit: false });
    expect(rows.find(({ parameter }) => parameter === "cod")).toMatchObject({ exceededThen: 0 });
    expect(replaced).toEqual([]);
  });

  it("is multiplied by the factors asked for, or else by the plant's own", async () => {
    const own =
      "        limits: { instrument: qcvn-40-2011, column: B, kq: 0.9, kf: 1.2, factorsApplyTo: [cod], source: decision 1 }\n";
    const figureOf = async (asked: AskedLimits, registry?: Registry) =>
      (await ask(asked, registry === undefined ? {} : { registry })).replaced.find(
        ({ parameter }) => parameter === "cod",
      )?.asked[0]?.max;
    expect(await figureOf({ ...columnA, kq: 0.6, factorsApplyTo: ["cod"] })).toBeCloseTo(45, 9);
    expect(await figureOf({ ...nothing, column: "A" }, registryOf(own))).toBeCloseTo(81, 9);
    await expect(ask({ ...columnA, kq: 0.6 })).rejects.toThrow(/plant sim-p: .*expected factorsApplyTo/);
  });

  it("is refused where its column, or what is accepted of it, does not exist", async () => {
    await expect(ask({ ...columnA, column: "C" })).rejects.toThrow(/column: expected column: one of A, B/);
    await expect(ask({ ...columnA, acceptUnverified: ["A/cod"] })).rejects.toThrow(
      /A\/cod is nothing unverified/,
    );
    await expect(ask({ ...columnA, instrument: "qcvn-41" })).rejects.toThrow(/expected one of qcvn-40-2011/);
  });

  it("cannot be asked of a plant that is bound to none, unless it is named", async () => {
    const { notAsked, rows } = await ask({ ...nothing, column: "A" });
    expect([notAsked, rows]).toEqual([["sim-p"], []]);
  });

  it("uses unverified figures only by name, and says what has no figure", async () => {
    const files = testRegistryFiles();
    const zones = (files["zones.yaml"] as string)
      .replace(
        "tss: { max: 90 }",
        "tss: { max: 90 }\n            cl: { max: 3 }\n            ec: { max: 3000 }",
      )
      .replace(
        "tss: { instrument: probe }",
        "tss: { instrument: probe }\n              cl: { instrument: probe }\n              ec: { instrument: probe }",
      );
    const registry = parseRegistry(
      Object.entries({ ...files, "zones.yaml": zones }).map(([file, text]) => ({ file, text })),
    );
    const { noFigure, rows } = await ask(columnA, { registry });
    expect(noFigure).toEqual([
      { plant: "sim-p", parameter: "cl", reason: "unverified, and not accepted: --accept-unverified A/cl" },
      { plant: "sim-p", parameter: "ec", reason: "qcvn-40-2011/A has no figure" },
    ]);
    expect(rows.some(({ parameter }) => parameter === "cl")).toBe(false);
    const accepted = await ask({ ...columnA, acceptUnverified: ["A/cl"] }, { registry });
    expect(accepted.noFigure.map(({ parameter }) => parameter)).toEqual(["ec"]);
    expect(accepted.replaced.find(({ parameter }) => parameter === "cl")?.asked).toMatchObject([
      { confidence: "unverified" },
    ]);
  });
});

const uci = sampleData("uci-water-treatment/water-treatment.data");

describe("recorded data", () => {
  it.skipIf(uci === undefined)(
    "Manlleu 1990–1991 under column A: as many days as a count of the file",
    async () => {
      const map = await loadMap("simulators/maps/uci-manlleu.yaml");
      const read = createRowReader(map, undefined);
      const collector = createCollector(map.registry, (message) => expect.unreachable(message));
      let at = 0;
      for await (const row of readRows(uci ?? "", map.source)) {
        const result = read(row);
        at += 1;
        if (result.ok) collector.take(JSON.parse(result.payload), at);
      }
      const { id } = map.station;
      const settled = settleSamples(collector.collected().samples.get(id) ?? []).samples;
      const samples = flagSamples(map.registry, id, settled, createQualityMemory());
      const span = {
        from: Date.parse("1990-01-01T00:00:00+01:00"),
        to: Date.parse("1991-11-01T00:00:00+01:00"),
      };
      const { rows, noFigure } = await rejudge({
        registry: map.registry,
        asked: columnA,
        span,
        stations: [map.station],
        read: async () => samples,
      });
      const days = Object.fromEntries(
        rows.map(({ parameter, exceededNow, exceededThen, toExceeded }) => [
          parameter,
          [exceededNow, exceededThen, toExceeded],
        ]),
      );
      // counted from the file by hand: over column B, over column A, and the difference
      expect(days).toEqual({ bod5: [6, 31, 25], cod: [27, 303, 276], ph: [1, 1, 0], tss: [4, 18, 14] });
      expect(noFigure).toEqual([]);
    },
  );
});
