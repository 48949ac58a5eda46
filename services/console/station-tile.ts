/** A station in a zone's card: state word, age of the last record, values against limits, and the worst parameter over 24 hours. */
import type { OverviewParameter, OverviewStation } from "#shared/overview/overview.ts";
import { stationHash } from "./address.ts";
import { html } from "./html.ts";
import { LimitBar } from "./limit-bar.ts";
import { ObservingMark } from "./observing-mark.ts";
import { Sparkline } from "./sparkline.ts";
import { StateMark } from "./state-mark.ts";
import { useView } from "./view.ts";
import { limitWords, unitWords, valueWords } from "./words-of.ts";

export function StationTile({ station }: { station: OverviewStation }) {
  const view = useView();
  const { words, language } = view;
  const name = station.name[language];
  const limited = station.parameters.filter(hasLimit);
  const others = station.parameters.filter((parameter) => !hasLimit(parameter));
  const worst = worstOf(limited) ?? others[0];
  return html`<article class="station" data-state=${station.state} data-station=${station.id}>
    <header>
      <h4><a href=${stationHash(station.id)} aria-label=${words.openStation(name)}>${name}</a></h4>
      <${StateMark} state=${station.state} />
      <p class="age">${ageWords(station, view)} <${ObservingMark} armed=${station.armed} /></p>
    </header>
    ${
      worst === undefined
        ? null
        : html`<div class="spark-line">
            <p>${worst.name[language]} · ${words.last24h}</p>
            <${Sparkline} station=${station.id} parameter=${worst} until=${station.lastTime} />
          </div>`
    }
    <ul class="parameters">
      ${limited.map((parameter) => html`<${ParameterRow} key=${parameter.key} parameter=${parameter} />`)}
    </ul>
    ${
      others.length === 0
        ? null
        : html`<p class="others">
            ${others.map(
              (parameter) =>
                html`<span key=${parameter.key}
                  >${parameter.name[language]} <b>${valueWords(parameter.value, parameter, view)}</b></span
                >`,
            )}
          </p>`
    }
  </article>`;
}

function ParameterRow({ parameter }: { parameter: OverviewParameter }) {
  const view = useView();
  const { words, format, language } = view;
  const { value, state, atLeast } = parameter;
  const shown = value === null ? "–" : format.number(value, parameter.decimals + 1);
  return html`<li class="parameter" data-state=${state}>
    <span class="parameter-name"
      >${parameter.name[language]}${" "}
      <span class=${state === "ok" ? "unseen" : "parameter-state"}>${words.parameterState[state]}</span></span
    >
    <span class="parameter-value"
      ><b>${atLeast ? words.limitMin(shown) : shown}</b> ${unitWords(parameter.unit)}</span
    >
    <${LimitBar} parameter=${parameter} />
    <span class="parameter-limit">${limitWords(parameter, view)}</span>
  </li>`;
}

function ageWords({ ageMin, state }: OverviewStation, { words, format }: ReturnType<typeof useView>): string {
  if (ageMin === null) return words.neverSeen;
  if (state === "silent") return words.silentFor(format.age(ageMin));
  return ageMin === 0 ? words.justNow : words.lastRecord(format.age(ageMin));
}

const hasLimit = ({ limitMin, limitMax }: OverviewParameter) => limitMin !== null || limitMax !== null;

/** The one over or nearest its limit; pH and temperature, which move little, count when they are near or over. */
function worstOf(parameters: readonly OverviewParameter[]): OverviewParameter | undefined {
  const weight = ({ key, state, ratio }: OverviewParameter) =>
    (state === "over" ? 20 : state === "near" ? 10 : state === "calibrating" ? 5 : 0) +
    (key === "temp" ? 0 : (ratio ?? 0));
  return parameters.toSorted((a, b) => weight(b) - weight(a))[0];
}
