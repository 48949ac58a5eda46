/** Status codes of the files: 00 measuring, 01 calibrating, 02 device error (S). 03, maintenance, is one logger's own (V). */
import type { DeviceStatus } from "#shared/reading/sample.ts";

export const txtStatuses: Readonly<Record<string, DeviceStatus>> = {
  "00": "measuring",
  "01": "calibrating",
  "02": "fault",
};

export const txtCodeOf: Readonly<Record<DeviceStatus, string>> = {
  measuring: "00",
  calibrating: "01",
  fault: "02",
};

/** What a code outside the three may stand for: kept and not judged, or no value. Never measuring. */
export type UnusualStatus = Exclude<DeviceStatus, "measuring">;

/** Of the three states, calibrating keeps a value without counting it: so does a code that nobody has explained. */
const KEPT_NOT_JUDGED: UnusualStatus = "calibrating";

/** The device status of a code; one's own meanings are for codes outside the three only. */
export function deviceStatusOf(
  code: string,
  own: Readonly<Record<string, UnusualStatus>> = {},
): DeviceStatus {
  return txtStatuses[code] ?? own[code] ?? KEPT_NOT_JUDGED;
}
