import { describe, expect, it } from "vitest";
import { isExampleAddress, route } from "#services/notify/route/route.ts";
import { parseSmtpUrl, refuseRealWorld, senderOf } from "#services/notify/smtp/config.ts";
import type { IncidentEvent, Level, Transition } from "#shared/incident/incident.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { isLoopback } from "#shared/runtime/loopback.ts";
import { codEvent, local, missingPlantEvent } from "#test/support/notify-events.ts";

const registry = await loadRegistry("registry");
const OFFICER = "sim-song-xanh-officer";
const REGULATORS = ["sim-board", "sim-department"];
const ALL = [OFFICER, ...REGULATORS];

const life = (...steps: [Transition, Level][]): IncidentEvent[] =>
  steps.map(([transition, level], index) => codEvent({ seq: index + 1, transition, level }));
const toldOf = (events: readonly IncidentEvent[], within: Registry = registry) =>
  route(within, events, events.length).recipients.map(({ contact, reading }) => `${contact.id} ${reading}`);
const as = (reading: string, ids: readonly string[]) => ids.map((id) => `${id} ${reading}`);

describe("route", () => {
  it.each<[string, [Transition, Level][], string[]]>([
    ["level 0 is on the tile only", [["opened", 0]], []],
    ["level 1 tells the zone officer", [["opened", 1]], as("opening", [OFFICER])],
    ["level 2 at once tells all", [["opened", 2]], as("opening", ALL)],
    [
      "worse within level 0",
      [
        ["opened", 0],
        ["worsened", 0],
      ],
      [],
    ],
    [
      "raised to 1: an opening for the officer",
      [
        ["opened", 0],
        ["worsened", 1],
      ],
      as("opening", [OFFICER]),
    ],
    [
      "raised to 2: worse for the officer, an opening for the others",
      [
        ["opened", 1],
        ["worsened", 2],
      ],
      [...as("worsening", [OFFICER]), ...as("opening", REGULATORS)],
    ],
    [
      "eased tells nobody",
      [
        ["opened", 2],
        ["eased", 1],
      ],
      [],
    ],
    [
      "moved tells nobody",
      [
        ["opened", 2],
        ["moved", 2],
      ],
      [],
    ],
    [
      "closed at level 0",
      [
        ["opened", 0],
        ["closed", 0],
      ],
      [],
    ],
    [
      "closed tells the officer",
      [
        ["opened", 1],
        ["closed", 1],
      ],
      as("ending", [OFFICER]),
    ],
    [
      "the end goes to the highest level it had",
      [
        ["opened", 2],
        ["eased", 0],
        ["closed", 0],
      ],
      as("ending", ALL),
    ],
    [
      "withdrawn too",
      [
        ["opened", 0],
        ["worsened", 2],
        ["withdrawn", 0],
      ],
      as("ending", ALL),
    ],
    [
      "reopened takes the end back",
      [
        ["opened", 1],
        ["closed", 1],
        ["reopened", 1],
      ],
      as("reopening", [OFFICER]),
    ],
  ])("%s", (_, steps, expected) => {
    expect(toldOf(life(...steps))).toEqual(expected);
  });

  it("threads a mail under the contact's own first one", () => {
    const events = life(["opened", 0], ["worsened", 1], ["worsened", 2], ["closed", 2]);
    const { recipients } = route(registry, events, 4);
    expect(recipients.map(({ contact, firstSeq }) => [contact.id, firstSeq])).toEqual([
      [OFFICER, 2],
      ["sim-board", 3],
      ["sim-department", 3],
    ]);
  });

  it("looks at the event asked for, not at later ones", () => {
    const events = life(["opened", 1], ["worsened", 2], ["closed", 2]);
    expect(route(registry, events, 1).recipients.map(({ contact }) => contact.id)).toEqual([OFFICER]);
  });

  it("tells officer, board and department of a missing plant", () => {
    expect(toldOf([missingPlantEvent()])).toEqual(as("opening", ["sim-gio-moi-officer", ...REGULATORS]));
  });

  it.each<[string, Partial<IncidentEvent>, RegExp]>([
    ["a real zone in a simulated registry", { zone: "vn-92-tra-noc-1" }, /real: never mailed/],
    ["an unknown zone", { zone: "nowhere" }, /not in the registry/],
    ["an event that is not recorded", { seq: 7 }, /not recorded/],
  ])("refuses %s with its reason", (_, changes, reason) => {
    const decision = route(registry, [codEvent(changes)], 1);
    expect(decision).toMatchObject({
      recipients: [],
      outcome: "defect",
      reason: expect.stringMatching(reason),
    });
  });

  it("never sends simulated data to a real address", () => {
    const contacts = registry.contacts.map((contact) =>
      contact.id === "sim-board" ? { ...contact, email: "someone@company.vn" } : contact,
    );
    const decision = route({ ...registry, contacts }, [codEvent()], 1);
    expect(decision.recipients.map(({ contact }) => contact.id)).toEqual([OFFICER, "sim-department"]);
    expect(decision.reason).toMatch(/refused.*sim-board/);
  });

  it("finds the province in charge at the time of the event", () => {
    const [zone] = [...registry.zones.values()].filter(({ id }) => id === "sim-song-xanh");
    if (zone === undefined) throw new Error("no such zone");
    const moved = {
      ...zone,
      provinces: [
        { code: "S0", name: "former", geography: "SIM" as const, until: "2025-06-30" },
        { code: "S1", name: "now", geography: "SIM" as const, from: "2025-07-01" },
      ],
    };
    const within = { ...registry, zones: new Map([[zone.id, moved]]) };
    expect(toldOf([codEvent({ at: Date.parse("2025-06-01") })], within)).toEqual(as("opening", [OFFICER]));
    expect(toldOf([codEvent({ at: Date.parse("2025-08-01") })], within)).toEqual(as("opening", ALL));
  });
});

