/** Whether what is shown is simulated, and the words that say so on every page and export. */
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";

export const SIMULATED_WORDS = "DỮ LIỆU MÔ PHỎNG / SIMULATED";

/** A simulated registry or a simulated clock is enough: in doubt it is marked. */
export function isSimulated(registry: Pick<Registry, "settings">, clock: Pick<Clock, "simulated">): boolean {
  return registry.settings.simulated || clock.simulated;
}
