/** Mosquitto for the local stack: our broker settings on a free loopback port. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import type { ServerKind } from "./server.ts";

/**
 * Settings that do not lose messages behind our back: a queue and in-flight set as long as the longest planned
 * stop, persistence every 5 s (never on changes: quadratic), nothing dropped silently at 1,000.
 */
export const brokerSettings = [
  "persistence true",
  "autosave_interval 5",
  "max_queued_messages 2000000",
  "max_queued_bytes 0",
  "max_inflight_messages 2000",
  "max_packet_size 16777216",
  "persistent_client_expiration 30d",
];

export const mosquitto: ServerKind = {
  name: "mosquitto",
  command: "mosquitto",
  async prepare(folder, port) {
    await mkdir(folder, { recursive: true });
    const file = join(folder, "mosquitto.conf");
    const lines = [
      ...brokerSettings,
      `persistence_location ${folder}/`,
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      ...(process.getuid?.() === 0 ? ["user root"] : []),
    ];
    await writeFile(file, `${lines.join("\n")}\n`);
    return { args: ["-c", file], url: `mqtt://127.0.0.1:${port}` };
  },
  async answers(url) {
    const client = await connectAsync(url, { connectTimeout: 500, reconnectPeriod: 0 });
    await client.endAsync(true);
    return true;
  },
};
