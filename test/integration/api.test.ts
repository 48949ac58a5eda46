import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, type ApiDeps, createApi } from "#services/api/api.ts";
import { createInflux, type Influx } from "#shared/influx/influx.ts";
import type { Overview } from "#shared/overview/overview.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { story, storySample, writeStory } from "#test/support/api-story.ts";
import { useStack } from "#test/support/stack.ts";

const NOW = Date.parse("2026-11-23T10:02:00Z");
const MINUTE = 60_000;

const context = useStack();
let registry: Registry;
let api: Api;
let now = NOW;

function deps(): ApiDeps {
  return {
    registry,
    influx: context.influx,
    redis: { url: context.stack.redisUrl, prefix: "test" },
    mqttUrl: context.stack.mqttUrl,
    clock: { now: () => now, speed: 1, simulated: true },
    log: silentLogger,
    host: "127.0.0.1",
    port: 0,
  };
}

beforeAll(async () => {
  registry = await loadRegistry("registry");
  await writeStory(context.influx, registry, NOW);
  api = await createApi(deps());
  await api.start();
});
afterAll(() => api?.close());

async function get(url: string) {
  const answer = await api.app.inject({ url });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
}

describe("the api", () => {
  it("lists operating zones without a proper plant, worst first, as JSON and CSV", async () => {
    const { status, body } = await get("/missing-plants");
    expect([status, body.simulated, body.geography, body.day]).toEqual([200, true, "NSO-2025", "2026-11-23"]);
    expect(body.rows[0]).toMatchObject({ zone: "sim-gio-moi", condition: "missing", step: "none" });
    expect(body.head).toMatchObject({ operating: 11, missing: { zones: 1 }, unknown: { zones: 4 } });
    expect(body.rows).toHaveLength(5);
    expect((await get("/missing-plants?all=true")).body.rows).toHaveLength(11);
    const former = await get("/missing-plants?at=2025-06-30&province=92&all=true");
    expect(former.body.rows.map((row: { province: { key: string } }) => row.province.key)).toEqual([
      "NSO-2024/92",
      "NSO-2024/92",
    ]);
    const csv = await api.app.inject({ url: "/missing-plants?format=csv" });
    expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(csv.body.split("\r\n")).toHaveLength(8);
    expect(csv.body).toMatch(/^\uFEFFDỮ LIỆU MÔ PHỎNG/);
    expect(await get("/missing-plants?province=Atlantis")).toMatchObject({
      status: 404,
      body: { error: { code: "not-found", message: expect.stringContaining("Atlantis") } },
    });
    expect((await get("/missing-plants?geography=2025")).status).toBe(400);
  });

  it("is healthy, and names each dependency", async () => {
    const { status, body } = await get("/health");
    expect(body.dependencies).toMatchObject({
      influx: { ok: true, detail: expect.stringMatching(/^InfluxDB \d/) },
      redis: { ok: true },
      mqtt: { ok: true },
    });
    expect(status).toBe(200);
  });

  it("lists zones with province and plant", async () => {
    const { body } = await get("/zones");
    const byId = Object.fromEntries(body.zones.map((zone: { id: string }) => [zone.id, zone]));
    expect(Object.keys(byId)).toHaveLength(registry.zones.size);
    expect(byId["sim-gio-moi"]).toMatchObject({ plantState: "missing", simulated: true, plants: [] });
    expect(byId["sim-ho-vong"]).toMatchObject({ plantState: "served", plants: [{ zone: "sim-ho-lang" }] });
    expect(byId["vn-92-tra-noc-1"]).toMatchObject({
      plantState: "unknown",
      province: { code: "92", geography: "NSO-2025" },
    });
    expect(byId["sim-song-xanh"].stations).toHaveLength(2);
  });

  it("says what is armed and what is observed, by zone and station", async () => {
    const armed = [
      { station: story.over, from: "2026-01-01" },
      { zone: "sim-bai-cat", from: "2026-11-23" },
      { province: "SIM/S1", from: "2026-11-24" },
    ];
    const trial = await createApi({ ...deps(), registry: { ...registry, armed } });
    try {
      const shown = async (url: string) => {
        const { zones } = (await trial.app.inject({ url })).json<Pick<Overview, "zones">>();
        const stations = zones.flatMap((zone) => zone.stations);
        return [...zones, ...stations].filter((place) => place.armed).map(({ id }) => id);
      };
      const expected = [story.over, "sim-bai-cat", "sim-bc-nt01", "sim-bc-nt02"];
      expect((await shown("/overview")).sort()).toEqual(expected.toSorted());
      expect((await shown("/zones")).sort()).toEqual(expected.toSorted());
    } finally {
      await trial.close();
    }
  });

  it("answers readings newest first, with value, status and flag", async () => {
    const { body } = await get(`/stations/${story.calibrating}/readings`);
    expect(body).toMatchObject({ simulated: true, count: 288, station: { id: story.calibrating } });
    const times = body.readings.map(({ time }: { time: number }) => time);
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
    expect(body.readings[0].values.cod).toEqual({ value: 210, status: "calibrating", flag: 2 });
    expect(body.readings[0].values.ph).toMatchObject({ status: "measuring", flag: 1 });

    const hour = await get(
      `/stations/${story.over}/readings?from=2026-11-23T09:00:00Z&to=2026-11-23T10:00:00Z&parameter=nh4`,
    );
    expect(hour.body.count).toBe(13);
    expect(Object.keys(hour.body.readings[0].values)).toEqual(["nh4"]);
  });

  it("exports readings as CSV that says it is simulated", async () => {
    const answer = await api.app.inject({ url: `/stations/${story.over}/readings.csv?limit=2` });
    expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
    const lines = answer.body.trimEnd().split("\r\n");
    expect(lines[0]).toBe("\uFEFFDỮ LIỆU MÔ PHỎNG / SIMULATED");
    expect(lines[2]).toMatch(/^2026-11-23T17:00:00\+07:00,/);
    expect(lines).toHaveLength(4);
  });

  it("folds incidents, and shows one with its events and mails", async () => {
    const all = await get("/incidents");
    const open = await get("/incidents?open=true");
    expect([all.body.count, open.body.count]).toEqual([5, 4]);
    const ammonium = open.body.incidents.find(
      (incident: { parameter: { key: string } | null }) => incident.parameter?.key === "nh4",
    );
    const { body } = await get(`/incidents/${ammonium.id}`);
    expect(body.incident).toEqual(ammonium);
    expect(body.events.map(({ transition }: { transition: string }) => transition)).toEqual([
      "opened",
      "worsened",
    ]);
    expect(body.mails.map(({ to }: { to: string }) => to).sort()).toEqual([
      "moitruong@song-xanh.example",
      "so-nnmt@tinh-mo-phong.example",
    ]);
    expect(body).toMatchObject({
      simulated: true,
      basis: "N",
      place: {
        zone: { id: "sim-song-xanh" },
        province: { name: "Tỉnh Mô phỏng" },
        plant: { name: { en: "Song Xanh central wastewater plant" } },
        station: { id: story.over, intervalMs: 5 * MINUTE },
      },
      facts: { value: 12.47, clause: "MP-song-xanh/GPMT, Appendix 1 row 5", confidence: "permit" },
      register: null,
    });
  });

  it("shows an ended incident by the window it was about, and a zone by what the registry says", async () => {
    const { body } = await get("/incidents?open=false");
    const [ended] = body.incidents;
    expect(ended).toMatchObject({ value: 97.3, ratio: 97.3 / 90 });
    const detail = (await get(`/incidents/${ended.id}`)).body;
    expect(detail.facts).toMatchObject({
      value: 97.3,
      to: NOW - 2 * MINUTE - 13 * 60 * MINUTE,
      windowsOver: 1,
    });
    expect(detail.events.at(-1)).toMatchObject({ transition: "closed", facts: { value: 41.3 } });

    const open = await get("/incidents?open=true&zone=sim-gio-moi");
    const missing = (await get(`/incidents/${open.body.incidents[0].id}`)).body;
    expect(missing).toMatchObject({
      place: { plant: null, station: null },
      register: { source: "invented for the simulation", plants: [] },
    });
  });

  it("lists verdicts, mails and the ledger", async () => {
    const verdicts = await get(`/verdicts?station=${story.over}&rule=hour&from=2026-11-23T08:00:00Z`);
    expect(verdicts.body.verdicts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "exceeded",
      "exceeded",
    ]);
    const mails = await get("/mails");
    expect(mails.body.mails).toHaveLength(7);
    expect(mails.body.mails[0].recordedAt).toBeGreaterThanOrEqual(mails.body.mails[6].recordedAt);
    const ledger = await get("/ledger");
    expect(ledger.body).toMatchObject({ received: 2314, stored: 2303, balance: 0 });
  });

  it("sums everything up, worst first", async () => {
    const { body } = await get("/overview");
    const overview = body as Overview;
    expect(overview.zones.slice(0, 5).map(({ id, state }) => [id, state])).toEqual([
      ["sim-song-xanh", "over"],
      ["sim-gio-moi", "missing-plant"],
      ["sim-ho-lang", "silent"],
      ["sim-nui-tia", "near"],
      ["sim-bai-cat", "calibrating"],
    ]);
    expect(overview.zones.filter(({ simulated, state }) => !simulated && state !== "no-station")).toEqual([]);
    expect(overview.zones[0]?.stations[0]?.incidents).toHaveLength(2);
    expect(overview.openIncidents.map(({ level }) => level)).toEqual([2, 2, 1, 1]);
    expect(overview.share).toEqual({ operating: 11, served: 6, missing: 1, unknown: 4 });
    expect(overview).toMatchObject({ simulated: true, clock: NOW, ledger: { balance: 0 } });
  });

  it.each([
    ["/stations/sim-nowhere/readings", 404, "station-unknown", /no station "sim-nowhere"/],
    [`/stations/${story.over}/readings?limit=99999`, 400, "parameter-invalid", /limit: .*1 to 10000/],
    [`/stations/${story.over}/readings?from=yesterday`, 400, "parameter-invalid", /from: expected ISO/],
    [`/stations/${story.over}/readings?from=9&to=3`, 400, "parameter-invalid", /before to/],
    [`/stations/${story.over}/readings?parameter=cod%22%20OR%201`, 400, "parameter-invalid", /such as cod/],
    ["/incidents?open=perhaps", 400, "parameter-invalid", /open: expected true or false/],
    ["/incidents/x'%20OR%20''='", 404, "incident-unknown", /no incident/],
    ["/verdicts?station=sim-nowhere", 404, "station-unknown", /no station/],
    ["/verdicts?rule=hour'%20OR%201", 400, "parameter-invalid", /rule: expected/],
    ["/overview?zone=x", 400, "parameter-invalid", /zone: unknown parameter/],
    ["/console/../api/main.ts", 404, "not-found", /no GET/],
    ["/nothing", 404, "not-found", /no GET "\/nothing"/],
  ])("refuses %s with %d %s", async (url, status, code, message) => {
    const answer = await get(url);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual({ code, message: expect.stringMatching(message) });
  });

  it("answers loopback names only, and never binds anything else", async () => {
    const rebound = await api.app.inject({ url: "/overview", headers: { host: "outfall.example" } });
    expect([rebound.statusCode, rebound.json().error.code]).toEqual([421, "host-refused"]);
    await expect(createApi({ ...deps(), host: "0.0.0.0" })).rejects.toThrow(/expected 127.0.0.1/);
  });

  it("serves the page under a strict policy, and 304 when it is known", async () => {
    const page = await api.app.inject({ url: "/" });
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self' 'sha256-/);
    expect(page.headers["x-content-type-options"]).toBe("nosniff");
    const again = await api.app.inject({
      url: "/",
      headers: { "if-none-match": String(page.headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });
});

describe("the live stream", () => {
  /** Server-sent events as they arrive, until `close`. */
  function listen() {
    const events: { event: string; data: string }[] = [];
    let head = "";
    let ended = false;
    const asked = request(`${api.address()}/live`, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          const match = /^event: (.*)\ndata: (.*)$/.exec(block);
          if (match) events.push({ event: match[1] ?? "", data: match[2] ?? "" });
          else head += block;
        }
      });
      answer.on("end", () => {
        ended = true;
      });
    });
    asked.on("error", () => undefined).end();
    const overviews = () =>
      events.filter(({ event }) => event === "overview").map(({ data }) => JSON.parse(data) as Overview);
    return {
      events,
      overviews,
      get head() {
        return head;
      },
      get ended() {
        return ended;
      },
      close: () => asked.destroy(),
    };
  }

  const codOf = (overview: Overview | undefined) =>
    overview?.zones
      .flatMap(({ stations }) => stations)
      .find(({ id }) => id === "sim-bc-nt02")
      ?.parameters.find(({ key }) => key === "cod")?.value;

  it("sends the overview at once, again when a point was written, and says nothing when nothing changed", async () => {
    const live = listen();
    try {
      await waitFor(() => live.overviews().length === 1, { what: "the first overview" });
      expect(live.head).toContain("retry: 2000");
      await waitFor(() => live.events.filter(({ event }) => event === "clock").length >= 3, {
        what: "three beats of the clock",
      });
      expect(live.overviews()).toHaveLength(1);

      const station = registry.stations.get("sim-bc-nt02");
      if (station === undefined) throw new Error("the sample registry has sim-bc-nt02");
      now = NOW + 3 * MINUTE;
      const sample = storySample(station, 3, NOW + 3 * MINUTE, 0);
      const readings = [{ parameter: "cod", value: 151.5, status: "measuring", flag: 1 } as const];
      await context.influx.write("raw", sampleLine({ ...sample, readings }));
      await waitFor(() => codOf(live.overviews().at(-1)) === 151.5, { what: "the new value arrives" });
      const zone = live
        .overviews()
        .at(-1)
        ?.zones.find(({ id }) => id === "sim-bai-cat");
      expect(zone?.state).toBe("over");
      // what the record did not carry is still there from the record before
      const stations = zone?.stations.find(({ id }) => id === "sim-bc-nt02");
      expect(stations?.parameters.length).toBe(8);
    } finally {
      live.close();
    }
  });

  it("ends when the api closes", async () => {
    const other = await createApi(deps());
    await other.start();
    const answer = await fetch(`${other.address()}/live`);
    const reading = answer.text();
    await other.close();
    expect(await reading).toContain("retry: 2000");
    await other.close();
  });
});

