/** `outfall compliance | notify | api`: one service in this process, configured by the environment. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

const services = [
  {
    name: "compliance",
    what: "judges readings against the limits, finds silent stations and zones without a plant",
    load: () => import("#services/compliance/main.ts"),
    example: "OUTFALL_INFLUX_URL=http://influx:8086 outfall compliance --registry ./registry",
  },
  {
    name: "notify",
    what: "mails incidents to the contacts in charge",
    load: () => import("#services/notify/main.ts"),
    example: "OUTFALL_SMTP_URL=smtps://user:secret@mail:465 outfall notify --registry ./registry",
  },
  {
    name: "api",
    what: "the live page and its JSON, on the loopback interface",
    load: () => import("#services/api/main.ts"),
    example: "OUTFALL_API_PORT=3000 outfall api --registry ./registry",
  },
] as const;

export function registerServices(program: Command): void {
  for (const { name, what, load, example } of services) {
    const command = program
      .command(name)
      .description(`service: ${what}`)
      .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
      .action(async ({ registry }: { registry?: string }) => {
        const { main } = await load();
        await main(registry === undefined ? process.env : { ...process.env, OUTFALL_REGISTRY: registry });
      });
    withExample(command, example).addHelpText(
      "after",
      "\nConfiguration comes from the environment: see docs/configuration.md.",
    );
  }
}
