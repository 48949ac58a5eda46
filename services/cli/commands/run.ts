/** `outfall run`: all services on one machine, with the local stack for every server the environment does not name. */
import type { Command } from "commander";
import { withExample } from "../example.ts";
import { superviseServices } from "../supervise.ts";

interface Options {
  registry: string;
  data: string;
  port: string;
}

const DEFAULT_DATA = ".outfall/run";

export function registerRun(program: Command): void {
  const command = program
    .command("run")
    .description(
      "run all services on your registry; servers not named in the environment are started locally",
    )
    .option("--registry <folder>", "registry folder", "registry")
    .option("--data <folder>", "where journals, databases, caught mails and logs are kept", DEFAULT_DATA)
    .option("--port <n>", "port of the live page", "3000")
    .action(async ({ registry: registryFolder, data: folder, port }: Options) => {
      const [{ loadRegistry }, { startSystem }, { lockFolder }, { join, resolve }] = await Promise.all([
        import("#shared/registry/load.ts"),
        import("#services/local/system.ts"),
        import("#shared/runtime/folder-lock.ts"),
        import("node:path"),
      ]);
      const registry = await loadRegistry(registryFolder);
      // before any server opens its files
      const lock = await lockFolder(folder);
      const mailFolder = join(folder, "mail");
      const say = (text: string) => process.stdout.write(`${text}\n`);
      const system = await startSystem({
        folder,
        mailFolder,
        registryFolder,
        registry,
        apiPort: Number(port),
        // one installation: /metrics of each service is where Prometheus expects it
        env: { OUTFALL_METRICS_PORT: process.env.OUTFALL_METRICS_PORT ?? "" },
        log: say,
      });
      say(`live page   ${system.apiUrl}`);
      say(`broker      ${system.stack.mqttUrl}`);
      say(`InfluxDB    ${system.stack.influxUrl}`);
      say(
        process.env.OUTFALL_SMTP_URL === undefined
          ? `mails       ${mailFolder} (caught; set OUTFALL_SMTP_URL to send)`
          : "mails       sent",
      );
      say("for doctor, quarantine, journal and ledger in another terminal:");
      for (const [name, value] of Object.entries(system.stack.env))
        if (process.env[name] === undefined) say(`  export ${name}=${value}`);
      say(`  export OUTFALL_DATA_DIR=${join(resolve(folder), "data")}`);
      say("Ctrl-C stops everything that was started here.");
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      process.once("SIGTERM", () => stop.abort());
      await superviseServices(system, say, stop.signal);
      await system.close();
      await lock.release();
    });
  withExample(
    command,
    "outfall run --registry ./my-registry",
    "OUTFALL_MQTT_URL=mqtt://ingest:secret@broker:1883 outfall run --registry ./my-registry --data /var/lib/outfall",
  );
}