describe("while servers are down", () => {
  it("health is 503, questions are 503, the page is served, and all comes back", async () => {
    const impatient: Influx = createInflux({
      url: context.stack.influxUrl,
      org: "outfall",
      database: "outfall",
      timeoutMs: 2_000,
    });
    const alone = await createApi({ ...deps(), influx: impatient });
    const health = async () => (await alone.app.inject({ url: "/health" })).json();
    await context.stack.stop("influxdb");
    await context.stack.stop("redis");
    const down = await alone.app.inject({ url: "/health" });
    expect(down.statusCode).toBe(503);
    expect(down.json()).toMatchObject({
      ok: false,
      dependencies: { influx: { ok: false }, redis: { ok: false }, mqtt: { ok: true } },
    });
    const overview = await alone.app.inject({ url: "/overview" });
    expect([overview.statusCode, overview.json().error.code]).toEqual([503, "storage-unavailable"]);
    expect((await alone.app.inject({ url: "/" })).statusCode).toBe(200);

    await Promise.all([context.stack.restart("influxdb"), context.stack.restart("redis")]);
    await waitFor(async () => (await health()).ok, { what: "everything is healthy again" });
    expect((await alone.app.inject({ url: "/overview" })).statusCode).toBe(200);
    await alone.close();
    impatient.close();
  });
});
