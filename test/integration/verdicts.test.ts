/** Verdicts of the past through the api: as of an instant, every revision, and why one is so; the same on the command line. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi } from "#services/api/api.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { sampleLine } from "#shared/reading/sample-points.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { judgeFeed } from "#shared/verdict/judge-feed.ts";
import { verdictKey } from "#shared/verdict/revisions.ts";
import type { StoredVerdict } from "#shared/verdict/verdict.ts";
import { supersededLine, verdictLine } from "#shared/verdict/verdict-points.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { startOutfall } from "#test/support/outfall.ts";
import { useStack } from "#test/support/stack.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Date.parse("2026-11-20T10:00:00+07:00");
const STATION = "sim-sx-nt01";
const NAME = `${STATION}/nh4/hour/2026-11-20T10:00:00+07:00`;
const ONE = `station=${STATION}&parameter=nh4&rule=hour&from=2026-11-20T10:00:00%2B07:00`;
/** The verdict by its first ten readings, and by two that came three hours late. */
const FIRST = FROM + HOUR + 10 * MINUTE;
const SECOND = FROM + 3 * HOUR;

const context = useStack();
let api: Api;
let verdicts: readonly StoredVerdict[];

beforeAll(async () => {
  const registry = await loadRegistry("registry");
  const station = registry.stations.get(STATION);
  if (station === undefined) throw new Error("the sample registry has sim-sx-nt01");
  const limit = 10;
  expect(registry.plants.get(station.plant)?.permit).toBeDefined();
  const samples = Array.from({ length: 12 }, (_, index): Sample => {
    const time = FROM + (index + 1) * 5 * MINUTE - (station.coversFromOffsetMs === 0 ? 5 * MINUTE : 0);
    const isLate = index >= 10;
    return {
      zone: station.zone,
      plant: station.plant,
      station: STATION,
      time,
      receivedAt: isLate ? SECOND : time + 1_000,
      readings: [
        {
          parameter: "nh4",
          value: isLate ? 30 * limit : 0.5,
          status: "measuring",
          flag: 1,
        },
      ],
    };
  });
  const span = { from: FROM - HOUR, to: FROM + 2 * HOUR, until: FROM + 100 * HOUR };
  verdicts = judgeFeed(registry, createCalendar("Asia/Ho_Chi_Minh"), STATION, samples, span);
  await context.influx.write("raw", samples.map((sample) => sampleLine(sample)).join("\n"));
  const isReplaced = (verdict: StoredVerdict) =>
    verdicts.some((one) => verdictKey(one) === verdictKey(verdict) && one.revision > verdict.revision);
  const lines = verdicts.map((one) => (isReplaced(one) ? supersededLine(one) : verdictLine(one)));
  await context.influx.write("record", lines.join("\n"));
  api = await createApi({
    registry,
    influx: context.influx,
    redis: { url: context.stack.redisUrl, prefix: "test" },
    mqttUrl: context.stack.mqttUrl,
    clock: { now: () => FROM + 4 * HOUR, speed: 1, simulated: true },
    log: silentLogger,
    host: "127.0.0.1",
    port: 0,
  });
});
afterAll(() => api?.close());

async function get(url: string) {
  const answer = await api.app.inject({ url });
  return { status: answer.statusCode, body: answer.json() };
}

