/**
 * The demo: the whole of Outfall on this machine over simulated zones, and a story that happens in it. In: how long;
 * out: a report in which every figure was measured. Nothing is staged: what is printed is read from the database,
 * the page and the caught mails.
 */
import { basename, join, resolve } from "node:path";
import { type System, startSystem } from "#services/local/system.ts";
import type { MailRecord } from "#shared/mail/mail-points.ts";
import type { Overview } from "#shared/overview/overview.ts";
import { loadRegistry } from "#shared/registry/load.ts";
import { parseClock } from "#shared/runtime/clock.ts";
import { silentLogger } from "#shared/runtime/log.ts";
import { pause } from "#shared/runtime/wait-for.ts";
import { loadScenario } from "#simulators/scenario/load-scenario.ts";
import { runSimulation, type SimulationProgress } from "#simulators/simulation/run-simulation.ts";
import { collectReport, type RunReport, readMailText, settle } from "../report.ts";
import { createScreen, type Screen } from "./screen.ts";
import { beginStory, killIngest, type Story } from "./story.ts";
import { createWatch } from "./watch.ts";
import { incidentNews, mailNews } from "./words.ts";

export interface DemoOptions {
  /** Real ms from the start of the process; undefined: until the signal aborts. */
  readonly forMs: number | undefined;
  readonly registryFolder: string;
  readonly scenarioFile: string;
  readonly folder: string;
  readonly mailFolder: string;
  /** Simulated seconds a second, until the story has reached the present. */
  readonly speed: number;
  readonly apiPort: number | undefined;
  readonly signal: AbortSignal;
  readonly output: NodeJS.WriteStream;
}

const HOUR_MS = 3_600_000;
const STEP_MS = 300_000;
/** The whole story takes a minute at 1200 times. */
const STORY_HOURS = 20;
/** Real time kept back for the end of a bounded demo: draining, report, stopping the servers. */
const END_MS = 5_000;
/** Real time until the story can begin, about: servers up, thirty days of history. */
const PRELUDE_MS = 10_000;
const SETTLE_MS = 20_000;
const SCREEN_EVERY_MS = 500;

/** @throws Error when a part does not start, or the run does not settle. */
export async function runDemo(options: DemoOptions): Promise<RunReport> {
  const started = performance.timeOrigin;
  const elapsed = () => Math.round(Date.now() - started) / 1000;
  const screen = createScreen(options.output, elapsed);
  const registry = await loadRegistry(options.registryFolder);
  const scenario = await loadScenario(options.scenarioFile, registry);
  const storyHours =
    options.forMs === undefined
      ? STORY_HOURS
      : Math.max(1, ((options.forMs - PRELUDE_MS - END_MS) * options.speed) / HOUR_MS);
  const storyStartMs = Math.floor((Date.now() - storyHours * HOUR_MS) / STEP_MS) * STEP_MS;
  // all processes share one clock; it stands at the story's start until the history is in
  const anchorFile = resolve(options.folder, "clock-anchor");
  const clockText = `${new Date(storyStartMs).toISOString()},${options.speed},${anchorFile}`;

  const system = await startSystem({
    folder: options.folder,
    mailFolder: options.mailFolder,
    registryFolder: options.registryFolder,
    registry,
    isolatedAs: basename(options.folder),
    env: { OUTFALL_CLOCK: clockText },
    ...(options.apiPort === undefined ? {} : { apiPort: options.apiPort }),
    log: (text) => screen.news(text),
  });
  const ending = new AbortController();
  try {
    const setup = elapsed();
    screen.news(`live page ${system.apiUrl}`);
    const clock = parseClock(clockText);
    const endsAt = options.forMs === undefined ? undefined : started + options.forMs - END_MS;
    const storyEnd = AbortSignal.any([
      options.signal,
      ...(endsAt === undefined ? [] : [AbortSignal.timeout(Math.max(1, Math.round(endsAt - Date.now())))]),
    ]);
    const watch = createWatch({
      system,
      elapsed,
      onIncident: (event) => screen.news(incidentNews(event, registry)),
      onMail: createMailTeller(screen, options.mailFolder),
    });
    const watching = watch.run(ending.signal);
    const showing = !options.output.isTTY
      ? undefined
      : showOverview(system, screen, () => headline(system, clock.now(), elapsed()), ending.signal);
    let progress: SimulationProgress | undefined;
    const story: Story = {
      system,
      screen,
      watch,
      startMs: storyStartMs,
      hours: storyHours,
      speed: options.speed,
      endsAt,
      anchorFile,
      now: clock.now,
      published: () => progress?.published ?? 0,
      signal: storyEnd,
    };
    const killing = killIngest(story);
    const simulation = await runSimulation({
      registry,
      scenario,
      mqttUrl: system.stack.mqttUrl,
      clock,
      storyStartMs,
      log: silentLogger,
      signal: storyEnd,
      onProgress: (now) => {
        progress = now;
      },
      onBacklogSent: () => beginStory(story),
    });
    await killing;
    screen.news(`the simulation has ended: ${simulation.published} messages acknowledged by the broker`);
    await settle(system, simulation.published, SETTLE_MS);
    ending.abort();
    await Promise.all([watching, showing]);
    return await collectReport(system, {
      published: simulation.published,
      mailFolder: options.mailFolder,
      seconds: { setup, ...watch.firsts },
    });
  } finally {
    ending.abort();
    screen.close();
    await system.close();
  }
}

/** The first mail in full lines, the others by subject. */
function createMailTeller(screen: Screen, mailFolder: string): (mail: MailRecord) => void {
  let told = 0;
  return (mail) => {
    told += 1;
    const lines = told === 1 || (mail.language === "vi" && told <= 3) ? 8 : 0;
    if (lines === 0) return screen.news(mailNews(mail.to, mail.subject, "", 0));
    void readMailText(mailFolder, mail.messageId).then((text) =>
      screen.news(mailNews(mail.to, mail.subject, text ?? "", lines)),
    );
  };
}

async function showOverview(
  system: System,
  screen: Screen,
  headline: () => string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${system.apiUrl}/overview`, { signal });
      if (answer.ok) screen.show((await answer.json()) as Overview, headline());
    } catch {
      // the api is starting or ending
    }
    await pause(SCREEN_EVERY_MS, signal);
  }
}

function headline(system: System, now: number, seconds: number): string {
  const time = new Date(now).toISOString().slice(0, 16).replace("T", " ");
  const pace = Date.now() - now < 1_000 ? ", at real pace now" : "";
  return `Outfall demo · ${seconds.toFixed(0)} s · simulated time ${time} UTC${pace} · live page ${system.apiUrl} · Ctrl-C ends`;
}

/** The closing table. */
export function summaryRows(report: RunReport, mailFolder: string): string {
  const incidents = report.incidents.map(
    ({ kind, station, zone, parameter, severity, closedAt }) =>
      `  ${kind.padEnd(15)} ${(station ?? zone).padEnd(16)} ${(parameter ?? "").padEnd(6)} level ${severity}  ${closedAt === null ? "open" : "closed"}`,
  );
  return [
    `published ${report.published} · stored ${report.stored} · duplicates ${report.duplicates} · quarantined ${report.quarantined} · in journal ${report.inJournal} · balance ${report.balance}`,
    `verdicts: ${report.verdicts.within} within, ${report.verdicts.exceeded} exceeded, ${report.verdicts.insufficient} insufficient · jobs: ${report.jobs.completed} completed, ${report.jobs.failed} failed`,
    `incidents ${report.incidents.length}:`,
    ...incidents,
    `mails ${report.mails.length}, in ${join(mailFolder)}`,
  ].join("\n");
}
