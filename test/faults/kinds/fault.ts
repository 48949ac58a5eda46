/** What a fault does. In: the world, how long, and a figure for the rest; out: a word on what came of it, if there is one. */
import type { DrawnFault } from "../draw.ts";
import type { World } from "../world/world.ts";

/** Breaks something, waits, and mends it. What it answers is shown behind its name. */
export type Fault = (world: World, drawn: DrawnFault) => Promise<string | undefined>;
