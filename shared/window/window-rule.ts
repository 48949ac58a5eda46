/** Over what time a figure is averaged. In: `hour`, `day`, `month`, `8h`, `30d`; out: whether it is such a rule, its unit and count. Pure. */

/** Hours, days and months of the calendar; `<n>h` and `<n>d` end at every hour or day, and look back so many. */
export type WindowRule = "hour" | "day" | "month" | `${number}h` | `${number}d`;

export interface WindowShape {
  readonly unit: "hour" | "day" | "month";
  readonly count: number;
}

/** What a rule looks like, for complaints. */
export const WINDOW_RULE_FORM = 'hour, day, month, or so many hours or days, e.g. "8h", "30d" (at most 366d)';

const ROLLING = /^([1-9]\d{0,3})([hd])$/;
const LONGEST_DAYS = 366;
const HOURS: Readonly<Record<WindowShape["unit"], number>> = { hour: 1, day: 24, month: 24 * 31 };

export function isWindowRule(text: string): text is WindowRule {
  return shapeIn(text) !== undefined;
}

/** @throws RangeError when it is no rule */
export function shapeOf(rule: WindowRule): WindowShape {
  const shape = shapeIn(rule);
  if (shape === undefined) throw new RangeError(`expected ${WINDOW_RULE_FORM}, found ${rule}`);
  return shape;
}

/** About how long it is, hours: for comparing rules with one another. */
export function hoursOf(rule: WindowRule): number {
  const { unit, count } = shapeOf(rule);
  return HOURS[unit] * count;
}

function shapeIn(text: string): WindowShape | undefined {
  if (text === "hour" || text === "day" || text === "month") return { unit: text, count: 1 };
  const [, digits, letter] = ROLLING.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const unit = letter === "h" ? "hour" : "day";
  const count = Number(digits);
  return count * HOURS[unit] <= LONGEST_DAYS * 24 ? { unit, count } : undefined;
}
