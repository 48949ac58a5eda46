/** The one command-line entry. In: arguments; out: the subcommand, loaded only when it is asked for. */
import { Command } from "commander";
import { registerBench } from "./commands/bench.ts";
import { registerDashboards } from "./commands/dashboards.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerLedger } from "./commands/ledger.ts";
import { registerMail } from "./commands/mail.ts";
import { registerProvision } from "./commands/provision.ts";
import { registerRegistry } from "./commands/registry.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerRun } from "./commands/run.ts";
import { registerServices } from "./commands/services.ts";
import { registerSimulate } from "./commands/simulate.ts";

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
registerServices(program);
registerRegistry(program);
registerLedger(program);
registerMail(program);
registerProvision(program);
registerDashboards(program);
registerBench(program);

try {
  await program.parseAsync();
} catch (error) {
  // what a person can mend is a message; the stack is for us
  process.stderr.write(`outfall: ${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.OUTFALL_LOG === "debug" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
