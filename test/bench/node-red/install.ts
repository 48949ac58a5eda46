/**
 * Node-RED in a folder of its own. In: a folder; out: the folder with both packages, installed by npm on first use and
 * found again later. Never in our own package.json: it is what we compare with, not what we run on.
 */
import { spawn } from "node:child_process";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export const packages = { "node-red": "5.0.7", "node-red-contrib-influxdb": "0.7.0" } as const;

const INSTALL_MS = 300_000;

/** @returns the program to start. @throws Error with npm's last words. */
export async function installNodeRed(folder: string, npm = "npm"): Promise<string> {
  const home = resolve(folder);
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const known = await readFile(join(home, "package.json"), "utf8").catch(() => "");
  const program = join(home, "node_modules", "node-red", "red.js");
  if (known !== manifest || !(await exists(program))) {
    // made aside and moved there whole: a broken installation is not found again
    const making = `${home}.making-${process.pid}`;
    await rm(making, { recursive: true, force: true });
    await mkdir(making, { recursive: true });
    try {
      await writeFile(join(making, "package.json"), manifest);
      await run(npm, ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], making);
      await rm(home, { recursive: true, force: true });
      await rename(making, home);
    } finally {
      await rm(making, { recursive: true, force: true });
    }
  }
  return program;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"], timeout: INSTALL_MS });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-1_000);
    });
    child.once("error", (error) => fail(new Error(`${command} cannot be run: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) done();
      else fail(new Error(`${command} ${args.join(" ")} ended with ${code}: ${said.trim()}`));
    });
  });
}
