/** A value against its limit as a small bar: the fill is the value, the mark the limit; a range has two marks and a point. */
import type { OverviewParameter } from "#shared/overview/overview.ts";
import { html } from "./html.ts";

/** The bar ends at 125 % of an upper limit; a value beyond fills it. */
const BAR_END = 1.25;
/** A range covers the middle of the bar; this much is left on both sides. */
const RANGE_MARGIN = 0.2;

export interface BarShape {
  readonly kind: "share" | "range";
  /** 0..1 of the bar: end of the fill, or place of the point. */
  readonly at: number;
  readonly marks: readonly number[];
}

/** Where fill and marks are; undefined without a limit or value. Pure. */
export function barShape(
  parameter: Pick<OverviewParameter, "value" | "limitMin" | "limitMax">,
): BarShape | undefined {
  const { value, limitMin, limitMax } = parameter;
  if (value === null) return undefined;
  if (limitMin !== null && limitMax !== null && limitMax > limitMin) {
    const inside = (value - limitMin) / (limitMax - limitMin);
    return {
      kind: "range",
      at: clamp(RANGE_MARGIN + inside * (1 - 2 * RANGE_MARGIN)),
      marks: [RANGE_MARGIN, 1 - RANGE_MARGIN],
    };
  }
  if (limitMax === null || limitMax <= 0) return undefined;
  return { kind: "share", at: clamp(value / limitMax / BAR_END), marks: [1 / BAR_END] };
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
const percent = (share: number) => `${Math.round(share * 1000) / 10}%`;

type Limited = Pick<OverviewParameter, "state" | "value" | "limitMin" | "limitMax">;

export function LimitBar({ parameter }: { parameter: Limited }) {
  const shape = barShape(parameter);
  return html`<span class="bar" data-state=${parameter.state} data-kind=${shape?.kind} aria-hidden="true">
    ${
      shape === undefined
        ? null
        : html`${
            shape.kind === "range"
              ? html`<i class="bar-range"></i><i class="bar-point" style=${{ left: percent(shape.at) }}></i>`
              : html`<i class="bar-fill" style=${{ width: percent(shape.at) }}></i>`
          }${shape.marks.map((mark) => html`<i class="bar-mark" style=${{ left: percent(mark) }}></i>`)}`
    }
  </span>`;
}
