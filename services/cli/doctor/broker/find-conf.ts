/**
 * The broker's mosquitto.conf. In: a file that was named, or the broker's port on this machine; out: its text with what
 * it includes, or undefined. A broker of this machine is found in /proc by the port it listens on.
 */
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { portsOf } from "./conf.ts";

export interface FoundConf {
  /** For the finding: the file, or how the broker was started. */
  readonly from: string;
  readonly text: string;
}

/** @throws where a named file cannot be read */
export async function findConf(named: string | undefined, port: number): Promise<FoundConf | undefined> {
  if (named !== undefined) return { from: named, text: await withIncludes(named) };
  for (const { args, cwd } of await brokersHere()) {
    const { file, port: given } = brokerArguments(args);
    const from = file === undefined ? `\`${args.join(" ")}\`` : resolve(cwd, file);
    const text = file === undefined ? "" : await withIncludes(from).catch(() => undefined);
    if (text === undefined) continue;
    const ports = given === undefined ? portsOf(text) : [given, ...portsOf(text)];
    if (ports.includes(port)) return { from, text };
  }
  return undefined;
}

/** What `mosquitto -c FILE -p PORT` was started with. Pure. */
export function brokerArguments(args: readonly string[]): { file?: string; port?: number } {
  const after = (...names: string[]) => {
    const place = args.findIndex((argument) => names.includes(argument));
    return place < 0 ? undefined : args[place + 1];
  };
  const file = after("-c", "--config-file");
  const port = after("-p", "--port");
  return { ...(file === undefined ? {} : { file }), ...(port === undefined ? {} : { port: Number(port) }) };
}

/** Processes named mosquitto that we may look at; none where there is no /proc. */
async function brokersHere(): Promise<{ args: string[]; cwd: string }[]> {
  const processes = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (pid) => {
      try {
        const args = (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
        if (basename(args[0] ?? "") !== "mosquitto") return undefined;
        return { args, cwd: await readlink(`/proc/${pid}/cwd`) };
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter((process) => process !== undefined);
}

async function withIncludes(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  const folders = [...text.matchAll(/^\s*include_dir\s+(.+?)\s*$/gm)].map(([, folder]) => folder ?? "");
  const included = await Promise.all(
    folders.map(async (folder) => {
      const names = (await readdir(folder)).filter((name) => name.endsWith(".conf")).sort();
      return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    }),
  );
  return [text, ...included.flat()].join("\n");
}