describe("verdicts", () => {
  it("carry their name and state", async () => {
    const { body } = await get(
      `/verdicts?station=${STATION}&parameter=nh4&rule=hour&from=${FROM}&to=${FROM}`,
    );
    expect(body.verdicts).toMatchObject([
      { name: NAME, revision: 2, outcome: "exceeded", state: "provisional" },
    ]);
  });

  /** [as of, the revision that held, its outcome, its state] */
  it.each([
    [FIRST - 1, undefined, undefined, undefined],
    [FIRST, 1, "within", "provisional"],
    [SECOND - 1, 1, "within", "provisional"],
    [SECOND + MINUTE, 2, "exceeded", "provisional"],
    [FROM + 80 * HOUR, 2, "exceeded", "final"],
  ])("as of %s", async (asOf, revision, outcome, state) => {
    const url = `/verdicts?station=${STATION}&parameter=nh4&rule=hour&from=${FROM}&to=${FROM}&asOf=`;
    const { body } = await get(url + new Date(asOf).toISOString());
    const expected = revision === undefined ? [] : [{ revision, outcome, state }];
    expect(body.verdicts).toMatchObject(expected);
    expect(body.count).toBe(expected.length);
  });

  it("as of an instant are those of `verdict` where nothing was revised since", async () => {
    const now = await get("/verdicts?limit=10000");
    const then = await get(`/verdicts?limit=10000&asOf=${FROM + 100 * HOUR}`);
    const strip = (list: { name: string; revision: number; value: number }[]) =>
      list.map(({ name, revision, value }) => [name, revision, value]).sort();
    expect(strip(then.body.verdicts)).toEqual(strip(now.body.verdicts));
    const some = await get(`/verdicts?limit=2&asOf=${FROM + 100 * HOUR}`);
    expect(some.body.count).toBe(2);
  });

  it("list their revisions, oldest first", async () => {
    const { body } = await get(`/verdicts/revisions?${ONE}`);
    expect(body.revisions).toMatchObject([
      { revision: 1, outcome: "within", causes: ["first"], judgedAt: FIRST },
      { revision: 2, outcome: "exceeded", causes: ["late-data"] },
    ]);
  });

  it("are explained, each revision by what was known then", async () => {
    const newest = await get(`/verdicts/explanation?${ONE}`);
    expect(newest.status).toBe(200);
    expect(newest.body.explanation).toMatchObject({
      name: NAME,
      simulated: true,
      verdict: { outcome: "exceeded" },
      stored: { revision: 2, newest: 2, causes: ["late-data"] },
      decidedBy: { row: "complete-exceeded" },
      limit: { instrument: "permit", quantity: "value" },
      differences: [],
      outdated: [],
      averaging: { legalBasis: "" },
    });
    expect(newest.body.explanation.readings).toHaveLength(12);
    const first = await get(`/verdicts/explanation?${ONE}&revision=1`);
    expect(first.body.explanation).toMatchObject({
      verdict: { outcome: "within", value: 0.5 },
      differences: [],
    });
    expect(
      first.body.explanation.readings.filter(({ countsAs }: { countsAs: string }) => countsAs === "later"),
    ).toHaveLength(2);
  });

  it.each([
    [`/verdicts/explanation?${ONE}&revision=7`, 404, "no revision 7 of .*expected 1 to 2"],
    [`/verdicts/explanation?${ONE.replace("hour", "fortnight")}`, 404, "no window of the rule fortnight"],
    [`/verdicts/explanation?${ONE.replace("nh4", "cd")}`, 404, "nothing is judged as"],
    [`/verdicts/explanation?${ONE.replace("10:00", "10:30")}`, 404, "no window of the rule hour begins at"],
    [`/verdicts/revisions?${ONE.replace("10:00", "09:30")}`, 404, "no verdict .* is stored"],
    [`/verdicts/revisions?${ONE.replace(STATION, "nobody")}`, 404, "no station"],
    ["/verdicts/explanation?station=sim-sx-nt01", 400, "parameter: "],
    [`/verdicts/explanation?${ONE}&revision=0`, 400, "expected a revision such as 2"],
    ["/verdicts?asOf=yesterday", 400, "expected ISO 8601"],
  ])("%s is refused", async (url, status, message) => {
    const answer = await get(url);
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(new RegExp(message));
  });
});

describe("outfall explain", () => {
  it("reads InfluxDB as the api does", async () => {
    const env = { OUTFALL_INFLUX_URL: context.stack.influxUrl };
    const { finished } = startOutfall(["explain", NAME, "--revision", "2", "--json"], { env });
    const { code, stdout, stderr } = await finished;
    expect([code, stderr]).toEqual([0, ""]);
    const { body } = await get(`/verdicts/explanation?${ONE}&revision=2`);
    const { stored, ...explained } = JSON.parse(stdout);
    const { stored: storedThere, ...there } = body.explanation;
    expect(explained).toEqual(there);
    // the command line's clock is today's
    expect({ ...stored, state: "" }).toEqual({ ...storedThere, state: "" });
  });
});

describe("outfall rejudge", () => {
  it("reads InfluxDB and changes nothing", async () => {
    const before = await get("/verdicts?limit=10000");
    const span = ["--from", "2026-11-20T10:00:00+07:00", "--to", "2026-11-20T11:00:00+07:00"];
    const { finished } = startOutfall(["rejudge", "--limit", "nh4=100", ...span, "--json"], {
      env: { OUTFALL_INFLUX_URL: context.stack.influxUrl },
    });
    const { code, stdout } = await finished;
    expect(code).toBe(0);
    const { rows, flips, simulated } = JSON.parse(stdout);
    expect(simulated).toBe(true);
    // of all stations one has readings: ten at 0.5 and two at 300 are a mean of 50.4
    expect(rows.filter(({ judged }: { judged: number }) => judged > 0)).toMatchObject([
      { zone: "sim-song-xanh", parameter: "nh4", rule: "hour", exceededNow: 1, exceededThen: 0, toWithin: 1 },
    ]);
    expect(flips).toMatchObject([{ station: STATION, asked: { outcome: "within", limit: { max: 100 } } }]);
    expect(await get("/verdicts?limit=10000")).toEqual(before);
  });

  it.each([
    [["--from", "2026-11-20", "--to", "2026-11-21"], /expected what to judge by/],
    [["--limit", "cod=a lot", "--from", "2026-11-20", "--to", "2026-11-21"], /expected a number above 0/],
    [["--limit", "gold=3", "--from", "2026-11-20", "--to", "2026-11-21"], /gold is no parameter/],
    [["--column", "A", "--from", "2026-11-21", "--to", "2026-11-20"], /expected a span of time/],
    [["--column", "A", "--from", "soon", "--to", "2026-11-20"], /--from soon: expected a day/],
  ])("%j is refused", async (args, message) => {
    const { code, stderr } = await startOutfall(["rejudge", ...args]).finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
