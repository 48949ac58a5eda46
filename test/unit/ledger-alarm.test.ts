import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeLedger, type OffSince } from "#services/compliance/ledger-alarm/judge-ledger.ts";
import { sweepLedger } from "#services/compliance/ledger-alarm/sweep-ledger.ts";
import { createTally } from "#services/ingest/ledger/tally.ts";
import { compose } from "#services/notify/render/compose.ts";
import { route } from "#services/notify/route/route.ts";
import { foldEvents, type Incident, type IncidentEvent, subjectKey } from "#shared/incident/incident.ts";
import { balanceOf, countsOf, type LedgerEntry, ledgerLine, totalOf } from "#shared/ledger/ledger.ts";
import type { LedgerRow } from "#shared/ledger/ledger-sums.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";

const HOUR = 3_600_000;
const GRACE = 60_000;
const registry = await loadRegistry("registry");
const PLANT = "sim-song-xanh-wwtp";

const row = (plant: string, hour: number, balance: number): LedgerRow => ({
  ...{ plant, hour, balance, received: 10 + balance, stored: 10 },
  ...{ duplicate: 0, conflict: 0, quarantined: 0, inJournal: 0 },
});

/** A watch over the ledger with its own record of incidents. */
function createWatch() {
  const events: IncidentEvent[] = [];
  let before: OffSince = new Map();
  const all = () =>
    [...Map.groupBy(events, ({ incident }) => incident).values()]
      .map(foldEvents)
      .filter((incident): incident is Incident => incident !== undefined);
  const incidents = {
    of: (subject: Parameters<typeof subjectKey>[0]) =>
      all().filter((incident) => subjectKey(incident) === subjectKey(subject)),
    open: () => all().filter(({ kind, closedAt }) => kind === "ledger" && closedAt === null),
  };
  return {
    events,
    all,
    restart() {
      before = new Map();
    },
    look(realMs: number, rows: LedgerRow[]): string[] {
      const judged = judgeLedger(rows, before, realMs, GRACE);
      before = judged.offSince;
      const news = sweepLedger(registry, judged, incidents, 1e12 + realMs);
      events.push(...news);
      return news.map(({ transition, plant }) => `${transition} ${plant}`);
    },
  };
}

