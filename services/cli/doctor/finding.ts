/** What the doctor found. In: one look at one thing; out: a finding with its state, its reason and its remedy, and the exit code of all. */

export type State = "green" | "yellow" | "red";
export type Area = "broker" | "ingest" | "InfluxDB" | "Redis" | "clocks" | "registry";
export type Server = "broker" | "InfluxDB" | "Redis";

/** One look: what is there, and, where it is not green, what to do. */
export interface Look {
  readonly state: State;
  readonly found: string;
  /** What to do; the check's own remedy when left out. */
  readonly remedy?: string;
}

export interface Finding {
  readonly area: Area;
  readonly check: string;
  readonly state: State;
  readonly found: string;
  readonly why: string;
  /** Null where nothing has to be done. */
  readonly remedy: string | null;
  readonly ms: number;
}

export const green = (found: string): Look => ({ state: "green", found });
export const yellow = (found: string, remedy?: string): Look => look("yellow", found, remedy);
export const red = (found: string, remedy?: string): Look => look("red", found, remedy);

const look = (state: State, found: string, remedy: string | undefined): Look =>
  remedy === undefined ? { state, found } : { state, found, remedy };

const severity = { green: 0, yellow: 1, red: 2 } as const;

/** The worst of all; green for none. */
export function worst(findings: readonly Pick<Finding, "state">[]): State {
  return findings.reduce<State>(
    (found, { state }) => (severity[state] > severity[found] ? state : found),
    "green",
  );
}

/** 1 where something is red; yellow is for a person to read. */
export const exitCode = (findings: readonly Pick<Finding, "state">[]): 0 | 1 =>
  worst(findings) === "red" ? 1 : 0;
