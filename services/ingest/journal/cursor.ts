/**
 * How far the journal is done with, and the ledger as of there: a small log, so that both always agree and moving on
 * costs what changed and no more. Its first line is the whole ledger, each further one what a batch changed; every
 * line has a checksum. A line that a crash or power loss has spoilt ends the log: the one before it holds, and some
 * records are done again.
 */
import { type FileHandle, link, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { TallyState } from "../ledger/tally.ts";
import type { Edge } from "../store/sort-samples.ts";
import { isMissing, nodeDisk, syncFolder, writeWhole } from "./disk.ts";

export interface Cursor {
  /** The first record not yet stored and enqueued. */
  readonly seq: number;
  readonly tally: TallyState;
  /** What was stored in the last millisecond before it. */
  readonly edge?: Edge | undefined;
}

export interface CursorLog {
  /** As found; undefined at the first start. */
  readonly found: Cursor | undefined;
  /**
   * Durable once it resolves. @throws when the disk does not take it; the same may then be tried again.
   * @param changed the entries of the ledger that are not as at the last move
   * @param whole all of it, asked for when the log begins anew
   */
  move(seq: number, changed: TallyState, whole: () => TallyState, edge?: Edge | undefined): Promise<void>;
  close(): Promise<void>;
}

/** The log begins anew at four times its first line, and not before this. */
const RENEW_BYTES = 65_536;
const PREVIOUS = ".previous";

/** @throws Error when there is a log without one good line */
export async function openCursor(file: string): Promise<CursorLog> {
  const found = await readCursor(file);
  let handle: FileHandle | undefined;
  let end = 0;
  let renewAt = 0;

  /** A new log beside the old one, then in its place. */
  async function renew(cursor: Cursor): Promise<void> {
    const bytes = encodeLine(cursor);
    const renewed = await open(`${file}.new`, "w");
    try {
      await writeWhole(renewed, bytes, 0);
      await renewed.datasync();
      await keepPrevious(file);
      await rename(`${file}.new`, file);
      await syncFolder(nodeDisk, dirname(file));
    } catch (error) {
      await renewed.close();
      throw error;
    }
    await handle?.close();
    handle = renewed;
    end = bytes.length;
    renewAt = Math.max(RENEW_BYTES, 4 * end);
  }

  return {
    found,
    async move(seq, changed, whole, edge) {
      if (handle === undefined || end >= renewAt) {
        await renew({ seq, tally: whole(), edge });
        return;
      }
      const bytes = encodeLine({ seq, tally: changed, edge });
      // always at the known end: after a failed write the same place is written again
      await writeWhole(handle, bytes, end);
      await handle.datasync();
      end += bytes.length;
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}

/**
 * The newest cursor of a log; undefined where there is none. Also while another process moves it.
 * @throws Error when not even the first line is whole, nor that of the log before it
 */
export async function readCursor(file: string): Promise<Cursor | undefined> {
  const current = await readLog(file);
  if (current !== "broken") return current;
  const previous = await readLog(`${file}${PREVIOUS}`);
  if (previous !== "broken" && previous !== undefined) return previous;
  throw new Error(`the journal's cursor ${file} cannot be read: its first line is not whole`);
}

/** The log that is about to be replaced keeps another name; best effort, for a disk that spoils the new one. */
async function keepPrevious(file: string): Promise<void> {
  await rm(`${file}${PREVIOUS}`, { force: true });
  await link(file, `${file}${PREVIOUS}`).catch(() => undefined);
}

async function readLog(file: string): Promise<Cursor | "broken" | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const places = new Map<string, TallyState[number]>();
  let last: Cursor | undefined;
  for (const line of text.split("\n")) {
    const cursor = decodeLine(line);
    if (cursor === undefined) break;
    last = cursor;
    for (const place of cursor.tally) places.set(`${place[0]}|${place[1]}`, place);
  }
  if (last === undefined) return "broken";
  return { ...last, tally: [...places.values()] };
}

/** `<crc32 in hex> {"seq":…,"tally":…}` */
function encodeLine(cursor: Cursor): Buffer {
  const body = JSON.stringify(cursor);
  return Buffer.from(`${checksum(body)} ${body}\n`);
}

function decodeLine(line: string): Cursor | undefined {
  const body = line.slice(9);
  return body !== "" && line.slice(0, 9) === `${checksum(body)} ` ? (JSON.parse(body) as Cursor) : undefined;
}

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, "0");