describe("the alarm of the ledger", () => {
  it("opens only after the grace, once, and closes when the hour balances again", () => {
    const { look, events } = createWatch();
    expect(look(0, [row(PLANT, HOUR, 3)])).toEqual([]);
    expect(look(GRACE, [row(PLANT, HOUR, 3)])).toEqual([]);
    expect(look(GRACE + 1, [row(PLANT, HOUR, 3), row(PLANT, 2 * HOUR, 0)])).toEqual([`opened ${PLANT}`]);
    expect(look(GRACE + 2, [row(PLANT, HOUR, 4)])).toEqual([]);
    expect(look(GRACE + 3, [row(PLANT, HOUR, 0)])).toEqual([`closed ${PLANT}`]);
    expect(look(GRACE + 4, [row(PLANT, HOUR, 0)])).toEqual([]);
    expect(events[0]).toMatchObject({ zone: "sim-song-xanh", level: 1, startedAt: HOUR, closedAt: null });
    expect(events[0]?.facts.ledger).toMatchObject({ hour: HOUR, balance: 3, hours: 1 });
  });

  it("does not open for what is off between two looks only", () => {
    const { look } = createWatch();
    for (let at = 0; at < 20 * GRACE; at += GRACE) {
      expect(look(at, [row(PLANT, HOUR, 3)])).toEqual([]);
      expect(look(at + 1, [row(PLANT, HOUR, 0)])).toEqual([]);
    }
  });

  it("is one incident a plant, also of those without a zone; one that is open survives a restart", () => {
    const watch = createWatch();
    const off = [row(PLANT, HOUR, 3), row(PLANT, 2 * HOUR, -1), row("unknown", HOUR, 1)];
    watch.look(0, off);
    expect(watch.look(GRACE + 1, off).sort()).toEqual([`opened ${PLANT}`, "opened unknown"]);
    const more = [...off, row("gone-wwtp", HOUR, 2)];
    watch.look(GRACE + 2, more);
    expect(watch.look(3 * GRACE, more)).toEqual(["opened gone-wwtp"]);
    watch.restart();
    expect(watch.look(3 * GRACE + 1, more)).toEqual([]);
    expect(watch.look(3 * GRACE + 2, more.slice(1))).toEqual([]);
    expect(watch.look(3 * GRACE + 3, more.slice(2))).toEqual([`closed ${PLANT}`]);
    expect(watch.all()).toHaveLength(3);
  });

  it("the same hour off again goes on as the same incident, under a new revision", () => {
    const watch = createWatch();
    const off = [row(PLANT, HOUR, 3)];
    watch.look(0, off);
    watch.look(GRACE + 1, off);
    watch.look(GRACE + 2, []);
    watch.look(GRACE + 3, off);
    expect(watch.look(2 * GRACE + 4, off)).toEqual([`reopened ${PLANT}`]);
    expect(watch.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(watch.all()).toHaveLength(1);
  });

  it("is told to engineers and to nobody else; of no zone, to all of them", () => {
    const watch = createWatch();
    const off = [row(PLANT, HOUR, 3), row("unknown", HOUR, 1)];
    watch.look(0, off);
    watch.look(GRACE + 1, off);
    for (const event of watch.events) {
      const { outcome, recipients } = route(registry, [event], 1);
      expect([outcome, recipients.map(({ contact }) => contact.duty)]).toEqual(["told", ["engineer"]]);
    }
    const without = { ...registry, contacts: registry.contacts.filter(({ duty }) => duty !== "engineer") };
    const [event] = watch.events;
    expect(route(without, event === undefined ? [] : [event], 1).outcome).toBe("defect");
    const real = registry.contacts.map((contact) => ({ ...contact, email: "someone@real.vn" }));
    expect(route({ ...registry, contacts: real }, event === undefined ? [] : [event], 1).recipients).toEqual(
      [],
    );
  });
});

describe("the mail about the ledger", () => {
  const watch = createWatch();
  const off = [row(PLANT, HOUR, 3), row(PLANT, 2 * HOUR, 1), row("unknown", HOUR, -2)];
  watch.look(0, off);
  watch.look(GRACE + 1, off);
  const english = {
    ...registry,
    contacts: registry.contacts.map((contact) => ({ ...contact, language: "en" as const })),
  };
  const head = { from: "outfall@outfall.example", publicUrl: "http://127.0.0.1:3000" };
  const mailOf = (within: Registry, place: number) => {
    const event = watch.events[place];
    const [mail] = compose(within, event === undefined ? [] : [event], 1, head, 0).mails;
    return `${mail?.subject}\n${mail?.text}`;
  };

  it("names plant, hour, counts and difference, in English and Vietnamese", () => {
    const text = mailOf(english, 0);
    for (const words of [
      "[SIMULATED] Ledger does not balance: Song Xanh central wastewater plant · 3 not accounted for",
      "Hour of receipt: 1 Jan 1970, 09:00–10:00",
      "Accounted for: stored 10 + duplicate 0 + conflict 0 + quarantined 0 + in the journal 0",
      "Hours that do not balance: 2",
      "outfall doctor",
    ]) {
      expect(text).toContain(words);
    }
    expect(mailOf(registry, 0)).toContain("Chênh lệch: 3 bản ghi chưa rõ đi đâu");
  });

  it("of strange topics names no plant and no zone; more than received is said so", () => {
    expect(mailOf(english, 1)).toContain(
      "messages of no known station: received and accounted for do not agree",
    );
    expect(mailOf(english, 1)).toContain("Difference: 2 counted more than received");
    expect(mailOf(registry, 1)).toContain("tính thừa 2 bản ghi so với số đã nhận");
  });
});

describe("the ledger's rows", () => {
  it("keep reasons through a crash, and back from a row", () => {
    const tally = createTally("w1");
    for (const code of ["not-text", "not-text", "time-future"] as const) {
      tally.done("p", HOUR + 5, "quarantined", code);
    }
    tally.done("p", HOUR + 5, "conflict");
    const after = createTally("w1", structuredClone(tally.state()));
    after.done("p", HOUR + 9, "quarantined", "time-future");
    const [entry] = after.entries();
    expect(entry?.reasons).toEqual({ "not-text": 2, "time-future": 2 });
    expect(tally.entries()[0]?.reasons).toEqual({ "not-text": 2, "time-future": 1 });
    expect(ledgerLine(entry as LedgerEntry)).toContain("q_not-text=2i,q_time-future=2i");
  });

  it("add up whatever order and grouping", () => {
    const count = fc.nat(1_000);
    const counts = fc.record({
      ...{
        received: count,
        stored: count,
        duplicate: count,
        conflict: count,
        quarantined: count,
        inJournal: count,
      },
      reasons: fc.dictionary(
        fc.constantFrom("not-text", "time-future", "conflict"),
        fc.integer({ min: 1, max: 99 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(counts), fc.nat(), (entries, cut) => {
        const [a, b] = [entries.slice(0, cut % 7), entries.slice(cut % 7)];
        const whole = totalOf(entries);
        expect(totalOf([totalOf(b), totalOf(a)])).toEqual(whole);
        expect(whole.balance).toBe(entries.reduce((sum, entry) => sum + balanceOf(entry), 0));
      }),
    );
  });

  it("are read from columns with and without what a sum puts before them", () => {
    const columns = {
      received: 3,
      stored: 1,
      in_journal: 1,
      quarantined: 1,
      "q_not-text": 1,
      q_conflict: null,
    };
    const counts = { received: 3, stored: 1, duplicate: 0, conflict: 0, quarantined: 1, inJournal: 1 };
    const summed = Object.fromEntries(Object.entries(columns).map(([key, value]) => [`sum_${key}`, value]));
    expect(countsOf(columns)).toEqual({ ...counts, reasons: { "not-text": 1 } });
    expect(countsOf(summed, "sum_")).toEqual({ ...counts, reasons: { "not-text": 1 } });
    expect(countsOf({})).toEqual({ ...counts, received: 0, stored: 0, quarantined: 0, inJournal: 0 });
  });
});
