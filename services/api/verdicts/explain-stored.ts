/** The explanation of one verdict, for the api. In: its name and revision; out: the explanation, or a refusal. */

import { explainFromInflux } from "#shared/verdict/explain/read-and-explain.ts";
import type { Explanation } from "#shared/verdict/explain.ts";
import type { VerdictName } from "#shared/verdict/verdict-name.ts";
import type { Calendar } from "#shared/window/calendar.ts";
import type { ApiContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { isSimulated } from "../simulated.ts";

/** @throws ApiError verdict-unknown */
export async function explainStored(
  { registry, influx, clock }: ApiContext,
  calendar: Calendar,
  { revision, ...name }: VerdictName & { revision?: number | undefined },
): Promise<Explanation> {
  const explained = await explainFromInflux({ registry, calendar, influx, name, revision, now: clock.now() });
  if (typeof explained === "string") throw new ApiError("verdict-unknown", explained);
  return { ...explained, simulated: isSimulated(registry, clock) };
}
