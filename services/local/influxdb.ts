/** InfluxDB 1.x for the local stack, on two free loopback ports (HTTP, and the backup service it insists on). */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { ServerKind } from "./server.ts";

export const influxdb: ServerKind = {
  name: "influxdb",
  command: "influxd",
  async prepare(folder, port) {
    await mkdir(folder, { recursive: true });
    const file = join(folder, "influxdb.conf");
    const rpc = await freePort();
    const text = `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
  index-version = "inmem"
  cache-max-memory-size = "2g"
  max-series-per-database = 0
  max-values-per-tag = 0
[coordinator]
  query-timeout = "60s"
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  max-body-size = 50000000
[monitor]
  store-enabled = false
[logging]
  level = "warn"
`;
    await writeFile(file, text);
    return { args: ["-config", file], url: `http://127.0.0.1:${port}` };
  },
  async answers(url) {
    const response = await fetch(`${url}/ping`);
    return response.status === 204;
  },
};
