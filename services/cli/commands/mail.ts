/** `outfall mail test`: tries the SMTP settings with one short mail. */
import type { Command } from "commander";
import { withExample } from "../example.ts";

export function registerMail(program: Command): void {
  const mail = program.command("mail").description("try the mail settings");
  const test = mail
    .command("test")
    .description("send one short test mail with the settings of notify")
    .requiredOption("--to <address>", "recipient")
    .action(async ({ to }: { to: string }) => {
      const { testMail } = await import("#services/notify/smtp/test-mail.ts");
      process.stdout.write(`${await testMail(process.env, to)}\n`);
    });
  const example = "OUTFALL_SMTP_URL=smtp://127.0.0.1:1025 outfall mail test --to you@ministry.example";
  withExample(test, example);
  withExample(mail, example);
}
