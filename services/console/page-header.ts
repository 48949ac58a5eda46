/** The head of the page: name, clock, connection, language; and the banner that says when the data are simulated. */
import type { Overview } from "#shared/overview/overview.ts";
import { html } from "./html.ts";
import type { Language } from "./i18n/language.ts";
import type { Connection } from "./live.ts";
import { useView } from "./view.ts";

interface HeaderProps {
  readonly clock: number | undefined;
  readonly timeZone: string | undefined;
  readonly connection: Connection;
  readonly onLanguage: (language: Language) => void;
}

const languageNames: Record<Language, string> = { vi: "Tiếng Việt", en: "English" };

export function PageHeader({ clock, timeZone, connection, onLanguage }: HeaderProps) {
  const { words, format, language } = useView();
  return html`<header class="head">
    <a class="skip" href="#main">${words.skip}</a>
    <div class="brand">
      <img src="/console/icon.svg" alt="" width="34" height="34" />
      <div>
        <h1>Outfall</h1>
        <p>${words.title}</p>
      </div>
    </div>
    <div class="head-right">
      <p class="clock">
        <time datetime=${clock === undefined ? undefined : new Date(clock).toISOString()}>
          ${clock === undefined ? "--/--/---- --:--" : format.dateTime(clock)}
        </time>
        <span class="zone-name">${timeZone ?? ""}</span>
      </p>
      <p class="connection" role="status" data-connection=${connection}>
        <span class="dot" aria-hidden="true"></span>${words.connection[connection]}
      </p>
      <div class="languages" role="group" aria-label=${words.language}>
        ${(["vi", "en"] as const).map(
          (choice) => html`<button
            type="button"
            lang=${choice}
            aria-pressed=${choice === language ? "true" : "false"}
            aria-label=${languageNames[choice]}
            onClick=${() => onLanguage(choice)}
          >
            ${choice.toUpperCase()}
          </button>`,
        )}
      </div>
    </div>
  </header>`;
}

export function SimulatedBanner({ overview }: { overview: Overview }) {
  const { words, format } = useView();
  if (!overview.simulated) return null;
  const speed = Math.round(overview.speed);
  return html`<div class="simulated" role="note">
    <strong>DỮ LIỆU MÔ PHỎNG / SIMULATED</strong>
    <span>${words.simulatedNote}</span>
    ${speed > 1 ? html`<span class="speed">${words.speed(format.number(speed, 0))}</span>` : null}
  </div>`;
}
