/** Structured logging. In: a service name; out: a pino logger on stderr, secrets redacted, level from `OUTFALL_LOG` (default info). */
import { type DestinationStream, destination, type Logger, pino } from "pino";

export type { Logger } from "pino";

const REDACTED = ["password", "token", "pass", "*.password", "*.token", "*.pass", "*.*.pass"];

/** A line of level warn or above: what a person should know of. */
export interface LogEvent {
  readonly level: "warn" | "error" | "fatal";
  /** The message: a constant sentence. */
  readonly sentence: string;
}

const eventLevels: Readonly<Record<number, LogEvent["level"]>> = { 40: "warn", 50: "error", 60: "fatal" };

/**
 * One logger per service; steps take children of it. Messages are constant sentences, values are fields.
 * @param onEvent told of each warning and error that is logged, whoever logs it
 */
export function createLogger(
  service: string,
  onEvent: (event: LogEvent) => void = () => undefined,
  stream: DestinationStream = destination(2),
): Logger {
  return pino(
    {
      base: { service },
      level: process.env.OUTFALL_LOG ?? "info",
      redact: { paths: REDACTED, censor: "[redacted]" },
      hooks: {
        logMethod(line, write, level) {
          const event = eventLevels[level];
          const sentence = line.find((part) => typeof part === "string");
          if (event !== undefined && sentence !== undefined) onEvent({ level: event, sentence });
          write.apply(this, line);
        },
      },
    },
    stream,
  );
}

export const silentLogger: Logger = pino({ level: "silent" });

/** An address with its password hidden, for logs and pages. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, "$1:***@");
}
