/** One story through real processes: a station exceeds its limit, the officer is told once; it comes back, and is told once more. */
import { describe, expect, it } from "vitest";
import { readIncidents } from "#shared/incident/incident-points.ts";
import { toRows } from "#shared/influx/rows.ts";
import { readLedger, totalOf } from "#shared/ledger/ledger.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { createPublisher } from "#test/support/publisher.ts";
import { DATA_TOPIC, testRegistryFiles } from "#test/support/registry.ts";
import { useSystem } from "#test/support/system.ts";

const MINUTE_MS = 60_000;
/** 10:00 local time; the feed's time is what counts. */
const TEN = Date.parse("2026-11-20T10:00:00+07:00");

describe("a station above its limit for an hour, then within", () => {
  const outfall = useSystem({ registry: testRegistryFiles(), env: { OUTFALL_TICK_MS: "100" } });

  /** Five-minute records from one time up to another, with this COD in the mean of three: values that never move are frozen. */
  async function publishHours(from: number, hours: number, cod: number): Promise<void> {
    const station = await createPublisher(outfall.system.stack.mqttUrl, "sim-s1");
    for (let step = 1; step <= hours * 12; step += 1) {
      const time = new Date(from + step * 5 * MINUTE_MS).toISOString();
      const moved = (value: number) => value + (step % 3) - 1;
      const readings = {
        ph: 7 + (step % 3) / 10,
        cod: moved(cod),
        tss: moved(30),
        nh4: moved(2),
        flow: moved(100),
      };
      await station.publish(DATA_TOPIC, { time, readings });
    }
    await station.close();
  }

  it("09:00–10:00 all is well: no incident, no mail", async () => {
    await publishHours(TEN - 60 * MINUTE_MS, 1, 90);
    await publishHours(TEN, 0.25, 90);
    await waitFor(
      async () =>
        toRows(
          await outfall.system.influx.query(
            `SELECT * FROM "record"."verdict" WHERE parameter = 'cod' AND rule = 'hour'`,
          ),
        ).length >= 1,
      { what: "the hour up to 10:00 is judged" },
    );
    expect(await readIncidents(outfall.system.influx)).toEqual([]);
    expect(await outfall.mails()).toEqual([]);
  });

  it("10:00–11:00 COD is at 180 mg/L: by 11:10 the zone officer has one mail, nobody else", async () => {
    await publishHours(TEN + 15 * MINUTE_MS, 0.75, 180);
    await publishHours(TEN + 60 * MINUTE_MS, 0.25, 100);
    await waitFor(async () => (await outfall.mails()).length > 0, { what: "a mail" });
    const [mail, ...others] = await outfall.mails();
    expect(others).toEqual([]);
    expect(mail?.subject).toMatch(/^\[MÔ PHỎNG\] COD 157,5 > 135 mg\/L · KCN Mô phỏng Z · 20\/11 11:00$/);
    expect(mail?.to).toMatchObject({ value: [{ address: "o@z.example" }] });
    expect(mail?.text).toContain("DỮ LIỆU MÔ PHỎNG / SIMULATED");
    expect(mail?.text).toContain("1,17 lần giới hạn");
    expect(mail?.text).toContain("MP-Z/GPMT, row 3");
    expect(mail?.html).toContain("157,5");
    expect(await readIncidents(outfall.system.influx)).toMatchObject([
      // since the first reading over its limit, which two analyses confirmed
      {
        kind: "limit",
        station: "sim-s1",
        parameter: "cod",
        level: 1,
        closedAt: null,
        openedAt: TEN + 20 * MINUTE_MS,
      },
    ]);
  });

  it("11:00–13:00 it is within: one closing mail in the same thread", async () => {
    await publishHours(TEN + 75 * MINUTE_MS, 2, 100);
    await waitFor(async () => (await outfall.mails()).length > 1, { what: "a closing mail" });
    const [opening, closing, ...others] = await outfall.mails();
    expect(others).toEqual([]);
    expect(closing?.subject).toContain("đã trở lại trong giới hạn");
    expect(closing?.references).toContain(opening?.messageId);
    expect(await readIncidents(outfall.system.influx)).toMatchObject([{ closedAt: TEN + 180 * MINUTE_MS }]);
  });

  it("the same records again, and FLUSHALL: no verdict, incident or mail changes", async () => {
    const { Redis } = await import("ioredis");
    const redis = new Redis(outfall.system.stack.redisUrl);
    await redis.flushall();
    redis.disconnect();
    await publishHours(TEN + 15 * MINUTE_MS, 0.75, 180);
    await waitFor(async () => totalOf(await readLedger(outfall.system.influx)).duplicate === 9, {
      what: "nine duplicates",
    });
    // a new hour after FLUSHALL is judged again: schedulers and queues came back by themselves
    await publishHours(TEN + 195 * MINUTE_MS, 1, 100);
    await waitFor(
      async () =>
        toRows(
          await outfall.system.influx.query(
            `SELECT * FROM "record"."verdict" WHERE parameter = 'cod' AND rule = 'hour' AND time = ${TEN + 180 * MINUTE_MS}ms`,
          ),
        ).length === 1,
      { what: "the hour up to 14:00 is judged", timeoutMs: 30_000 },
    );
    expect((await outfall.mails()).length).toBe(2);
    expect(totalOf(await readLedger(outfall.system.influx))).toMatchObject({
      balance: 0,
      conflict: 0,
      quarantined: 0,
    });
  });
});
