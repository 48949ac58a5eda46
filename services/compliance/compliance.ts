/**
 * Compliance: screen (each commit) -> window (hours and days that ended) -> rejudge (late data) -> presence (silent
 * stations, zones without a plant) -> verdict -> incident. Jobs only say "look"; what is true stands in InfluxDB.
 * One process judges: windows, incidents and presence take turns in it.
 */
import {
  type IncidentKind,
  type IncidentSubject,
  incidentKinds,
  presenceKinds,
} from "#shared/incident/incident.ts";
import type { Influx } from "#shared/influx/influx.ts";
import { createFeed } from "#shared/presence/feed.ts";
import { sweepStations } from "#shared/presence/sweep-stations.ts";
import {
  createQueue,
  createWorker,
  type JobQueue,
  type JobWorker,
  type RedisOptions,
} from "#shared/queue/bull.ts";
import type { PresenceJob, QueueName, ScreenJob, WindowJob } from "#shared/queue/queues.ts";
import { sampleOfLine } from "#shared/reading/sample-lines.ts";
import type { Registry } from "#shared/registry/registry.ts";
import type { Clock } from "#shared/runtime/clock.ts";
import type { Logger } from "#shared/runtime/log.ts";
import type { Service } from "#shared/runtime/resources.ts";
import { firstRevisions } from "#shared/verdict/revisions.ts";
import type { Outcome, StoredVerdict, Verdict } from "#shared/verdict/verdict.ts";
import { createCalendar } from "#shared/window/calendar.ts";
import { createIncidentStore } from "./incident/incident-store.ts";
import { createLimitTracker } from "./incident/limit-tracker.ts";
import { createLedgerAlarm } from "./ledger-alarm/ledger-alarm.ts";
import { recallFeed } from "./presence/recall-feed.ts";
import { createRefusals } from "./presence/refusals.ts";
import { sweepZones } from "./presence/sweep-zones.ts";
import { type Arrival, lateWindows } from "./screen/late-windows.ts";
import { storedLines, writeRecords } from "./verdict/verdict-store.ts";
import { createBeginnings, readBeginnings, windowsBrought } from "./window/beginnings.ts";
import { createSpanJudge } from "./window/judge-spans.ts";
import { createRejudge } from "./window/rejudge.ts";
import { createWalk, type Walk } from "./window/walk.ts";
import { readWatermarks } from "./window/watermark.ts";

