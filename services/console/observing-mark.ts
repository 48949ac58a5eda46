/** A word beside what is judged and listed, but not mailed about yet; nothing beside what is. */
import { html } from "./html.ts";
import { useView } from "./view.ts";

export function ObservingMark({ armed }: { armed: boolean }) {
  const { words } = useView();
  return armed ? null : html`<span class="observing" title=${words.observingNote}>${words.observing}</span>`;
}
