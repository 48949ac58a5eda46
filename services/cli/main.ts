/** The one command-line entry. In: arguments; out: the subcommand, loaded only when it is asked for. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { registerArm } from "./commands/arm.ts";
import { registerBench } from "./commands/bench.ts";
import { registerBridge } from "./commands/bridge.ts";
import { registerDashboards } from "./commands/dashboards.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerExplain } from "./commands/explain.ts";
import { registerExport } from "./commands/export.ts";
import { registerFaults } from "./commands/faults.ts";
import { registerFuzz } from "./commands/fuzz.ts";
import { registerIngest } from "./commands/ingest.ts";
import { registerJournal } from "./commands/journal.ts";
import { registerJudge } from "./commands/judge.ts";
import { registerLedger } from "./commands/ledger.ts";
import { registerLimits } from "./commands/limits.ts";
import { registerMail } from "./commands/mail.ts";
import { registerMissingPlants } from "./commands/missing-plants.ts";
import { registerProvision } from "./commands/provision.ts";
import { registerQuarantine } from "./commands/quarantine.ts";
import { registerRegistry } from "./commands/registry.ts";
import { registerRejudge } from "./commands/rejudge.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerRun } from "./commands/run.ts";
import { registerServices } from "./commands/services.ts";
import { registerSimulate } from "./commands/simulate.ts";

// what is loaded from here on need not be compiled, nor its types stripped, at every start
enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/compile", import.meta.url)));

const program = new Command("outfall")
  .description(
    "Compliance telemetry for the wastewater of industrial zones: MQTT to InfluxDB without loss, judged.",
  )
  .showHelpAfterError("(add --help for usage and an example)")
  .enablePositionalOptions();

registerDemo(program);
registerRun(program);
registerSimulate(program);
registerReplay(program);
registerIngest(program);
registerServices(program);
registerBridge(program);
registerRegistry(program);
registerArm(program);
registerJudge(program);
registerExplain(program);
registerRejudge(program);
registerLimits(program);
registerMissingPlants(program);
registerLedger(program);
registerJournal(program);
registerQuarantine(program);
registerDoctor(program);
registerExport(program);
registerMail(program);
registerProvision(program);
registerDashboards(program);
registerBench(program);
registerFaults(program);
registerFuzz(program);

try {
  await program.parseAsync();
} catch (error) {
  // what a person can mend is a message; the stack is for us
  process.stderr.write(`outfall: ${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.OUTFALL_LOG === "debug" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
