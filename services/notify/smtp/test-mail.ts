/** `outfall mail test`: tries the SMTP settings. In: environment and an address; out: one line that says what the server answered. */
import nodemailer from "nodemailer";
import { z } from "zod";
import { loadRegistry } from "#shared/registry/load.ts";
import { commonEnv, parseConfig } from "#shared/runtime/config.ts";
import { parseSmtpUrl, refuseRealWorld, type SmtpServer, senderOf, smtpEnv } from "./config.ts";
import { connectionOptions, type SmtpFailure } from "./transport.ts";

const testEnv = z.object({ ...commonEnv, ...smtpEnv });

/**
 * Connects, logs in and sends one short mail.
 * @throws Error naming host and port and what went wrong, never the password
 */
export async function testMail(env: NodeJS.ProcessEnv, to: string): Promise<string> {
  const config = parseConfig(testEnv, env);
  if (!z.email().safeParse(to).success) throw new Error(`expected an e-mail address, found ${to}`);
  const registry = await loadRegistry(config.OUTFALL_REGISTRY);
  const server = parseSmtpUrl(config.OUTFALL_SMTP_URL);
  refuseRealWorld(registry, server, [to]);
  const { simulated } = registry.settings;
  const transport = nodemailer.createTransport(connectionOptions(server));
  try {
    await transport.verify();
    const info = await transport.sendMail({
      from: { name: "Outfall", address: senderOf(registry, config.OUTFALL_MAIL_FROM) },
      to,
      subject: `${simulated ? "[MÔ PHỎNG / SIMULATED] " : ""}Outfall: thư thử / test mail`,
      text: "Thư thử của Outfall: cấu hình gửi thư hoạt động.\nTest mail of Outfall: the mail settings work.\n",
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return `test mail to ${to} taken by ${server.host}:${server.port} (${String(info.response).trim()})`;
  } catch (error) {
    throw new Error(explainFailure(server, error as SmtpFailure));
  } finally {
    transport.close();
  }
}

/** In words: where, and what is likely wrong. */
export function explainFailure({ host, port, auth }: SmtpServer, error: SmtpFailure): string {
  const where = `mail server ${host}:${port}`;
  const answer = redacted(error.message, auth?.pass);
  if (/ECONNREFUSED/.test(error.message))
    return `${where}: connection refused; is a mail server listening there?`;
  if (error.code === "EDNS" || /ENOTFOUND|EAI_AGAIN/.test(error.message))
    return `${where}: no such host (${answer})`;
  if (error.code === "ETIMEDOUT") return `${where}: no answer in time (${answer})`;
  if (error.code === "EAUTH" || error.code === "ENOAUTH")
    return `${where}: user or password refused (${answer})`;
  if (error.code === "ETLS") return `${where}: no TLS connection (${answer})`;
  if (error.command === "RCPT TO") return `${where}: recipient refused (${answer})`;
  if (error.command === "MAIL FROM") return `${where}: sender refused (${answer})`;
  return `${where}: ${answer}`;
}

function redacted(text: string, secret: string | undefined): string {
  return secret ? text.replaceAll(secret, "***") : text;
}
