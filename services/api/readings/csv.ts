/** Samples as CSV for spreadsheets: UTF-8 with BOM, one line a record; the first line says when the feed is simulated. */
import { findParameter } from "#shared/parameter/parameter.ts";
import type { Sample } from "#shared/reading/sample.ts";
import { SIMULATED_WORDS } from "../simulated.ts";

const BOM = "\uFEFF";

export interface CsvOptions {
  readonly simulated: boolean;
  /** IANA name; times are written with its offset. */
  readonly timeZone: string;
  /** Order of the columns; parameters in the samples that are not listed come after. */
  readonly parameters: readonly string[];
}

/** Numbers with a decimal point and no thousands sign, times ISO 8601 with offset: made for machines as well. */
export function samplesCsv(samples: readonly Sample[], options: CsvOptions): string {
  const keys = new Set(options.parameters);
  for (const { readings } of samples) for (const { parameter } of readings) keys.add(parameter);
  const heads = [...keys].flatMap((key) => {
    const unit = findParameter(key)?.unit;
    return [
      cell(unit === undefined || unit === "-" ? key : `${key} (${unit})`),
      `${key}_status`,
      `${key}_flag`,
    ];
  });
  const lines = options.simulated ? [SIMULATED_WORDS] : [];
  lines.push(["time", "received", "station", ...heads].join(","));
  for (const sample of samples) {
    const cells = [
      localTime(sample.time, options.timeZone),
      localTime(sample.receivedAt, options.timeZone),
      sample.station,
    ];
    const byKey = new Map(sample.readings.map((reading) => [reading.parameter, reading]));
    for (const key of keys) {
      const reading = byKey.get(key);
      cells.push(
        ...(reading === undefined ? ["", "", ""] : [reading.value ?? "", reading.status, reading.flag]).map(
          String,
        ),
      );
    }
    lines.push(cells.join(","));
  }
  return `${BOM}${lines.join("\r\n")}\r\n`;
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function localTime(ms: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toString({
    timeZoneName: "never",
    smallestUnit: "second",
  });
}
