/** What the name of a rule says of its window. In: `hour`, `30d`, `load-day`, `day:qcvn-40-2011/A`; out: its unit and count, or `instant`. Pure. */
import { isWindowRule, shapeOf, type WindowShape } from "#shared/window/window-rule.ts";

/** Undefined for findings and names of later versions. */
export function shapeOfRule(rule: string | undefined): WindowShape | "instant" | undefined {
  const name = (rule ?? "").split(":")[0]?.replace(/^(load|volume)-/, "") ?? "";
  if (name === "instant") return name;
  return isWindowRule(name) ? shapeOf(name) : undefined;
}
