/** Provisioning on real servers: a Mosquitto with the generated files lets in whom it should, and InfluxDB gets its buckets. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { examine } from "#services/cli/doctor/doctor.ts";
import { type Child, startChild } from "#services/local/child.ts";
import { freePort } from "#services/local/free-port.ts";
import { brokerUsers, INGEST_USER } from "#services/provision/broker/access.ts";
import { stationPassword } from "#services/provision/broker/password.ts";
import { makeRawDefault } from "#services/provision/influx/default-bucket.ts";
import { main } from "#services/provision/main.ts";
import { provision } from "#services/provision/provision.ts";
import { toRows } from "#shared/influx/rows.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";
import { waitFor } from "#shared/runtime/wait-for.ts";
import { useStack } from "#test/support/stack.ts";

const secrets = { ingestPassword: "ingest-password-0001", stationSecret: "station-secret-00001" };
const context = useStack(["influxdb"]);
let registry: Registry;
beforeAll(async () => {
  registry = await loadRegistry("registry");
});

describe("the broker with the generated files", () => {
  let broker: Child;
  let url = "";
  const clients: MqttClient[] = [];

  beforeAll(async () => {
    const folder = join(context.folder, "broker");
    await provision({ registry, root: "outfall-sim", folder, secrets });
    const port = await freePort();
    const data = join(folder, "data");
    await mkdir(data, { recursive: true });
    // the committed file, with the container's places replaced by ours
    const committed = await readFile("services/provision/broker/mosquitto.conf", "utf8");
    const config = committed
      .replaceAll("/outfall-broker", folder)
      .replace("/mosquitto/data/", `${data}/`)
      .replace("listener 1883", `listener ${port} 127.0.0.1`)
      .concat(process.getuid?.() === 0 ? "user root\n" : "");
    await writeFile(join(folder, "mosquitto.conf"), config);
    broker = startChild({
      command: "mosquitto",
      args: ["-c", join(folder, "mosquitto.conf")],
      cwd: folder,
      logFile: join(folder, "mosquitto.log"),
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
    url = `mqtt://127.0.0.1:${port}`;
    await waitFor(() => connect(INGEST_USER, secrets.ingestPassword), {
      what: "the provisioned broker lets ingest in",
    });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  });
  afterAll(() => broker?.stop());

  /** MQTT 5: the broker says why it refuses. */
  async function connect(username?: string, password?: string): Promise<MqttClient> {
    const client = await connectAsync(url, {
      protocolVersion: 5,
      reconnectPeriod: 0,
      connectTimeout: 3_000,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    clients.push(client);
    return client;
  }
  const asStation = (id: string) => connect(id, stationPassword(secrets.stationSecret, id));
  const mine = "outfall-sim/v1/sim-song-xanh/sim-song-xanh-wwtp/sim-sx-nt01";

  it("carries a station's data and status to ingest", async () => {
    const ingest = await connect(INGEST_USER, secrets.ingestPassword);
    const received: string[] = [];
    ingest.on("message", (topic, payload) => received.push(`${topic} ${payload}`));
    await ingest.subscribeAsync("outfall-sim/v1/#", { qos: 1 });
    const station = await asStation("sim-sx-nt01");
    await station.publishAsync(`${mine}/data`, "reading", { qos: 1 });
    await station.publishAsync(`${mine}/status`, "online", { qos: 1 });
    await waitFor(() => received.length === 2, { what: "both messages at ingest" });
    expect(received).toEqual([`${mine}/data reading`, `${mine}/status online`]);
  });

  it("knows every station of the registry", async () => {
    expect(registry.stations.size).toBeGreaterThan(1);
    for (const id of registry.stations.keys()) expect((await asStation(id)).connected).toBe(true);
  });

  it.each([
    ["another station", "outfall-sim/v1/sim-song-xanh/sim-song-xanh-wwtp/sim-sx-nt02/data"],
    ["itself in another zone", "outfall-sim/v1/sim-nui-tia/sim-nui-tia-wwtp/sim-sx-nt01/data"],
    ["the root of real feeds", "outfall/v1/sim-song-xanh/sim-song-xanh-wwtp/sim-sx-nt01/data"],
    ["a kind of its own", `${mine}/commands`],
  ])("does not let a station publish as %s", async (_, topic) => {
    const station = await asStation("sim-sx-nt01");
    await expect(station.publishAsync(topic, "x", { qos: 1 })).rejects.toMatchObject({ code: 135 });
  });

  it("lets no station read what another sent", async () => {
    const ingest = await connect(INGEST_USER, secrets.ingestPassword);
    const listener = await asStation("sim-sx-nt02");
    const seen: Record<string, string[]> = { ingest: [], listener: [] };
    ingest.on("message", (topic) => seen.ingest?.push(topic));
    listener.on("message", (topic) => seen.listener?.push(topic));
    await ingest.subscribeAsync("outfall-sim/v1/#", { qos: 1 });
    // the broker takes any subscription and checks each delivery
    await listener.subscribeAsync("#", { qos: 1 });
    const station = await asStation("sim-sx-nt01");
    await station.publishAsync(`${mine}/data`, "reading", { qos: 1 });
    await waitFor(() => seen.ingest?.length === 1, { what: "the reading at ingest" });
    // its own acknowledgement comes after anything the broker had for it
    await listener.publishAsync(`${mine.replace("nt01", "nt02")}/data`, "reading", { qos: 1 });
    expect(seen.listener).toEqual([]);
  });

  it("does not let ingest publish", async () => {
    const ingest = await connect(INGEST_USER, secrets.ingestPassword);
    await expect(ingest.publishAsync(`${mine}/data`, "x", { qos: 1 })).rejects.toMatchObject({ code: 135 });
  });

  it("is green to the doctor, who comes as ingest", async () => {
    const at = new URL(url);
    at.username = INGEST_USER;
    at.password = secrets.ingestPassword;
    const findings = await examine({
      env: { ...context.stack.env, OUTFALL_MQTT_URL: at.href, OUTFALL_REGISTRY: "registry" },
    });
    const broker = findings.filter(({ area }) => area === "broker");
    expect(broker.length).toBeGreaterThan(5);
    // no ingest runs on it, so none has left its mark
    expect(broker.filter(({ check, state }) => check !== "sessions" && state !== "green")).toEqual([]);
    expect(broker.find(({ check }) => check === "access")?.found).toContain("nobody without");
    expect(JSON.stringify(findings)).not.toContain(secrets.ingestPassword);
  });

  it.each([
    ["nobody", undefined, undefined],
    ["a wrong password", "sim-sx-nt01", "wrong"],
    ["another station's password", "sim-sx-nt01", stationPassword(secrets.stationSecret, "sim-sx-nt02")],
    ["an unknown station", "sim-unknown", stationPassword(secrets.stationSecret, "sim-unknown")],
  ])("refuses %s", async (_, user, password) => {
    await expect(connect(user, password)).rejects.toThrow(/not authorized/i);
  });

  it("has an entry for each user and keeps no password in its files", async () => {
    const folder = join(context.folder, "broker");
    const passwords = await readFile(join(folder, "passwords"), "utf8");
    expect(
      passwords
        .trim()
        .split("\n")
        .map((entry) => entry.split(":")[0]),
    ).toEqual(brokerUsers(registry));
    const text = passwords + (await readFile(join(folder, "acl"), "utf8"));
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    expect(text).not.toContain(stationPassword(secrets.stationSecret, "sim-sx-nt01"));
  });
});

