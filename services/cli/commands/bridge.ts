/** `outfall bridge`: the loggers' text files of an FTP drop folder as station data over MQTT; a service, or once. */
import type { Command } from "commander";
import { parseDuration } from "../duration.ts";
import { withExample } from "../example.ts";
import { createProgressBar } from "../progress-bar.ts";

interface Options {
  map?: string;
  registry?: string;
  data?: string;
  move?: string;
  scan?: number;
  stable?: number;
  once?: boolean;
  dryRun?: boolean;
  listFailed?: boolean;
  json?: boolean;
}

const write = (text: string) => process.stdout.write(`${text}\n`);

export function registerBridge(program: Command): void {
  const command = program
    .command("bridge")
    .description("service: publishes the text files (TT 10/2021) of a drop folder as station data over MQTT")
    .argument("[folder]", "drop folder (OUTFALL_BRIDGE_DIR)")
    .option("--map <file>", "whose files are whose, and how they are meant (OUTFALL_BRIDGE_MAP)")
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--data <folder>", "where progress is kept, in bridge/ (OUTFALL_DATA_DIR)")
    .option("--move <folder>", "move done files there; they stay otherwise (OUTFALL_BRIDGE_MOVE_DIR)")
    .option("--scan <duration>", "time between two scans (OUTFALL_BRIDGE_SCAN_MS)", parseDuration)
    .option("--stable <duration>", "a young file is whole after it (OUTFALL_BRIDGE_STABLE_MS)", parseDuration)
    .option("--once", "go through the folder once; ends with 1 if a file could not be used")
    .option("--dry-run", "print what would be published, and publish nothing")
    .option("--list-failed", "print the files that could not be used, with their reasons")
    .option("--json", "with --once, --dry-run and --list-failed: JSON, one object a line")
    .action(async (folder: string | undefined, options: Options) => {
      const env = environmentOf(folder, options);
      const bridge = await import("#services/bridge/main.ts");
      const json = options.json === true;
      if (options.listFailed) printFailed(await bridge.listFailed(env), json);
      else if (options.dryRun) await printDryRun(bridge.lookOnly(env), json);
      else if (options.once) await once(bridge, env, json);
      else await bridge.main(env);
    });
  withExample(
    command,
    "outfall bridge /srv/ftp --map bridge.yaml --dry-run",
    "OUTFALL_MQTT_URL=mqtt://_bridge:secret@broker:1883 outfall bridge /srv/ftp --map bridge.yaml",
  ).addHelpText("after", "\nThe map, and what becomes of a file: see docs/bridge.md.");
}

function environmentOf(folder: string | undefined, options: Options): NodeJS.ProcessEnv {
  const given = {
    OUTFALL_BRIDGE_DIR: folder,
    OUTFALL_BRIDGE_MAP: options.map,
    OUTFALL_REGISTRY: options.registry,
    OUTFALL_DATA_DIR: options.data,
    OUTFALL_BRIDGE_MOVE_DIR: options.move,
    OUTFALL_BRIDGE_SCAN_MS: options.scan?.toString(),
    OUTFALL_BRIDGE_STABLE_MS: options.stable?.toString(),
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(set) };
}

type BridgeMain = typeof import("#services/bridge/main.ts");

async function once(bridge: BridgeMain, env: NodeJS.ProcessEnv, json: boolean): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  const bar = createProgressBar("files");
  const status = await bridge
    .runOnce(env, { signal: stop.signal, onProgress: (done, total) => bar.update(done, total) })
    .finally(() => bar.stop());
  const { files, samples, failed, uploading } = status;
  if (json) write(JSON.stringify(status));
  else {
    write(`${files.published + files.partly} files published, ${samples} samples acknowledged`);
    if (files["known-content"] > 0) write(`${files["known-content"]} files sent again with the same content`);
    if (uploading > 0) write(`${uploading} files are still being uploaded`);
    if (failed > 0) write(`${failed} on the list of failures: outfall bridge --list-failed`);
  }
  process.exitCode = failed + uploading > 0 || stop.signal.aborted ? 1 : 0;
}

async function printDryRun(files: ReturnType<BridgeMain["lookOnly"]>, json: boolean): Promise<void> {
  let failed = 0;
  let samples = 0;
  for await (const file of files) {
    samples += file.messages.length;
    if (file.reasons.length > 0) failed += 1;
    if (json) {
      write(JSON.stringify(file));
      continue;
    }
    write(file.path);
    for (const { topic, payload } of file.messages) write(`  ${topic} ${payload}`);
    for (const reason of file.reasons) write(`  ! ${reason}`);
  }
  process.stderr.write(`${samples} samples would be published, ${failed} files have failures\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function printFailed(failures: Awaited<ReturnType<BridgeMain["listFailed"]>>, json: boolean): void {
  for (const failure of failures) {
    if (json) {
      write(JSON.stringify(failure));
      continue;
    }
    const { path, kind, files, example, reasons, published } = failure;
    write(
      `${path} (${kind}${files > 1 ? `, ${files} files, ${example}` : ""}${published > 0 ? `, ${published} samples published` : ""})`,
    );
    for (const reason of reasons) write(`  ${reason}`);
  }
  if (failures.length === 0 && !json) write("none");
}
