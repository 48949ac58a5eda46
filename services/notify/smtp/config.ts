/** SMTP settings. In: environment variables; out: host, port, TLS, credentials and sender, checked against the registry. */

import { z } from "zod";
import type { Registry } from "#shared/registry/registry.ts";
import { isLoopback } from "#shared/runtime/loopback.ts";
import { isExampleAddress } from "../route/route.ts";

const DEFAULT_SIMULATED_FROM = "outfall@outfall.example";
const DEFAULT_PORT = 25;
const DEFAULT_TLS_PORT = 465;

export const smtpEnv = {
  OUTFALL_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "expected smtp://user:password@host:port or smtps://…" })
    .describe("mail server: smtp://user:password@host:port, or smtps:// for TLS from the start"),
  OUTFALL_MAIL_FROM: z
    .email("expected an e-mail address")
    .optional()
    .describe(`sender; ${DEFAULT_SIMULATED_FROM} where the registry is simulated`),
};

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

/** Reads the address of a mail server. Options after `?` are refused: they could point the transport elsewhere. */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.parse(text);
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    throw new Error("OUTFALL_SMTP_URL: expected smtp://user:password@host:port or smtps://…");
  }
  if (url.search !== "") throw new Error("OUTFALL_SMTP_URL: expected no options after ?");
  const secure = url.protocol === "smtps:";
  const auth = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port) || (secure ? DEFAULT_TLS_PORT : DEFAULT_PORT),
    secure,
    ...(auth.user === "" ? {} : { auth }),
  };
}

/** The sender: as configured, or the example address of a simulation. @throws Error when a real registry has none */
export function senderOf(registry: Registry, configured: string | undefined): string {
  if (configured !== undefined) return configured;
  if (registry.settings.simulated) return DEFAULT_SIMULATED_FROM;
  throw new Error("OUTFALL_MAIL_FROM: expected a sender address (the registry is not simulated)");
}

/**
 * Simulated data can never reach a real regulator: its mails go to a server on this machine and to `.example` only.
 * @throws Error naming the server or the addresses that do not fit
 */
export function refuseRealWorld(registry: Registry, server: SmtpServer, addresses: readonly string[]): void {
  if (!registry.settings.simulated) return;
  if (!isLoopback(server.host)) {
    throw new Error(
      `the registry is simulated: expected a mail server on this machine (127.0.0.1), found ${server.host}:${server.port}`,
    );
  }
  const real = [...new Set(addresses)].filter((address) => !isExampleAddress(address));
  if (real.length > 0) {
    throw new Error(
      `the registry is simulated: expected addresses ending in .example, found ${real.join(", ")}`,
    );
  }
}
