/** Mosquitto for the local stack: our broker settings on a free loopback port. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { settingLines } from "#services/provision/broker/settings.ts";
import type { ServerKind } from "./server.ts";

export const mosquitto: ServerKind = {
  name: "mosquitto",
  command: "mosquitto",
  async prepare(folder, port) {
    await mkdir(folder, { recursive: true });
    const file = join(folder, "mosquitto.conf");
    const lines = [
      ...settingLines,
      `persistence_location ${folder}/`,
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      // started as root, Mosquitto becomes the user `mosquitto`, who may not write here
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
