/**
 * Whose a zone is. In: a zone and the number of workers; out: the worker that reads and stores it. Rendezvous hash: each
 * worker draws a number for the zone, the highest takes it. So a worker more takes its share from all the others alike,
 * and nothing else moves. Pure; the numbers must never change between versions, or zones would move with an update.
 */

/** 1 … `workers`. */
export function ownerOf(zone: string, workers: number): number {
  let owner = 1;
  let highest = -1;
  for (let worker = 1; worker <= workers; worker += 1) {
    const drawn = draw(`${zone}/w${worker}`);
    if (drawn <= highest) continue;
    highest = drawn;
    owner = worker;
  }
  return owner;
}

/** 32 bits: FNV-1a, then the finishing of MurmurHash3, without which similar names draw similar numbers. */
function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
