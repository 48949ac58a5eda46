/** The mail about an operating zone without a running central plant. In: a scene; out: a letter with basis, source and since when. */
import { stepAt } from "#shared/plant/plant.ts";
import { plantsServing } from "#shared/registry/registry.ts";
import { localDay } from "#shared/time/local-day.ts";
import type { Letter } from "./layout.ts";
import { closingRows, endOf, frameOf, placeRows, type Scene, subjectOf, subjectTime } from "./scene.ts";

export function missingPlantLetter(scene: Scene): Letter {
  const { words, event, format, zone, recipient } = scene;
  const { missingPlant } = words;
  const name = zone.name[recipient.contact.language];
  const ended = recipient.reading === "ending";
  const withdrawn = event.transition === "withdrawn";
  const ending = withdrawn ? missingPlant.withdrawn : missingPlant.closed;
  const endingSubject = withdrawn ? missingPlant.withdrawnSubject : missingPlant.closedSubject;
  return {
    ...frameOf(scene),
    subject: subjectOf(scene, [
      missingPlant.subject(name),
      subjectTime(scene, event.at),
      ended ? endingSubject : undefined,
    ]),
    headline: ended ? ending(name) : missingPlant.opened(name),
    paragraphs: ended ? [] : [missingPlant.meaning],
    rows: [
      ...placeRows(scene),
      [words.label.basis, basisText(scene)],
      [words.label.source, sourceText(scene)],
      ended
        ? [
            words.label.period,
            words.spanOver(format.dateTime(event.startedAt), format.dateTime(endOf(scene))),
          ]
        : [words.label.since, format.dateTime(event.startedAt)],
      ...closingRows(scene),
    ],
  };
}

/** What the registry says of plants that serve the zone, wherever they sit. */
function basisText({ registry, zone, words, recipient, event }: Scene): string {
  const serving = plantsServing(registry, zone.id);
  if (serving.length === 0) return words.missingPlant.none;
  const day = localDay(event.at, registry.settings.timeZone);
  return serving
    .map((plant) => {
      const { state } = stepAt(plant, day);
      return words.missingPlant.plant(
        plant.name[recipient.contact.language],
        words.missingPlant.state[state],
      );
    })
    .join("; ");
}

function sourceText({ zone, words, format }: Scene): string {
  const asOf =
    zone.statusAsOf === undefined ? "" : words.missingPlant.asOf(format.date(Date.parse(zone.statusAsOf)));
  return [zone.source, asOf, zone.note].filter(Boolean).join("; ");
}