describe("what is not armed yet", () => {
  const FROM = "2026-11-24";
  const before = local("2026-11-23T23:59:59");
  const after = local("2026-11-24T00:00:00");
  const observing: Registry = { ...registry, armed: [{ zone: "sim-song-xanh", from: FROM }] };
  type Step = [at: number, transition: Transition, level: Level, changes?: Partial<IncidentEvent>];
  const told = (steps: readonly Step[], within: Registry = observing) => {
    const events = steps.map(([at, transition, level, changes], index) =>
      codEvent({ seq: index + 1, transition, level, at, ...changes }),
    );
    return toldOf(events, within);
  };

  it.each<[string, Step[], string[]]>([
    ["nobody is told the day before", [[before, "opened", 2]], []],
    ["all are told from the first second of the day", [[after, "opened", 2]], as("opening", ALL)],
    [
      "worse while observing",
      [
        [before, "opened", 1],
        [before, "worsened", 2],
      ],
      [],
    ],
    [
      "worse after arming is an opening for everybody it reaches",
      [
        [before, "opened", 1],
        [after, "worsened", 2],
      ],
      as("opening", ALL),
    ],
    [
      "reopened after arming is an opening too",
      [
        [before, "opened", 1],
        [before, "closed", 1],
        [after, "reopened", 1],
      ],
      as("opening", [OFFICER]),
    ],
    [
      "the end of what nobody was told of",
      [
        [before, "opened", 2],
        [after, "closed", 2],
      ],
      [],
    ],
    [
      "the end goes to those told since",
      [
        [before, "opened", 2],
        [before, "closed", 2],
        [after, "reopened", 1],
        [after, "closed", 1],
      ],
      as("ending", [OFFICER]),
    ],
    [
      "the end of what worsened after arming",
      [
        [before, "opened", 1],
        [after, "worsened", 2],
        [after, "closed", 2],
      ],
      as("ending", ALL),
    ],
    [
      "back to a level that only the observed part had",
      [
        [before, "opened", 2],
        [before, "eased", 1],
        [after, "moved", 2],
      ],
      as("opening", ALL),
    ],
    [
      "that, once it is over",
      [
        [before, "opened", 2],
        [before, "eased", 1],
        [after, "moved", 2, { closedAt: after }],
      ],
      [],
    ],
    [
      "another start of what goes on at its level",
      [
        [before, "opened", 2],
        [after, "moved", 2],
      ],
      [],
    ],
    [
      "eased after arming",
      [
        [before, "opened", 2],
        [after, "eased", 1],
      ],
      [],
    ],
    [
      "withdrawn with its end before the arming: those told are told",
      [
        [after, "opened", 1],
        [before, "withdrawn", 1],
      ],
      as("ending", [OFFICER]),
    ],
  ])("%s", (_, steps, expected) => expect(told(steps)).toEqual(expected));

  it("is nothing to be asked again, and says why", () => {
    const reasonAt = (armed: Registry["armed"]) =>
      route({ ...registry, armed }, [codEvent({ at: before })], 1);
    expect(reasonAt(observing.armed)).toEqual({
      recipients: [],
      outcome: "none",
      reason: "observing until armed on 2026-11-24: judged and listed, not mailed",
    });
    expect(reasonAt([]).reason).toBe("observing: judged and listed, not mailed");
  });

  it("heads a thread with the first mail, not with what was observed", () => {
    const events = life(["opened", 1], ["worsened", 2]).map((event) => ({
      ...event,
      at: event.seq === 1 ? before : after,
    }));
    expect(route(observing, events, 2).recipients.map(({ firstSeq }) => firstSeq)).toEqual([2, 2, 2]);
  });

  it("does not touch the ledger, which is the engineer's", () => {
    const ledger = codEvent({ kind: "ledger", station: null, parameter: null, level: 1, at: before });
    expect(toldOf([ledger], { ...registry, armed: [] })).toEqual(as("opening", ["sim-engineer"]));
  });

  it("holds for a zone without a plant", () => {
    const armed: Registry = { ...registry, armed: [{ zone: "sim-gio-moi", from: FROM }] };
    expect(toldOf([missingPlantEvent()], armed)).toEqual([]);
    expect(toldOf([missingPlantEvent({ at: after })], armed)).toHaveLength(3);
  });
});

