/** One incident event as a mail to one contact. Pure. In: registry, events, recipient; out: subject, text and HTML in the contact's language. */
import type { IncidentKind } from "#shared/incident/incident.ts";
import { findingLetter } from "./finding-letter.ts";
import { type Letter, toHtml, toText } from "./layout.ts";
import { ledgerLetter } from "./ledger-letter.ts";
import { limitLetter } from "./limit-letter.ts";
import { missingPlantLetter } from "./missing-plant-letter.ts";
import { presenceLetter } from "./presence-letter.ts";
import { createScene, type Scene, type Telling } from "./scene.ts";
import { silenceLetter } from "./silence-letter.ts";

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const letters: Record<IncidentKind, (scene: Scene) => Letter> = {
  limit: limitLetter,
  "low-availability": findingLetter,
  "calibration-too-long": findingLetter,
  "silent-station": silenceLetter,
  "never-seen": presenceLetter,
  "silent-parameter": presenceLetter,
  late: presenceLetter,
  "clock-wrong": presenceLetter,
  frozen: presenceLetter,
  "missing-plant": missingPlantLetter,
  ledger: ledgerLetter,
};

export function render(telling: Telling): RenderedMail {
  const scene = createScene(telling);
  const letter = letters[scene.event.kind](scene);
  return { subject: letter.subject, text: toText(letter), html: toHtml(letter) };
}
