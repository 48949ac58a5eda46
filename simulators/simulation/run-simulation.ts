/**
 * Runs a scenario against a broker. In: registry, scenario, clock; out: messages as real stations send them, first the
 * history up to the story's start, then each record as the clock passes its time stamp, until the signal aborts.
 */
import type { TopicRoot } from "#shared/mqtt/topic.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import type { Station } from "#shared/station/station.ts";
import { createLocalTime } from "#shared/time/local-time.ts";
import { chooseFault } from "#simulators/fault/choose.ts";
import type { Scenario } from "#simulators/scenario/scenario.ts";
import { createPublisher } from "#simulators/station/publisher.ts";
import { createStationModel, type StationModel } from "#simulators/station/station-model.ts";
import { createLane, type Lane } from "./lane.ts";
import { createSchedule } from "./schedule.ts";

export interface SimulationProgress {
  readonly phase: "backlog" | "story";
  /** Records acknowledged so far, each once. */
  readonly published: number;
  /** Records of the history; only the backlog has an end. */
  readonly backlogTotal: number;
  /** Time stamp of the newest record offered, ms since epoch. */
  readonly time: number;
}

export interface SimulationResult {
  readonly published: number;
  readonly byStation: Readonly<Record<string, number>>;
  /** Sent again to a broker that lost its session; not part of `published`. */
  readonly resent: number;
  /** Given up: outbox full, or not acknowledged when the simulation ended. */
  readonly unsent: number;
}

export interface SimulationOptions {
  readonly registry: Registry;
  readonly scenario: Scenario;
  readonly mqttUrl: string;
  /** Simulated feeds never use the real root. */
  readonly topicRoot?: Extract<TopicRoot, "outfall-sim">;
  readonly clock: Clock;
  /** Events count from here; the history ends here. */
  readonly storyStartMs: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  onProgress?(progress: SimulationProgress): void;
  /** Every record of the history is acknowledged; the clock may start. Awaited. */
  onBacklogSent?(): void | Promise<void>;
}

/** Ahead of the acknowledgements by at most so many records a station while sending the history. */
const BACKLOG_AHEAD = 1_000;
const LONGEST_PAUSE_MS = 100;
const STEPS_PER_TURN = 20;

/** Never rejects for the broker's sake: records wait until it is back. @throws Error when the scenario names a station the registry lacks. */
export async function runSimulation(options: SimulationOptions): Promise<SimulationResult> {
  const { scenario, clock, storyStartMs, signal } = options;
  const lanes = createStationModels(options).map((model) => createLane(model, publisherOf(options, model)));
  const schedule = createSchedule(lanes, (lane) => lane.intervalMs, storyStartMs - scenario.backlog);
  const backlogTotal = lanes.reduce(
    (sum, { intervalMs }) =>
      sum +
      Math.floor(storyStartMs / intervalMs) -
      Math.floor((storyStartMs - scenario.backlog) / intervalMs),
    0,
  );
  let time = storyStartMs - scenario.backlog;
  const report = (phase: SimulationProgress["phase"]) =>
    options.onProgress?.({ phase, published: sum(lanes, "published"), backlogTotal, time });

  /** All that is due up to `until`, in order, with a turn for the sockets now and then. */
  async function sendDue(phase: SimulationProgress["phase"], until: () => number): Promise<void> {
    let steps = 0;
    for (let due = schedule.take(until()); due !== undefined; due = schedule.take(until())) {
      for (const lane of due.items) lane.step(due.time);
      time = due.time;
      steps += 1;
      if (steps % STEPS_PER_TURN === 0) {
        report(phase);
        await turn();
        if (phase === "backlog") await Promise.all(lanes.map((lane) => room(lane, BACKLOG_AHEAD, signal)));
      }
      if (signal.aborted) return;
    }
    report(phase);
  }

  for (const lane of lanes) lane.publisher.open();
  try {
    await sendDue("backlog", () => storyStartMs);
    await Promise.all(lanes.map((lane) => room(lane, 0, signal)));
    report("backlog");
    if (!signal.aborted) await options.onBacklogSent?.();
    while (!signal.aborted) {
      await sendDue("story", () => clock.now());
      const waitMs = (schedule.nextTime - clock.now()) / clock.speed;
      await pause(Math.min(LONGEST_PAUSE_MS, Math.max(1, waitMs)), signal);
    }
    // what was due before the end is still sent, if the broker takes it
    const patience = AbortSignal.timeout(2_000);
    await Promise.all(lanes.map((lane) => room(lane, 0, patience)));
  } finally {
    await Promise.all(lanes.map((lane) => lane.publisher.close()));
  }
  return {
    published: sum(lanes, "published"),
    byStation: Object.fromEntries(lanes.map((lane) => [lane.station, lane.publisher.published])),
    resent: sum(lanes, "resent"),
    unsent: sum(lanes, "waiting") + sum(lanes, "dropped"),
  };
}

/** The stations of a scenario as models, with their faults; pure and repeatable. */
export function createStationModels(
  options: Pick<SimulationOptions, "registry" | "scenario" | "storyStartMs">,
): StationModel[] {
  const { registry, scenario, storyStartMs } = options;
  const find = (id: string): Station => {
    const station = registry.stations.get(id);
    if (station === undefined)
      throw new Error(`scenario ${scenario.name}: the registry has no station ${id}`);
    return station;
  };
  for (const event of scenario.events) find(event.station);
  const stations =
    scenario.stations === "all" ? [...registry.stations.values()] : scenario.stations.map(find);
  return stations.map((station) =>
    createStationModel({
      station,
      seed: scenario.seed,
      faults: scenario.events
        .filter((event) => event.station === station.id)
        .map((event) => chooseFault(event, storyStartMs)),
      localTime: createLocalTime(registry.settings.timeZone),
    }),
  );
}

function publisherOf(options: SimulationOptions, { station }: StationModel) {
  return createPublisher({
    mqttUrl: options.mqttUrl,
    topicRoot: options.topicRoot ?? "outfall-sim",
    address: { zone: station.zone, plant: station.plant, station: station.id },
    now: () => options.clock.now(),
    log: options.log,
  });
}

function room(lane: Lane, limit: number, signal: AbortSignal): Promise<void> {
  return lane.publisher.whenAtMost(limit, signal);
}

function sum(lanes: readonly Lane[], what: "published" | "resent" | "waiting" | "dropped"): number {
  return lanes.reduce((total, { publisher }) => total + publisher[what], 0);
}

/** Lets the sockets read and write. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
