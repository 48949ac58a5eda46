/** A file as messages. In: its bytes and whose it is; out: one payload a sample, as a station would send it, and what had to be left out. Pure; never throws on data. */
import { parseTxt } from "#shared/txt/parse-txt.ts";
import { samplesOfTxt, type TxtReading } from "#shared/txt/txt-samples.ts";
import type { Target } from "../map/bridge-map.ts";

export interface Translated {
  /** JSON, in the order of the file. */
  readonly payloads: readonly string[];
  /** `line 3: what was expected, what was found` */
  readonly faults: readonly string[];
}

export function translateTxt(bytes: Buffer, { form, meaning }: Target): Translated {
  const { samples, faults } = samplesOfTxt(parseTxt(bytes, form), meaning);
  return {
    payloads: samples.map(({ time, readings }) =>
      JSON.stringify({
        time,
        readings: Object.fromEntries([...readings].map(([key, reading]) => [key, wireOf(reading)])),
      }),
    ),
    faults: faults.map(({ line, message }) => `line ${line}: ${message}`),
  };
}

/** A plain measurement is a bare number; null where a device that measures has no value. */
function wireOf({ value, status, unit }: TxtReading): unknown {
  if (status === "measuring" && (value === null || unit === undefined)) return value;
  return { value, ...(status === "measuring" ? {} : { status }), ...(unit === undefined ? {} : { unit }) };
}