describe("the guard between simulation and the real world", () => {
  it.each([
    ["a@b.example", true],
    ["a@example", true],
    ["a@b.example.com", false],
    ["a@notexample", false],
    ["a@b.vn", false],
  ])("knows example addresses: %s", (address, expected) => expect(isExampleAddress(address)).toBe(expected));

  it.each([
    ["127.0.0.1", true],
    ["127.8.8.8", true],
    ["localhost", true],
    ["::1", true],
    ["127.0.0.1.evil.vn", false],
    ["smtp.company.vn", false],
    ["10.0.0.1", false],
  ])("knows this machine: %s", (host, expected) => expect(isLoopback(host)).toBe(expected));

  it("refuses a mail server elsewhere and real addresses, for a simulated registry only", () => {
    const far = parseSmtpUrl("smtps://user:secret@smtp.company.vn");
    const near = parseSmtpUrl("smtp://127.0.0.1:2525");
    expect(() => refuseRealWorld(registry, far, [])).toThrow(/on this machine.*smtp\.company\.vn:465/);
    expect(() => refuseRealWorld(registry, near, ["a@b.example", "x@y.vn"])).toThrow(
      /\.example, found x@y\.vn/,
    );
    const real = { ...registry, settings: { ...registry.settings, simulated: false } };
    expect(() => refuseRealWorld(real, far, ["x@y.vn"])).not.toThrow();
    expect(() => senderOf(real, undefined)).toThrow(/OUTFALL_MAIL_FROM/);
    expect(senderOf(registry, undefined)).toBe("outfall@outfall.example");
  });

  it("reads mail server addresses and takes no options from them", () => {
    expect(parseSmtpUrl("smtp://u%40x:p%2Fw@[::1]:2525")).toEqual({
      host: "::1",
      port: 2525,
      secure: false,
      auth: { user: "u@x", pass: "p/w" },
    });
    expect(() => parseSmtpUrl("smtp://127.0.0.1?service=gmail")).toThrow(/no options/);
    expect(() => parseSmtpUrl("http://127.0.0.1")).toThrow(/expected smtp:/);
  });
});
