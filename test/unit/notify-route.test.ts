import { describe, expect, it } from "vitest";
import { isExampleAddress, route } from "#services/notify/route/route.ts";
import { parseSmtpUrl, refuseRealWorld, senderOf } from "#services/notify/smtp/config.ts";
import type { IncidentEvent, Level, Transition } from "#shared/incident/incident.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { isLoopback } from "#shared/runtime/loopback.ts";
import { codEvent, missingPlantEvent } from "#test/support/notify-events.ts";

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
