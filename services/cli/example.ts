/** Examples under every `--help`. */
import type { Command } from "commander";

/** @param lines each a whole command line as a person would type it */
export function withExample(command: Command, ...lines: string[]): Command {
  return command.addHelpText(
    "after",
    `\nExample${lines.length > 1 ? "s" : ""}:\n${lines.map((text) => `  $ ${text}`).join("\n")}`,
  );
}
