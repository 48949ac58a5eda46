/** A zone's plant, permit and stations as registry entries. In: its fate and figures; out: plain objects. Pure. */
import type { Random } from "../plant/random.ts";
import { type Fate, pick } from "./fate.ts";

/** Facts of the simulation hold from here on: every step began before. */
export const FIRST_DAY = "2025-01-01";
const SOURCE = "invented for the simulation";

type Served = Extract<Fate, { kind: "served" }>;

/** Design capacities of central plants are thousands of m³ a day; these are drawn, not anybody's. */
export const drawWastewater = (random: Random) => 200 + 100 * Math.floor(random.uniform() * 58);

/** Capacity for what is generated: far above it, just enough, or too little; whole hundreds of m³ a day. */
export function capacityFor(size: Served["size"], m3PerDay: number, random: Random): number {
  const share = { ample: 0.2 + 0.4 * random.uniform(), tight: 0.9, "too-small": 1.3, unsaid: 0.6 }[size];
  const hundreds = m3PerDay / share / 100;
  return 100 * Math.max(1, size === "too-small" ? Math.floor(hundreds) : Math.ceil(hundreds));
}

/** The steps up to the one it has reached, a year or so apart. */
export function stepsTo(reached: string, random: Random): object[] {
  const order = ["under-construction", "built", "running", "monitored", "connected", "in-order"];
  const steps = order.slice(0, order.indexOf(reached) + 1);
  return steps.map((state, index) => {
    const year = 2024 - (steps.length - 1 - index);
    const month = 1 + Math.floor(random.uniform() * 12);
    return {
      state,
      since: `${year}-${String(month).padStart(2, "0")}-01`,
      basis: "MP (mô phỏng)",
      source: SOURCE,
    };
  });
}

export function permitOf(zone: string, random: Random): object {
  const row = (parameter: string, limit: object, index: number) => [
    parameter,
    { ...limit, clause: `Appendix 1 row ${index + 1}` },
  ];
  const limits: [string, object][] = [
    [
      "ph",
      pick(random, [
        { min: 5.5, max: 9 },
        { min: 6, max: 9 },
      ]),
    ],
    ["temp", { max: 40 }],
    ["cod", { max: pick(random, [75, 100, 135, 150]) }],
    ["tss", { max: pick(random, [50, 80, 90, 100]) }],
    ["nh4", { max: pick(random, [5, 8, 9, 10]) }],
    ["color", { max: pick(random, [50, 100, 150]) }],
  ];
  return {
    number: `MP-${zone}/GPMT`,
    from: "2023-01-01",
    limits: Object.fromEntries(limits.map(([parameter, limit], index) => row(parameter, limit, index))),
    source: SOURCE,
  };
}

export function stationOf(zone: string, number: number, flowTop: number): object {
  const two = String(number).padStart(2, "0");
  return {
    id: `${zone}-nt${two}`,
    name: { vi: `Trạm NT${two}, cửa xả ${number}`, en: `Station NT${two}, outfall ${number}` },
    interval: "5m",
    stamp: "end",
    connectedOn: "2024-12-31",
    parameters: {
      ph: { instrument: "probe", range: [0, 14] },
      temp: { instrument: "probe", range: [0, 80] },
      cod: { instrument: "analyser", range: [0, 500] },
      tss: { instrument: "probe", range: [0, 300] },
      nh4: { instrument: "analyser", as: "N", range: [0, 50] },
      color: { instrument: "analyser", range: [0, 500] },
      flow: { instrument: "probe", range: [0, flowTop] },
      flow_in: { instrument: "probe", range: [0, flowTop] },
    },
  };
}

export function plantOf(
  zone: { id: string; name: { vi: string; en: string } },
  given: {
    steps?: object[];
    state?: string;
    serves: readonly string[];
    capacityM3PerDay?: number | undefined;
  },
  more: object = {},
): object {
  const { vi, en } = zone.name;
  return {
    id: `${zone.id}-wwtp`,
    name: { vi: `Hệ thống XLNT tập trung ${vi}`, en: `${en} central wastewater plant` },
    ...given,
    source: SOURCE,
    ...more,
  };
}
