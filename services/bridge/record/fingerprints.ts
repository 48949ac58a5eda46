/** Fingerprints of files and a compact set of them: 64 bits each, since a drop folder may hold millions of files. Pure. */
import { hash } from "node:crypto";
import type { DropFile } from "../scan/drop-file.ts";

/** 64 bits, never 0. */
export type Fingerprint = bigint;

/** Of a file as the file system shows it: place, size, time. */
export function fingerprintOfFile(root: string, { path, size, mtimeMs }: DropFile): Fingerprint {
  return fingerprintOf(`${root}\0${path}\0${size}\0${mtimeMs}`);
}

/** Of a file's place and content: the same name with the same content again is no news. */
export function fingerprintOfContent(root: string, path: string, bytes: Buffer): Fingerprint {
  return fingerprintOf(`${root}\0${path}\0\0${hash("sha256", bytes)}`);
}

function fingerprintOf(text: string): Fingerprint {
  return hash("sha256", text, "buffer").readBigUInt64LE() || 1n;
}

export interface FingerprintSet {
  readonly size: number;
  add(fingerprint: Fingerprint): void;
  has(fingerprint: Fingerprint): boolean;
}

const FIRST_ROOM = 1024;

/** Open addressing in one array of 64-bit numbers: 16 to 32 bytes an entry, where a Set of bigints takes a hundred. */
export function createFingerprintSet(): FingerprintSet {
  let slots = new BigUint64Array(FIRST_ROOM);
  let size = 0;

  /** The slot that holds it, or the free one where it belongs. */
  function slotOf(room: BigUint64Array, fingerprint: Fingerprint): number {
    const mask = room.length - 1;
    let slot = Number(fingerprint & 0xffff_ffffn) & mask;
    while (room[slot] !== 0n && room[slot] !== fingerprint) slot = (slot + 1) & mask;
    return slot;
  }

  function grow(): void {
    const room = new BigUint64Array(slots.length * 2);
    for (const fingerprint of slots) if (fingerprint !== 0n) room[slotOf(room, fingerprint)] = fingerprint;
    slots = room;
  }

  return {
    get size() {
      return size;
    },
    has: (fingerprint) => slots[slotOf(slots, fingerprint)] === fingerprint,
    add(fingerprint) {
      const slot = slotOf(slots, fingerprint);
      if (slots[slot] === fingerprint) return;
      slots[slot] = fingerprint;
      size += 1;
      if (size > slots.length / 2) grow();
    },
  };
}
