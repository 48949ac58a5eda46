// Sets a fresh checkout up: the project's packages (Node 26 among them), then the three servers. Plain JavaScript for
// Node 20. Quick when there is nothing to do; says what it does before it does it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes("--quiet");
const say = (text) => process.stderr.write(`${text}\n`);
const OLDEST_NODE = 20;
const NEEDED_NODE = 26;

function fail(text) {
  say(text);
  process.exit(1);
}

function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".outfall-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("installing the project's packages (npm install) …");
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync("npm", args, {
    cwd: root,
    stdio: quiet ? ["ignore", 2, 2] : ["ignore", "inherit", "inherit"],
  });
  if (result.status !== 0) fail("npm install failed; its message stands above");
  writeFileSync(stamp, lock);
}

function checkNode() {
  const bundled = join(root, "node_modules", ".bin", "node");
  const command = existsSync(bundled) ? bundled : "node";
  const version = spawnSync(command, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "none";
  if (Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= NEEDED_NODE) return;
  fail(
    `Outfall runs on Node ${NEEDED_NODE} and found ${version}. It brings its own on Linux x64 and arm64; ` +
      `on ${process.platform} ${process.arch}, install Node ${NEEDED_NODE} and run this again.`,
  );
}

const servers = [
  { command: "mosquitto", package: "mosquitto", variable: "OUTFALL_MQTT_URL" },
  { command: "redis-server", package: "redis-server", variable: "OUTFALL_REDIS_URL" },
  { command: "influxd", package: "influxdb", variable: "OUTFALL_INFLUX_URL" },
];

const path = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin`;
const isOnPath = (command) =>
  path.split(":").some((folder) => folder !== "" && existsSync(join(folder, command)));

function installServers() {
  const missing = servers.filter((server) => !isOnPath(server.command) && !process.env[server.variable]);
  if (missing.length === 0) return;
  const names = missing.map((server) => server.package).join(" ");
  const byHand = `apt-get install --no-install-recommends ${names}`;
  const isRoot = process.getuid?.() === 0;
  const mayInstall = isOnPath("apt-get") && (isRoot || process.env.OUTFALL_INSTALL === "1");
  if (!mayInstall) {
    fail(
      [
        `Outfall's local stack needs: ${missing.map((server) => server.command).join(", ")}.`,
        isOnPath("apt-get")
          ? `Install them:   sudo ${byHand}\nor let it be done: OUTFALL_INSTALL=1 npm run demo`
          : "Install them with your system's package manager (Mosquitto 2, Redis 7, InfluxDB 1.x),",
        `or name servers that already run: ${missing.map((server) => server.variable).join(", ")},`,
        "or run everything in containers: docker compose up (see README).",
      ].join("\n"),
    );
  }
  say(`installing ${names} (${isRoot ? "" : "sudo "}${byHand}), without starting them as system services …`);
  const prefix = isRoot ? [] : ["sudo"];
  withoutServices(prefix, (env) => {
    run([...prefix, "apt-get", "-q", "update"], env);
    run([...prefix, "apt-get", "-q", "install", "-y", "--no-install-recommends", ...names.split(" ")], env);
  });
  for (const server of missing)
    if (!isOnPath(server.command)) fail(`${server.command} is still not there; try: ${byHand}`);
}

// Debian starts a server it installs unless policy-rc.d says no; ours are started by the stack alone.
function withoutServices(prefix, work) {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  const folder = mkdtempSync(join(tmpdir(), "outfall-setup-"));
  const script = join(folder, "policy-rc.d");
  writeFileSync(script, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  if (ours) run([...prefix, "install", "-m", "755", script, policy], process.env);
  try {
    work({ ...process.env, DEBIAN_FRONTEND: "noninteractive" });
  } finally {
    if (ours) run([...prefix, "rm", "-f", policy], process.env);
    rmSync(folder, { recursive: true, force: true });
  }
}

function run([command, ...args], env) {
  const result = spawnSync(command, args, { stdio: ["ignore", quiet ? 2 : "inherit", "inherit"], env });
  if (result.status !== 0) fail(`failed: ${[command, ...args].join(" ")}`);
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  fail(`Outfall's set-up needs Node ${OLDEST_NODE} or newer; this is ${process.version}.`);
}
installPackages();
checkNode();
if (!process.argv.includes("--no-servers")) installServers();
