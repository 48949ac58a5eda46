/** A sample: what one station measured at one time. The unit of the ledger: (station, time). */

/** Device states of the loggers: 00 measuring, 01 calibrating, 02 fault (TT 10/2021 files; V, TT 24/2017 Art. 58: exactly three). */
export type DeviceStatus = "measuring" | "calibrating" | "fault";

/** QARTOD flags as written in the US IOOS manuals: 1 pass, 2 not evaluated, 3 suspect or of high interest, 4 fail, 9 missing. */
export type QualityFlag = 1 | 2 | 3 | 4 | 9;

export interface Reading {
  readonly parameter: string;
  /** In the parameter's canonical unit; null when the device is at fault, whatever it sent. */
  readonly value: number | null;
  readonly status: DeviceStatus;
  readonly flag: QualityFlag;
  /** What was sent, where `value` is the top of the instrument's range: at least that much. */
  readonly censored?: number;
  /** Which quality tests made the flag 3 or 4: bits of `#shared/quality/flag.ts`. */
  readonly tests?: number;
}

export interface Sample {
  readonly zone: string;
  readonly plant: string;
  readonly station: string;
  /** The station's time stamp, ms since epoch, UTC. */
  readonly time: number;
  /** When ingest received it, ms since epoch, UTC. */
  readonly receivedAt: number;
  readonly readings: readonly Reading[];
}

/** The flag of a stored reading rises from 1 to 3, now that its successor is known (QARTOD's spike test judges point n-1). */
export interface Amendment {
  /** Time of the record it stands in, ms since epoch. */
  readonly time: number;
  readonly parameter: string;
  readonly flag: 3;
  /** Bits of `#shared/quality/flag.ts`. */
  readonly tests: number;
}

/** Whether a reading counts in means and limits: measured, and not failed. Flag 3 counts: a real exceedance looks suspect too. */
export function isUsable(reading: Pick<Reading, "value" | "status" | "flag">): boolean {
  return (
    reading.value !== null && reading.status === "measuring" && (reading.flag === 1 || reading.flag === 3)
  );
}