export interface ComplianceOptions {
  readonly registry: Registry;
  readonly influx: Influx;
  readonly redis: RedisOptions;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often to look, real ms; default one minute of the clock, at least 250 ms. */
  readonly tickMs?: number | undefined;
  /** How long an hour of the ledger may be off before it is an incident, real ms. */
  readonly ledgerGraceMs?: number | undefined;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHORTEST_TICK_MS = 250;
/** Schedulers are put back this often: after FLUSHALL they vanish without any event. */
const RESCHEDULE_MS = 10_000;
/** How often to look at the ledger, real ms. */
const LEDGER_TICK_MS = 10_000;
/** While samples wait to be screened, windows wait too, but not longer than this. */
const PATIENCE_MS = 5_000;

export interface ComplianceStatus {
  /** Judged since the process started, revisions included. */
  readonly verdicts: readonly { readonly rule: string; readonly outcome: Outcome; readonly count: number }[];
  readonly openIncidents: Readonly<Record<IncidentKind, number>>;
}

export interface Compliance extends Service {
  status(): ComplianceStatus;
  readonly queues: { readonly [Name in QueueName]: Pick<JobQueue<Name>, "counts" | "totals"> };
}

export function createCompliance(options: ComplianceOptions): Compliance {
  const { registry, influx, redis, clock, log } = options;
  const calendar = createCalendar(registry.settings.timeZone);
  const feed = createFeed(clock, registry);
  const queues = {
    screen: createQueue("screen", redis, log),
    window: createQueue("window", redis, log),
    presence: createQueue("presence", redis, log),
    rejudge: createQueue("rejudge", redis, log),
    notify: createQueue("notify", redis, log),
  };
  const incidents = createIncidentStore({ influx, notify: queues.notify, log });
  const refusals = createRefusals({
    influx,
    feed,
    simulated: registry.settings.simulated,
    now: clock.now,
    everyMs: options.tickMs,
  });
  const tracker = createLimitTracker({ registry, influx, incidents, now: clock.now });
  const ledgerAlarm = createLedgerAlarm({
    registry,
    influx,
    incidents,
    now: clock.now,
    realNow: Date.now,
    log,
    graceMs: options.ledgerGraceMs,
  });
  const follow = async (verdicts: readonly StoredVerdict[]) => {
    countVerdicts(verdicts);
    await tracker.follow(verdicts);
  };
  let beginnings = createBeginnings(calendar);
  const begun = { of: (station: string) => beginnings.of(station), first: () => beginnings.first() };
  const spans = createSpanJudge({ registry, calendar, influx, beginnings: begun });
  const common = { registry, calendar, influx, spans, follow, recordedNow: clock.now };
  const rejudge = createRejudge({ ...common, marks: () => walk?.marks ?? {} });
  const judged = new Map<string, { rule: string; outcome: Outcome; count: number }>();
  let walk: Walk | undefined;
  let workers: JobWorker[] = [];
  let rescheduling: NodeJS.Timeout | undefined;
  let walkAsked = false;
  let walkedAt = 0;
  let lookedUpTo: number | undefined;
  let lane = Promise.resolve();

  function countVerdicts(verdicts: readonly Pick<Verdict, "rule" | "outcome">[]): void {
    for (const { rule, outcome } of verdicts) {
      const key = `${rule} ${outcome}`;
      const counted = judged.get(key) ?? { rule, outcome, count: 0 };
      counted.count += 1;
      judged.set(key, counted);
    }
  }

  /** Windows, late data and presence, one after the other: incidents have one writer. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = lane.then(work);
    lane = turn.catch(() => undefined);
    return turn;
  }

  async function screen({ rows }: ScreenJob): Promise<void> {
    const arrivals: Arrival[] = [];
    const over: Verdict[] = [];
    for (const line of rows.split("\n")) {
      const sample = sampleOfLine(line);
      if (sample === undefined) {
        log.error({ line: line.slice(0, 200) }, "a row to screen is not one of ingest's");
        continue;
      }
      const station = registry.stations.get(sample.station);
      if (station === undefined) continue;
      const { time, receivedAt } = sample;
      feed.saw(sample);
      const judge = spans.judgeOf(station);
      // a recorded feed is as late as it is behind its own newest record
      const heardAt = Math.min(receivedAt, feed.now() ?? receivedAt);
      arrivals.push({ station, time, receivedAt: heardAt, reachMs: judge.reachMs });
      over.push(...judge.instants(sample));
    }
    const instants = firstRevisions(over, { judgedAt: clock.now(), registry: registry.version });
    await writeRecords(influx, storedLines(instants));
    await follow(instants);
    const marks = walk?.marks ?? {};
    const moves = beginnings.moves(arrivals);
    const late = [
      ...lateWindows(arrivals, marks, calendar, registry.settings.rules.reviseUntil),
      ...windowsBrought(moves, marks, calendar),
    ];
    if (late.length > 0) await queues.rejudge.add({ windows: late });
    beginnings.take(moves);
    if (!walkAsked && isWindowDue()) {
      walkAsked = true;
      await queues.window.add({});
    }
  }

  function isWindowDue(): boolean {
    const now = feed.now();
    const hour = walk?.marks.hour;
    const day = walk?.marks.day;
    if (now === undefined) return false;
    if (hour === undefined || day === undefined) return true;
    const ended = now - registry.settings.rules.closeAfter;
    return calendar.windowAt("hour", hour).to <= ended || calendar.windowAt("day", day).to <= ended;
  }

  async function lookAtWindows({ until }: WindowJob): Promise<void> {
    walkAsked = false;
    const { waiting } = await queues.screen.counts();
    if (waiting > 0 && Date.now() - walkedAt < PATIENCE_MS && until === undefined) return;
    const now = until ?? feed.now();
    if (now !== undefined) await walk?.walk(now);
    walkedAt = Date.now();
  }

  const openOf = (subject: IncidentSubject) =>
    incidents.of(subject).find(({ closedAt }) => closedAt === null);

  async function lookAtStations(): Promise<void> {
    // records of one moment arrive over many connections: a feed is judged as of the last look, when all have had their turn
    const now = registry.settings.simulated ? lookedUpTo : feed.now();
    lookedUpTo = feed.now();
    if (now === undefined) return;
    await refusals.look();
    const open = presenceKinds.flatMap((kind) => incidents.open(kind));
    const sweep = { registry, feed, open, incidentsOf: incidents.of };
    await incidents.record(sweepStations(sweep, { now, recordedAt: clock.now() }));
  }

  async function lookAtZones(): Promise<void> {
    await incidents.record(sweepZones(registry, feed.now() ?? clock.now(), openOf, clock.now()));
  }

  const looks: Record<PresenceJob["what"], () => Promise<void>> = {
    stations: lookAtStations,
    zones: lookAtZones,
    ledger: ledgerAlarm.look,
  };

  async function schedule(): Promise<void> {
    const tick = options.tickMs ?? Math.max(SHORTEST_TICK_MS, MINUTE_MS / clock.speed);
    const daily = Math.max(PATIENCE_MS, DAY_MS / clock.speed);
    await queues.window.schedule("window-tick", tick, {});
    await queues.presence.schedule("presence-stations", tick, { what: "stations" });
    await queues.presence.schedule("presence-zones", daily, { what: "zones" });
    await queues.presence.schedule(
      "presence-ledger",
      Math.min(LEDGER_TICK_MS, options.tickMs ?? LEDGER_TICK_MS),
      {
        what: "ledger",
      },
    );
  }

  return {
    queues,
    status: () => ({
      verdicts: [...judged.values()],
      openIncidents: Object.fromEntries(
        incidentKinds.map((kind) => [kind, incidents.open(kind).length]),
      ) as Record<IncidentKind, number>,
    }),
    async start() {
      await incidents.load();
      await recallFeed(influx, registry, feed);
      beginnings = await readBeginnings(influx, registry, calendar);
      walk = createWalk({ ...common, beginnings: begun, initial: await readWatermarks(influx) });
      workers = [
        createWorker("screen", redis, screen, log, { concurrency: 4 }),
        createWorker("window", redis, (job) => inTurn(() => lookAtWindows(job)), log),
        createWorker("rejudge", redis, ({ windows }) => inTurn(() => rejudge(windows)), log),
        createWorker("presence", redis, ({ what }) => inTurn(looks[what]), log),
      ];
      walkedAt = Date.now();
      await queues.presence.add({ what: "zones" });
      await schedule();
      rescheduling = setInterval(() => {
        schedule().catch((error) => log.debug({ err: error }, "schedulers not put back"));
      }, RESCHEDULE_MS);
      log.info({ stations: registry.stations.size, zones: registry.zones.size }, "compliance is ready");
    },
    async close() {
      clearInterval(rescheduling);
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}