describe("provision", () => {
  it("prepares InfluxDB, twice without harm", async () => {
    const influx = {
      url: context.stack.influxUrl,
      org: "outfall",
      database: "provisioned",
      rawRetention: "400d",
    };
    const folder = join(context.folder, "twice");
    const first = await provision({ registry, root: "outfall-sim", folder, secrets, influx });
    const second = await provision({ registry, root: "outfall-sim", folder, secrets, influx });
    expect(second).toEqual(first);
    expect(first.stations).toBe(registry.stations.size);
    const policies = toRows(await context.influx.query("SHOW RETENTION POLICIES ON provisioned"));
    expect(policies.map(({ name, duration }) => [name, duration])).toEqual([
      ["raw", "9600h0m0s"],
      ["record", "0s"],
    ]);
  });

  it("runs from its environment alone, and names what is wrong with it", async () => {
    await expect(main({ OUTFALL_MQTT_INGEST_PASSWORD: "short" })).rejects.toThrow(
      /OUTFALL_MQTT_INGEST_PASSWORD[\s\S]*OUTFALL_MQTT_STATION_SECRET/,
    );
    const folder = join(context.folder, "main");
    await main({
      OUTFALL_REGISTRY: "registry",
      OUTFALL_INFLUX_URL: context.stack.influxUrl,
      OUTFALL_PROVISION_DIR: folder,
      OUTFALL_MQTT_INGEST_PASSWORD: secrets.ingestPassword,
      OUTFALL_MQTT_STATION_SECRET: secrets.stationSecret,
    });
    expect(await readFile(join(folder, "acl"), "utf8")).toContain(
      "topic write outfall-sim/v1/sim-song-xanh/",
    );
  });
});

/** No InfluxDB 2.x can be run here: this holds the requests to its documented API, and no more. */
describe("makeRawDefault against the documented API of 2.x", () => {
  const requests: string[] = [];
  let mappings: object[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      requests.push(`${request.method} ${request.url} ${body}`.trim());
      const { pathname } = new URL(request.url ?? "", "http://x");
      const known = request.headers.authorization === "Token t0";
      const answers: Record<string, object> = {
        "/api/v2/orgs": { orgs: [{ id: "o1" }] },
        "/api/v2/buckets": { buckets: [{ id: "b1" }] },
        "/api/v2/dbrps": { content: mappings },
      };
      response.statusCode = known ? (request.method === "POST" ? 201 : 200) : 401;
      response.end(JSON.stringify(known ? answers[pathname] : { message: "unauthorized access" }));
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const influx = (token: string) => ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    org: "outfall",
    database: "outfall",
  });

  it("maps outfall/raw as the default of its database", async () => {
    expect(await makeRawDefault(influx("t0"))).toBe(true);
    expect(requests).toEqual([
      "GET /api/v2/orgs?org=outfall",
      "GET /api/v2/dbrps?orgID=o1&db=outfall",
      "GET /api/v2/buckets?orgID=o1&name=outfall%2Fraw",
      'POST /api/v2/dbrps? {"orgID":"o1","bucketID":"b1","database":"outfall","retention_policy":"raw","default":true}',
    ]);
  });

  it("leaves a mapping that is there", async () => {
    mappings = [{ database: "outfall", retention_policy: "raw", default: true }];
    expect(await makeRawDefault(influx("t0"))).toBe(false);
  });

  it("says what InfluxDB answered, and no token", async () => {
    const refused = makeRawDefault(influx("wrong"));
    await expect(refused).rejects.toThrow("InfluxDB GET orgs: 401");
    await expect(refused).rejects.not.toThrow("wrong");
  });
});
