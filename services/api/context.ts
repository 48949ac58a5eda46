/** What every route is given. */
import type { Influx } from "#shared/influx/influx.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";

export interface ApiContext {
  readonly registry: Registry;
  readonly influx: Influx;
  readonly clock: Clock;
  readonly log: Logger;
}
