/**
 * What a healthy central plant discharges, per parameter. Invented, plausible figures: they stay below three
 * quarters of the sample registry's permit by construction (typical × stations × spread + noise has a bound).
 */

export interface EffluentRow {
  /** In the parameter's canonical unit. */
  readonly typical: number;
  /** Stations differ from `typical` by at most this share. */
  readonly stations: number;
  /** Swing over the day, over the week, and of the slow wandering, as shares of the station's own level. */
  readonly daily: number;
  readonly weekly: number;
  readonly drift: number;
  /** The water never leaves level × (1 ± spread). */
  readonly spread: number;
  /** Standard deviation of one analysis, in the unit. About 0.5 to 1 % of the instrument's range. */
  readonly noise: number;
  /** Step of the instrument's display (TT 10/2021 instrument table, one secondary source). */
  readonly resolution: number;
  /** A wet-chemistry analyser repeats its value for so long; probes answer at once. */
  readonly cycleMs?: number;
  /** The water follows another parameter (inflow follows outflow), times the factor. */
  readonly follows?: { readonly parameter: string; readonly factor: number };
}

const MINUTE = 60_000;

const row = (
  typical: number,
  [stations, daily, weekly, drift, spread]: readonly [number, number, number, number, number],
  noise: number,
  resolution: number,
  cycleMinutes = 0,
): EffluentRow => ({
  typical,
  stations,
  daily,
  weekly,
  drift,
  spread,
  noise,
  resolution,
  ...(cycleMinutes > 0 ? { cycleMs: cycleMinutes * MINUTE } : {}),
});

const table: Readonly<Record<string, EffluentRow>> = {
  ph: row(7.2, [0.02, 0.01, 0.003, 0.008, 0.03], 0.1, 0.1),
  temp: row(29, [0.015, 0.02, 0, 0.01, 0.03], 0.15, 0.1),
  cod: row(75, [0.06, 0.08, 0.03, 0.05, 0.2], 2.5, 0.5, 15),
  bod5: row(20, [0.1, 0.1, 0.04, 0.08, 0.25], 0.8, 0.1, 30),
  tss: row(40, [0.1, 0.1, 0.04, 0.08, 0.3], 2, 0.1),
  nh4: row(3.2, [0.1, 0.15, 0.05, 0.1, 0.35], 0.4, 0.2, 30),
  tn: row(14, [0.1, 0.1, 0.04, 0.08, 0.25], 0.6, 0.1, 30),
  tp: row(1.8, [0.1, 0.1, 0.04, 0.08, 0.25], 0.15, 0.1, 30),
  toc: row(22, [0.08, 0.08, 0.03, 0.05, 0.2], 0.8, 0.1, 30),
  color: row(35, [0.1, 0.08, 0.03, 0.06, 0.25], 1.5, 1),
  do: row(4.5, [0.08, 0.12, 0.02, 0.06, 0.25], 0.08, 0.1),
  ec: row(1800, [0.08, 0.05, 0.02, 0.04, 0.2], 20, 1),
  turbidity: row(12, [0.1, 0.1, 0.04, 0.1, 0.3], 0.5, 0.1),
  cl: row(0.4, [0.1, 0.1, 0.02, 0.1, 0.3], 0.06, 0.1),
  orp: row(180, [0.08, 0.06, 0.02, 0.05, 0.2], 4, 1),
  flow: row(200, [0.1, 0.2, 0.06, 0.06, 0.35], 2.5, 0.1),
  flow_in: {
    ...row(208, [0, 0, 0, 0, 0], 2.5, 0.1),
    follows: { parameter: "flow", factor: 1.04 },
  },
};

/** The row of a parameter, or undefined: what the model does not know is not sent. */
export function effluentRow(parameter: string): EffluentRow | undefined {
  return Object.hasOwn(table, parameter) ? table[parameter] : undefined;
}
