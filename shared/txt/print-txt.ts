/**
 * Samples as the provinces' files. In: a sample; out: one line a parameter, TAB between five fields, CRLF, decimal point,
 * no BOM; numbers in full and without exponents, so that what is read back is equal.
 */
import type { Reading } from "#shared/reading/sample.ts";
import { txtCodeOf } from "./status.ts";
import { writtenUnit } from "./symbols.ts";

export interface PrintOptions {
  /** 14 digits, the same in every line and in the name. */
  readonly digits: string;
  readonly symbolOf: (parameter: string) => string;
  /** What stands in place of a value; with it the status is always 02. */
  readonly noValue: string;
}

const EOL = "\r\n";

/** A withheld value keeps its value and its device status; our own quality flags are not the file's. */
export function printTxt(
  readings: readonly Pick<Reading, "parameter" | "value" | "status">[],
  options: PrintOptions,
): string {
  return readings
    .map(({ parameter, value, status }) => {
      const present = value !== null && status !== "fault";
      return `${[
        options.symbolOf(parameter),
        present ? plainNumber(value) : options.noValue,
        writtenUnit(parameter),
        options.digits,
        txtCodeOf[present ? status : "fault"],
      ].join("\t")}${EOL}`;
    })
    .join("");
}

/** All digits of a number, the point where it belongs: 1e-7 as 0.0000001. */
export function plainNumber(value: number): string {
  const text = String(value);
  const [, sign = "", whole = "", decimals = "", exponent] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const point = whole.length + Number(exponent);
  const digits = whole + decimals;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
