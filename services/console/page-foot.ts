/** The foot: what the figures are and are not, whether everything received is accounted for, and the way to the engineer's page. */
import type { Overview } from "#shared/overview/overview.ts";
import { ENGINEER_HASH } from "./address.ts";
import { html } from "./html.ts";
import { useView } from "./view.ts";

export function PageFoot({ overview }: { overview: Overview }) {
  const { words } = useView();
  const { dataComplete, registry } = overview;
  return html`<footer class="foot">
    <p>${words.foot.preliminary}</p>
    <p class="completeness" data-complete=${dataComplete ? "true" : "false"}>
      <b>${dataComplete ? words.foot.complete : words.foot.incomplete}</b>${` · ${words.foot.registry(registry.version)} · `}
      <a href=${ENGINEER_HASH}>${words.engineer.title}</a>
    </p>
  </footer>`;
}
