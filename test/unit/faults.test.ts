/** The fault runs' own judgement: what they draw, what they send, what their audit sees; and the crash points of ingest. */
import { describe, expect, it } from "vitest";
import { crashPoints, parseCrashAt } from "#services/ingest/crash-point.ts";
import type { LedgerEntry } from "#shared/ledger/ledger.ts";
import { audit, type Evidence, rowKey } from "#test/faults/audit/audit.ts";
import { drawFaults, type FaultKind, faultKinds, subjectOf } from "#test/faults/draw.ts";
import { asResent, createDeck, type Message, numberOf, payloadOf } from "#test/faults/load/message.ts";

const T = Date.UTC(2026, 10, 23);
const KILLED_AT = T + 60_000;

const message = (number: number, change: Partial<Message> = {}): Message => ({
  number,
  kind: "fresh",
  station: 0,
  time: T + number * 1_000,
  cod: 40 + number,
  tss: 20,
  ...change,
});
const entry = (change: Partial<LedgerEntry>): LedgerEntry => ({
  worker: "w1",
  plant: "p",
  hour: T,
  received: 0,
  stored: 0,
  duplicate: 0,
  conflict: 0,
  quarantined: 0,
  inJournal: 0,
  ...change,
});

/** A sound run: 0 stored, 1 its duplicate, 2 contradicts it, 3 is broken. */
const messages = [
  message(0),
  message(1, { kind: "duplicate", time: T, cod: 40, of: 0 }),
  message(2, { kind: "conflict", time: T, cod: 101, of: 0 }),
  message(3, { kind: "malformed", code: "time-missing" }),
];
const sound: Evidence = {
  messages,
  acknowledgedAt: new Map(messages.map(({ number }) => [number, KILLED_AT - 1_000])),
  arrived: new Set([0, 1, 2, 3]),
  acknowledged: new Set([0, 1, 2, 3]),
  acknowledgements: 4,
  rows: new Map([[rowKey(0, T), { cod: 40, tss: 20 }]]),
  quarantine: [
    { id: "3-s0", number: 2, code: "conflict" },
    { id: "4-0", number: 3, code: "time-missing" },
    { id: "4-0", number: 3, code: "time-missing" },
  ],
  ledger: [entry({ received: 4, stored: 1, duplicate: 1, conflict: 1, quarantined: 1 })],
  journaled: 4,
  brokerKills: [KILLED_AT],
  clockStepped: false,
};
const rows = (cod: number) => new Map([[rowKey(0, T), { cod, tss: 20 }]]);
const early = (number: number) => ({ id: `${number}-0`, number, code: "time-future" as const });
const all = { brokerLost: 0, brokerLostBeyondBound: 0, brokerLostAfterResend: 0, balance: 0 };

describe("the audit", () => {
  it("finds nothing in a sound run", () => {
    expect(audit(sound)).toEqual({ lost: [], miscounted: [], ...all });
  });

  const lost: [what: string, change: Partial<Evidence>, numbers: number[]][] = [
    ["no row", { rows: new Map() }, [0, 1]],
    ["a row with another value", { rows: rows(41) }, [0, 1]],
    [
      "a row that the contradicting value took",
      { rows: rows(101), quarantine: sound.quarantine.slice(1) },
      [0, 1],
    ],
    ["no quarantine", { quarantine: [] }, [2, 3]],
    ["no row, and nobody acknowledged it", { rows: new Map(), acknowledged: new Set([1, 2, 3]) }, [1]],
    [
      "a refusal as too early, of a clock that never stepped",
      { rows: new Map(), quarantine: [early(0), early(1)] },
      [0, 1, 2, 3],
    ],
  ];
  it.each(lost)("misses %s", (_, change, numbers) => {
    const found = audit({ ...sound, ...change }).lost;
    expect(found.map((text) => Number(/^message (\d+) /.exec(text)?.[1]))).toEqual(numbers);
  });

  it("takes a refusal as too early, where the clock stepped", () => {
    const quarantine = [early(0), early(1), early(2), early(3)];
    expect(audit({ ...sound, clockStepped: true, rows: new Map(), quarantine }).lost).toEqual([]);
  });

  const wrong: [what: string, change: Partial<Evidence>, text: string][] = [
    [
      "a fresh value taken for a conflict",
      { quarantine: [...sound.quarantine, { id: "1-s0", number: 0, code: "conflict" }] },
      "taken for a conflict",
    ],
    ["a conflict stored over the first value", { rows: rows(101) }, "stored over the first value"],
    [
      "another reason",
      { quarantine: [sound.quarantine[0] as never, { id: "4-0", number: 3, code: "time-invalid" }] },
      "refused as time-invalid, expected time-missing",
    ],
    [
      "a good sample refused",
      { quarantine: [...sound.quarantine, { id: "1-0", number: 0, code: "not-text" }] },
      "refused as not-text",
    ],
    [
      "a sample received twice and journaled once",
      { journaled: 3 },
      "received, against records in the journal: 4, expected 3",
    ],
    [
      "more PUBACKs than records",
      { acknowledgements: 5 },
      "ingest acknowledged 5 messages, the journal took 4",
    ],
    [
      "a sample stored twice",
      { ledger: [entry({ received: 4, stored: 2, conflict: 1, quarantined: 1 })] },
      "stored, against rows in InfluxDB: 2, expected 1",
    ],
    [
      "a refusal counted twice",
      { ledger: [entry({ received: 4, stored: 1, conflict: 1, quarantined: 2 })] },
      "quarantined, against lines in quarantine: 2, expected 1",
    ],
    [
      "what is still in the journal",
      { ledger: [entry({ received: 4, stored: 1, duplicate: 1, conflict: 1, inJournal: 1 })] },
      "still in the journal: 1, expected 0",
    ],
  ];
  it.each(wrong)("sees %s", (_, change, text) => {
    expect(audit({ ...sound, ...change }).miscounted.join("\n")).toContain(text);
  });

  it("lets no hour hide another", () => {
    const ledger = [
      entry({ received: 3, stored: 1, conflict: 1 }),
      entry({ plant: "q", received: 1, duplicate: 1, quarantined: 1 }),
    ];
    expect(audit({ ...sound, ledger }).balance).toBe(2);
  });

  const broker: [what: string, change: Partial<Evidence>, found: object][] = [
    ["resent", { arrived: new Set([0, 1, 2]) }, { brokerLost: 1 }],
    [
      "never resent",
      { arrived: new Set([0, 1, 2]), acknowledged: new Set([0, 1, 2]) },
      { brokerLost: 1, brokerLostAfterResend: 1 },
    ],
    [
      "older than an autosave",
      { arrived: new Set([0, 1, 2]), brokerKills: [KILLED_AT + 30_000] },
      { brokerLost: 1, brokerLostBeyondBound: 1 },
    ],
    [
      "of a broker that lived",
      { arrived: new Set([0, 1, 2]), brokerKills: [] },
      { brokerLost: 1, brokerLostBeyondBound: 1 },
    ],
  ];
  it.each(broker)("counts what a broker forgot: %s", (_, change, found) => {
    expect(audit({ ...sound, ...change })).toMatchObject({ ...all, ...found });
  });
});

