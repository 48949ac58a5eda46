/**
 * The load of a fault run. In: a broker, a seed, a rate; out: numbered messages from stations of several zones and
 * from one that the registry does not know, and which of them the broker has acknowledged, and when.
 */
import { pause } from "#shared/runtime/wait-for.ts";
import { benchStations, ROOT } from "#test/bench/load/registry.ts";
import { createDeck, type Message, payloadOf } from "./message.ts";
import { createLoadStation } from "./station.ts";

export interface Load {
  readonly messages: readonly Message[];
  /** When the broker acknowledged a message for the first time, ms since epoch. */
  readonly acknowledgedAt: ReadonlyMap<number, number>;
  /** Messages sent again to a broker that had no session. */
  readonly resent: number;
  /** Offered and not yet acknowledged by the broker. */
  readonly waiting: number;
  /** Makes messages larger: so many bytes that mean nothing. */
  setPadding(bytes: number): void;
  /** Sends until the work is done, so that nothing is broken without load, but no longer than this. */
  runDuring(work: Promise<unknown>, atMostMs: number): Promise<void>;
  close(): void;
}

const TICK_MS = 10;
/** One message in so many comes from a station that nobody knows. */
const STRAY = 100;
/** The newest samples of a run are this old, so that a clock set back by two hours finds some in its future. */
const NEWEST_AGE_MS = 10 * 60_000;

export function createLoad(options: {
  url: string;
  seed: string;
  stations: number;
  messagesPerSecond: number;
  /** How long it will run at the most. */
  atMostMs: number;
}): Load {
  const { messagesPerSecond } = options;
  const places = benchStations(options.stations);
  const perStation = (messagesPerSecond * options.atMostMs) / places.length;
  const firstTime = Math.floor((Date.now() - NEWEST_AGE_MS - perStation) / 1000) * 1000;
  const deck = createDeck({ seed: options.seed, stations: places.length, firstTime });
  const acknowledgedAt = new Map<number, number>();
  let resent = 0;
  let padding = 0;

  const topics = [
    ...places.map(({ zone, plant, id }) => `${ROOT}/v1/${zone}/${plant}/${id}/data`),
    `${ROOT}/v1/sim-z1/sim-z1-wwtp/sim-stray/data`,
  ];
  const stations = topics.map((topic, index) =>
    createLoadStation({
      url: options.url,
      clientId: `faults-station-${index}`,
      topic,
      onAcknowledged(number) {
        if (!acknowledgedAt.has(number)) acknowledgedAt.set(number, Date.now());
      },
      onResend(count) {
        resent += count;
      },
    }),
  );

  function sendOne(count: number): void {
    const message = count % STRAY === 0 ? deck.nextStray() : deck.next(count % places.length);
    stations[message.station]?.offer(payloadOf(message, padding));
  }

  return {
    messages: deck.messages,
    acknowledgedAt,
    get resent() {
      return resent;
    },
    get waiting() {
      return stations.reduce((sum, station) => sum + station.waiting, 0);
    },
    setPadding(bytes) {
      padding = bytes;
    },
    async runDuring(work, atMostMs) {
      let done = false;
      const end = () => {
        done = true;
      };
      work.then(end, end);
      const startedAt = performance.now();
      for (let sent = 0; ; ) {
        const elapsed = Math.min(atMostMs, performance.now() - startedAt);
        const due = Math.floor((elapsed * messagesPerSecond) / 1000);
        for (; sent < due; sent += 1) sendOne(sent);
        if (done || elapsed >= atMostMs) return;
        await pause(TICK_MS);
      }
    },
    close() {
      for (const station of stations) station.close();
    },
  };
}
