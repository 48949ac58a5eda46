/** The wire to a server is cut, or goes silent. */
import { pause } from "#shared/runtime/wait-for.ts";
import type { World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

type LinkName = keyof World["links"];

export const cutLink =
  (name: LinkName): Fault =>
  async ({ links }, { forMs }) => {
    links[name].cut();
    await pause(forMs);
    links[name].heal();
    return undefined;
  };

/** Half of the time what was silent goes on, and half of the time it is reset. */
export const stallLink =
  (name: LinkName): Fault =>
  async ({ links }, { forMs, figure }) => {
    const reset = figure < 0.5;
    links[name].stall();
    await pause(forMs);
    links[name].heal(reset);
    return reset ? "then reset" : "then resumed";
  };
