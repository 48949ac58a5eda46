/** One station of a running simulation. In: the time of a record; what it does: makes the record and sends, holds or drops it. */

import type { Publisher } from "#simulators/station/publisher.ts";
import type { StationModel, StationRecord } from "#simulators/station/station-model.ts";

export interface Lane {
  readonly station: string;
  readonly intervalMs: number;
  readonly publisher: Publisher;
  /** Times come in order. */
  step(time: number): void;
}

/** Silence cuts the line with the first record that is not sent; the next one that is opens it again. */
export function createLane(model: StationModel, publisher: Publisher): Lane {
  let silent = false;
  let held: StationRecord[] = [];
  return {
    station: model.station.id,
    intervalMs: model.station.intervalMs,
    publisher,
    step(time) {
      const record = model.recordAt(time);
      if (record.delivery !== "send") {
        if (!silent) publisher.cut();
        silent = true;
        if (record.delivery === "hold") held.push(record);
        return;
      }
      if (silent) {
        publisher.open();
        for (const old of held) publisher.offer(old);
        silent = false;
        held = [];
      }
      publisher.offer(record);
    },
  };
}
