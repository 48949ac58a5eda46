/** `outfall provision`: secrets for compose; broker users and ACL and InfluxDB buckets from the registry. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

interface Options {
  env?: boolean;
  registry?: string;
}

export function registerProvision(program: Command): void {
  const command = program
    .command("provision")
    .description(
      "write broker users and ACL from the registry and make the InfluxDB buckets; --env: the secrets of compose",
    )
    .option("--registry <folder>", "registry folder (OUTFALL_REGISTRY)")
    .option("--env", "write .env with new secrets where there is none, and nothing else")
    .action(async ({ env, registry }: Options) => {
      if (env) {
        const { writeEnv } = await import("#services/provision/secrets/write-env.ts");
        const { path, written } = await writeEnv(".");
        process.stdout.write(
          written ? `${path} written, with new secrets\n` : `${path} is there already, left as it is\n`,
        );
        return;
      }
      const { main } = await import("#services/provision/main.ts");
      await main(registry === undefined ? process.env : { ...process.env, OUTFALL_REGISTRY: registry });
    });
  withExample(command, "outfall provision --env", "outfall provision --registry ./registry");
}
