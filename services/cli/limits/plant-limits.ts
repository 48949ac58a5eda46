/** The limits of a plant on a day. In: a registry, plant, local day; out: every limit, with clause and confidence. Pure. */
import { type Limit, limitsOf } from "#shared/limit/limit.ts";
import { parameters } from "#shared/parameter/parameter.ts";
import type { Registry } from "#shared/registry/registry.ts";

/**
 * @param day  of the registry's time zone, `2026-11-23`; today when left out
 * @throws Error naming an unknown plant
 */
export function plantLimits(
  registry: Registry,
  plantId: string,
  day: string | undefined,
  now: number,
): { readonly day: string; readonly limits: readonly Limit[] } {
  const plant = registry.plants.get(plantId);
  if (plant === undefined)
    throw new Error(
      `--plant ${plantId}: the registry has no such plant; expected one of ${[...registry.plants.keys()].join(", ")}`,
    );
  const { timeZone } = registry.settings;
  const at =
    day === undefined
      ? Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone)
      : Temporal.PlainDate.from(day).toZonedDateTime({ timeZone });
  return {
    day: at.toPlainDate().toString(),
    limits: parameters.flatMap(({ key }) =>
      limitsOf(plant, key, at.epochMilliseconds, timeZone, registry.instruments),
    ),
  };
}
