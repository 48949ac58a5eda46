/** A state as shape, colour and word: never by colour alone. */
import type { ZoneState } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";

const shapes: Record<ZoneState, string> = {
  over: "M8 1.5 15 14H1z",
  "missing-plant": "M2 2h12v12H2z",
  silent: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6z",
  fault: "M3.2 1.5 8 6.3l4.8-4.8 1.7 1.7L9.7 8l4.8 4.8-1.7 1.7L8 9.7l-4.8 4.8-1.7-1.7L6.3 8 1.5 3.2z",
  near: "M8 1l7 7-7 7-7-7z",
  calibrating: "M1 12 12 1h3L1 15zM1 6l5-5h3L1 9zM7 15 15 7v3l-5 5z",
  "no-data": "M2 7h3v2H2zm4.5 0h3v2h-3zM11 7h3v2h-3z",
  ok: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
  "no-station": "M2 7h12v2H2z",
};

/** @param word  in place of the state's own: an incident is open or closed, but looks like what it is about */
export function StateMark({ state, word }: { state: ZoneState; word?: string }) {
  const { words } = useView();
  return html`<span class="state" data-state=${state}>
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path d=${shapes[state]} /></svg>
    ${word ?? words.state[state]}
  </span>`;
}
