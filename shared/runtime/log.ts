/** Structured logging. In: a service name; out: a pino logger on stderr, secrets redacted, level from `OUTFALL_LOG` (default info). */
import { type DestinationStream, destination, type Logger, pino } from "pino";

export type { Logger } from "pino";

const REDACTED = ["password", "token", "pass", "*.password", "*.token", "*.pass", "*.*.pass"];

/** One logger per service; steps take children of it. Messages are constant sentences, values are fields. */
export function createLogger(service: string, stream: DestinationStream = destination(2)): Logger {
  return pino(
    {
      base: { service },
      level: process.env.OUTFALL_LOG ?? "info",
      redact: { paths: REDACTED, censor: "[redacted]" },
    },
    stream,
  );
}

export const silentLogger: Logger = pino({ level: "silent" });

/** An address with its password hidden, for logs and pages. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, "$1:***@");
}
