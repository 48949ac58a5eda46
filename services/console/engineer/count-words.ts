/** Counts of the ledger as text, and codes of refusals as words. Pure. */
import type { LedgerCounts } from "#shared/ledger/ledger.ts";
import type { View } from "../view.ts";

/** For the line "received … = stored … + …". */
export function countWords(counts: LedgerCounts, n: (value: number) => string) {
  const { received, stored, duplicate, conflict, quarantined, inJournal } = counts;
  return {
    received: n(received),
    stored: n(stored),
    duplicate: n(duplicate),
    conflict: n(conflict),
    quarantined: n(quarantined),
    inJournal: n(inJournal),
  };
}

/** A code this page has no words for is shown as the api explains it. */
export function codeWords(code: string, { words }: View, meaning: string | null = null): string {
  return (words.engineer.codes as Readonly<Record<string, string>>)[code] ?? meaning ?? code;
}

/** In this language who can mend it; the api's own advice in English is more exact. */
export function remedyWords(
  { where, remedy }: { readonly where: string | null; readonly remedy: string | null },
  { words, language }: View,
): string | undefined {
  const short = (words.engineer.remedies as Readonly<Record<string, string>>)[where ?? ""];
  return (language === "en" ? remedy : short) ?? short ?? undefined;
}
