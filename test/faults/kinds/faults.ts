/** Every kind of fault by its name. A new one: its name in `draw.ts`, a line here. */
import type { FaultKind } from "../draw.ts";
import { stepClock } from "./clock.ts";
import type { Fault } from "./fault.ts";
import { crashIngest, killIngest } from "./ingest.ts";
import { cutLink, stallLink } from "./links.ts";
import { fillDisk, fillJournal } from "./room.ts";
import { flushRedis, killServer } from "./servers.ts";

export const faults: Readonly<Record<FaultKind, Fault>> = {
  "kill-ingest": killIngest,
  "crash-before-commit": crashIngest("before-commit"),
  "crash-after-commit": crashIngest("after-commit"),
  "crash-after-write": crashIngest("after-write"),
  "crash-during-enqueue": crashIngest("during-enqueue"),
  "kill-broker": killServer("mosquitto"),
  "cut-broker": cutLink("broker"),
  "stall-broker": stallLink("broker"),
  "kill-influxdb": killServer("influxdb"),
  "cut-influxdb": cutLink("influxdb"),
  "stall-influxdb": stallLink("influxdb"),
  "full-journal": fillJournal,
  "kill-redis": killServer("redis"),
  "flush-redis": flushRedis,
  "cut-redis": cutLink("redis"),
  "stall-redis": stallLink("redis"),
  "full-disk": fillDisk,
  "clock-step": stepClock,
};
