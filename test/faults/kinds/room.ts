/** No room: the disk is full, or the journal has reached its bound while InfluxDB is away. */
import { pause, waitFor } from "#shared/runtime/wait-for.ts";
import type { World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** Fills a journal of 16 MiB in less than a second at the rate of the load. */
const PADDING_BYTES = 10_000;
const FULL_WITHIN_MS = 4_000;

const FULL = "the journal is full";
const UNWRITABLE = "the journal cannot be written";
/** What ingest says when that is over, or when it begins. */
const FINE = ["the journal takes messages again", "ingest is ready"];

const says = async ({ ingest }: World, text: string) => (await ingest.saidLast([text, ...FINE])) === text;

export const fillDisk: Fault = async (world, { forMs }) => {
  const { disk } = world;
  if (disk === undefined) return "skipped: mounting a small disk takes root";
  await disk.fill();
  await pause(forMs);
  const noticed = await says(world, UNWRITABLE);
  await disk.free();
  return noticed ? undefined : "not noticed";
};

export const fillJournal: Fault = async (world, { forMs }) => {
  const { links, load } = world;
  links.influxdb.cut();
  load.setPadding(PADDING_BYTES);
  const full = await waitFor(() => says(world, FULL), {
    what: FULL,
    timeoutMs: FULL_WITHIN_MS,
    everyMs: 50,
  }).catch(() => false);
  load.setPadding(0);
  if (full) await pause(forMs);
  links.influxdb.heal();
  return full ? undefined : "not reached";
};
