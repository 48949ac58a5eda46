/** The same trouble again and again is one line until it changes. In: what is in trouble and why; out: a log line where that is news. */
import type { Logger } from "#shared/runtime/log.ts";

export interface Troubles {
  /** @param reason what makes it the same or another one; `sentence` is constant */
  warn(subject: string, reason: string, fields: object, sentence: string): void;
  error(subject: string, reason: string, fields: object, sentence: string): void;
  /** @returns whether it was in trouble */
  clear(subject: string): boolean;
}

export function createTroubles(log: Pick<Logger, "warn" | "error">): Troubles {
  const reasons = new Map<string, string>();
  const saying =
    (level: "warn" | "error") => (subject: string, reason: string, fields: object, sentence: string) => {
      if (reasons.get(subject) === reason) return;
      reasons.set(subject, reason);
      log[level]({ ...fields, reason }, sentence);
    };
  return { warn: saying("warn"), error: saying("error"), clear: (subject) => reasons.delete(subject) };
}
