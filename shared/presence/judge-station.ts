/**
 * All kinds of presence for one station, one cause told once. In: what was heard of it, the time, what is open; out:
 * findings, and what is to stay as it is. Pure.
 *
 * A station never seen is not silent too; a wrong clock is not late, and not silent; a silent station's parameters,
 * delays and standing values say nothing new.
 */
import type { PresenceKind } from "#shared/incident/incident.ts";
import type { Rules } from "#shared/registry/schema.ts";
import type { Station } from "#shared/station/station.ts";
import { judgeClock } from "./clock-wrong.ts";
import { delaysOf } from "./delays.ts";
import { type Finding, type Held, held, isFinding } from "./finding.ts";
import { judgeFrozen } from "./frozen.ts";
import { createHeard, type Heard, isHeard } from "./heard.ts";
import { judgeLate } from "./late.ts";
import { judgeNeverSeen } from "./never-seen.ts";
import { judgeSilence } from "./silence.ts";
import { judgeSilentParameters } from "./silent-parameter.ts";

export interface OpenMatter {
  readonly kind: string;
  readonly parameter: string | null;
}

export interface StationCase {
  readonly station: Pick<Station, "intervalMs" | "stamp" | "parameters">;
  readonly heard: Heard | undefined;
  /** The feed's time, ms since epoch. */
  readonly now: number;
  /** The receiver's clock, ms since epoch. */
  readonly receiverNow: number;
  /** The day it was connected, ms since epoch: nothing is owed before. */
  readonly connectedAt: number;
  /** Where a simulated feed begins; minus infinity for a real one. */
  readonly feedFrom: number;
  /** How long anybody has listened; on the receiver's clock, ms. */
  readonly listenedMs: number;
  /** What the whole feed is behind by, and what delays may be wrong by, ms. */
  readonly feedDelayMs: number;
  readonly slackMs: number;
  readonly rules: Rules;
  readonly open: readonly OpenMatter[];
  /** Earlier silences of the day that began at `dayFrom`, ms; asked only where there is a silence. */
  readonly silentTodayMs: () => number;
  readonly dayFrom: number;
  /** When its last silence ended, ms since epoch; minus infinity: it never was silent. */
  readonly lastSilenceEnd: () => number;
}

const nothing = createHeard();

export function judgeStation(given: StationCase): (Finding | Held)[] {
  const { station, now, receiverNow, rules, open, feedDelayMs, slackMs, connectedAt } = given;
  const heard = given.heard ?? nothing;
  const isOpen = (kind: PresenceKind, parameter: string | null = null) =>
    open.some((matter) => matter.kind === kind && matter.parameter === parameter);
  const judged: (Finding | Held)[] = [];
  const add = (result: Finding | Held | undefined) => {
    if (result !== undefined) judged.push(result);
    return result !== undefined && isFinding(result);
  };
  const hold = (...kinds: PresenceKind[]) => {
    for (const { kind, parameter } of open) {
      if (kinds.some((one) => one === kind)) judged.push(held(kind as PresenceKind, parameter));
    }
  };

  const delays = delaysOf(station, heard, feedDelayMs);
  const clockOff = add(
    judgeClock({ delays, heard, slackMs, feedDelayMs, rules: rules.clockWrong, open: isOpen("clock-wrong") }),
  );
  const refusedAt = heard.refused[0]?.receivedAt ?? Number.NEGATIVE_INFINITY;
  if (!isHeard(heard)) {
    const finding = judgeNeverSeen({
      station,
      now,
      connectedAt: Math.max(connectedAt, given.feedFrom),
      // one whose records are refused is heard of
      unheardMs: Math.min(given.listenedMs, receiverNow - refusedAt),
      rules: rules.silence,
      open: isOpen("never-seen"),
    });
    if (!clockOff || isOpen("never-seen")) add(finding);
    // of one whose records are older than the database keeps
    hold("silent-station", "silent-parameter", "late", "frozen");
    return judged;
  }

  const silenceOpen = isOpen("silent-station");
  const silence = judgeSilence({
    station,
    lastTime: heard.time,
    now,
    connectedAt,
    unheardMs: receiverNow - Math.max(heard.receivedAt, refusedAt),
    rules: rules.silence,
    open: silenceOpen,
  });
  if (silence !== undefined && (!clockOff || silenceOpen)) {
    const { silentTodayMs, dayFrom } = given;
    add(summed(silence, { summedMs: silentTodayMs(), dayFrom, now }, rules.silence));
    hold("late", "silent-parameter", "frozen");
    return judged;
  }
  if (clockOff) hold("late");
  else add(judgeLate({ delays, heard, slackMs, rules: rules.late, open: isOpen("late") }));
  const parameters = (owedFrom: number) =>
    judgeSilentParameters(station, heard, owedFrom, rules.silentParameter, (parameter) =>
      isOpen("silent-parameter", parameter),
    );
  const silent = parameters(connectedAt);
  // after a silence of the whole station they begin anew
  judged.push(
    ...(silent.some(isFinding) ? parameters(Math.max(connectedAt, given.lastSilenceEnd())) : silent),
  );
  judged.push(...judgeFrozen(station, heard, rules.frozen, (parameter) => isOpen("frozen", parameter)));
  return judged;
}

/** Short silences that come to much in a day are the regulator's too (trade practice 2, P). */
function summed(
  silence: Finding,
  { summedMs, dayFrom, now }: { summedMs: number; dayFrom: number; now: number },
  { regulatorSum }: Rules["silence"],
): Finding {
  const silentTodayMs = summedMs + now - Math.max(silence.since, dayFrom);
  if (silence.level === 2 || silentTodayMs <= regulatorSum) return silence;
  const reason = "silences of this day, taken together";
  return { ...silence, level: 2, facts: { ...silence.facts, reason, presence: { silentTodayMs } } };
}