describe("drawn faults", () => {
  const draw = (seed: number, only?: FaultKind) => drawFaults({ seed: `${seed}`, ms: 8_000, only });

  it("are the same for the same seed, and others for another", () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("always end ingest, fall into the run, and leave no kind out", () => {
    const seen = new Set<FaultKind>();
    for (let seed = 1; seed <= 100; seed += 1) {
      const drawn = draw(seed);
      for (const { kind } of drawn) seen.add(kind);
      expect(drawn.some(({ kind }) => subjectOf(kind) === "ingest")).toBe(true);
      expect(drawn.length).toBeGreaterThanOrEqual(3);
      expect(Math.max(...drawn.map(({ atMs }) => atMs))).toBeLessThan(8_000);
    }
    expect([...seen].sort()).toEqual([...faultKinds].sort());
  });

  it("are of one kind where that is asked for", () => {
    expect(new Set(draw(3, "clock-step").map(({ kind }) => kind))).toEqual(new Set(["clock-step"]));
  });
});

describe("numbered messages", () => {
  const deck = createDeck({ seed: "1", stations: 3, firstTime: T });
  for (let count = 0; count < 3_000; count += 1) deck.next(count % 3);
  deck.nextStray();

  it("are of every kind, and repeat or contradict an earlier fresh one of their station", () => {
    const kinds = Map.groupBy(deck.messages, ({ kind }) => kind);
    expect([...kinds].map(([kind, some]) => [kind, some.length > 50])).toHaveLength(4);
    for (const { kind, of, station, time, cod } of deck.messages) {
      if (of === undefined) continue;
      const first = deck.messages[of];
      expect(first).toMatchObject({ kind: "fresh", station, time });
      expect(first?.cod === cod).toBe(kind === "duplicate");
    }
  });

  it("never give two fresh ones the same station and time, or the same values", () => {
    const fresh = deck.messages.filter(({ kind }) => kind === "fresh");
    expect(new Set(fresh.map(({ station, time }) => rowKey(station, time))).size).toBe(fresh.length);
    expect(new Set(fresh.map(({ cod, tss }) => `${cod}|${tss}`)).size).toBe(fresh.length);
  });

  it("are known again from their payload, however broken, padded or resent", () => {
    for (const one of deck.messages) {
      const payload = payloadOf(one, 100);
      expect(numberOf(payload)).toEqual({ number: one.number, resent: false });
      expect(numberOf(Buffer.from(asResent(payload)))).toEqual({ number: one.number, resent: true });
    }
    expect(numberOf("{}")).toBeUndefined();
  });
});

describe("OUTFALL_CRASH_AT", () => {
  it("ends at the nth pass of its own point, once", () => {
    let ends = 0;
    const at = parseCrashAt("after-commit:2", true, () => {
      ends += 1;
    });
    for (const point of ["after-commit", "before-commit", "after-write"] as const) at?.(point);
    expect(ends).toBe(0);
    for (let pass = 0; pass < 3; pass += 1) at?.("after-commit");
    expect(ends).toBe(1);
  });

  it("is nothing when unset", () => {
    expect(parseCrashAt(undefined, true)).toBeUndefined();
    expect(parseCrashAt("", false)).toBeUndefined();
  });

  it.each(["after-lunch:1", "after-commit", "after-commit:0", "after-commit:x", ":1", "toString:1"])(
    "refuses %s, and names the points",
    (text) => {
      expect(() => parseCrashAt(text, true)).toThrow(Object.keys(crashPoints).join(", "));
    },
  );

  it("is refused where the registry is not simulated", () => {
    expect(() => parseCrashAt("after-commit:1", false)).toThrow("not simulated");
  });
});
