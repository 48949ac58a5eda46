/** `outfall provision`: secrets for compose; broker users and ACL and InfluxDB buckets from the registry. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

interface Options {
  env?: boolean;
  passwords?: boolean;
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
    .option("--passwords", "print each station's broker user and password, and nothing else")
    .action(async ({ env, passwords, registry }: Options) => {
      if (env) {
        const { writeEnv } = await import("#services/provision/secrets/write-env.ts");
        const { path, written } = await writeEnv(".");
        process.stdout.write(
          written ? `${path} written, with new secrets\n` : `${path} is there already, left as it is\n`,
        );
        return;
      }
      if (passwords) {
        const { stationAccounts } = await import("#services/provision/main.ts");
        for (const { user, password } of await stationAccounts(withRegistry(registry))) {
          process.stdout.write(`${user}\t${password}\n`);
        }
        return;
      }
      const { main } = await import("#services/provision/main.ts");
      await main(withRegistry(registry));
    });
  withExample(command, "outfall provision --env", "outfall provision --registry ./registry");
}

const withRegistry = (registry: string | undefined): NodeJS.ProcessEnv =>
  registry === undefined ? process.env : { ...process.env, OUTFALL_REGISTRY: registry };
