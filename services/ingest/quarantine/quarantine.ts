/**
 * What was refused, kept with its reason. In: entries; out: one JSON line each in a file a day of receipt (UTC),
 * durable before the message counts as done. After a crash a line may stand twice under the same id: readers show it
 * once. Days go by age alone. At the size bound reasons are kept without payloads, and then only counted by the
 * ledger: refusing poison must never stop good data.
 */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Rejection } from "#shared/reading/rejection.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { type AppendFile, openAppendFile } from "./append-file.ts";
import { dayFileName, dayOf, daysAmong, expiredDays } from "./day-files.ts";
import { entryChunks, type Room } from "./entry-lines.ts";

export interface QuarantinedSample extends Rejection {
  /** `<seq>-<part>`: the journal record and the part of it: the nth refusal, or `s` and the nth good sample. */
  readonly id: string;
  readonly receivedAt: number;
  readonly topic: string;
  /** Bytes of the payload as received. */
  readonly size: number;
  /** Base64 of the payload; empty where an earlier line of the same message carries it, or where there was no room. */
  readonly payload: string;
}

export interface Quarantine {
  /** Resolves once every entry is durable. @throws when the disk does not take them; harmless to repeat. */
  keep(entries: readonly QuarantinedSample[]): Promise<void>;
  close(): Promise<void>;
}

export interface QuarantineOptions {
  /** `<data>/ingest/quarantine` */
  readonly folder: string;
  readonly now: () => number;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** Whole days a file is kept after its own. */
  readonly keepDays?: number | undefined;
  /** Of all files together. */
  readonly maxBytes?: number | undefined;
  /** Told of what is kept, to show it elsewhere; never throws. */
  readonly list?: (entries: readonly QuarantinedSample[]) => Promise<void>;
}

export const QUARANTINE_DAYS = 400;
export const QUARANTINE_MAX_BYTES = 4_294_967_296;

export async function openQuarantine(options: QuarantineOptions): Promise<Quarantine> {
  const { folder, now, log, list, keepDays = QUARANTINE_DAYS, maxBytes = QUARANTINE_MAX_BYTES } = options;
  await mkdir(folder, { recursive: true });
  let current: { readonly day: string; readonly file: AppendFile } | undefined;
  let otherBytes = 0;
  let room: Room = "whole";

  /** The file of a day, one open at a time. A new one is the moment to clear away old ones. */
  async function fileOf(day: string): Promise<AppendFile> {
    if (current?.day === day) return current.file;
    await current?.file.close();
    current = undefined;
    await clearExpired();
    const file = await openAppendFile(join(folder, dayFileName(day)));
    current = { day, file };
    otherBytes = await bytesWithout(folder, day);
    return file;
  }

  async function clearExpired(): Promise<void> {
    const expired = expiredDays(daysAmong(await readdir(folder)), now(), keepDays);
    for (const day of expired) await rm(join(folder, dayFileName(day)), { force: true });
    if (expired.length > 0)
      log.info({ days: expired.length, keepDays }, "old days of the quarantine removed");
  }

  function say(next: Room, left: number): void {
    if (next === room) return;
    room = next;
    if (next === "whole") log.info({ maxBytes }, "the quarantine has room again");
    else if (next === "reasons")
      log.warn({ maxBytes }, "the quarantine is nearly full, payloads are not kept");
    else log.error({ maxBytes, left }, "the quarantine is full, refusals are only counted");
  }

  async function keepDay(day: string, entries: readonly QuarantinedSample[]): Promise<void> {
    const file = await fileOf(day);
    const fitted = entryChunks(entries, { used: otherBytes + file.size, maxBytes });
    say(fitted.room, fitted.left);
    if (fitted.chunks.length > 0) await file.append(fitted.chunks);
  }

  await clearExpired();
  return {
    async keep(entries) {
      if (entries.length === 0) return;
      const byDay = Map.groupBy(entries, ({ receivedAt }) => dayOf(receivedAt));
      for (const [day, some] of byDay) await keepDay(day, some);
      await list?.(entries);
    },
    async close() {
      await current?.file.close();
      current = undefined;
    },
  };
}

async function bytesWithout(folder: string, day: string): Promise<number> {
  const others = daysAmong(await readdir(folder)).filter((other) => other !== day);
  const sizes = await Promise.all(
    others.map(async (other) => (await stat(join(folder, dayFileName(other)))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
