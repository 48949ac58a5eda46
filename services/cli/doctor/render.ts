/** Findings for a terminal. In: findings; out: lines, by area; what is not green with its reason and remedy. Colour never alone: a mark and a word go with it. */
import { styleText } from "node:util";
import { type Area, exitCode, type Finding, type State } from "./finding.ts";

const marks = { green: "✔", yellow: "!", red: "✘" } as const;
const areas: readonly Area[] = ["broker", "ingest", "InfluxDB", "Redis", "clocks", "registry"];
const NARROWEST = 60;
const WIDEST = 140;

export interface RenderOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export function renderFindings(findings: readonly Finding[], { colour, width }: RenderOptions): string {
  const paint = (state: State, text: string) =>
    colour ? styleText(state, text, { validateStream: false }) : text;
  const bold = (text: string) => (colour ? styleText("bold", text, { validateStream: false }) : text);
  const columns = Math.min(Math.max(width, NARROWEST), WIDEST);
  const nameWidth = Math.max(...findings.map(({ check }) => check.length), 0);
  const indent = " ".repeat(nameWidth + 6);
  const below = (label: string, text: string) => wrap(`${label}: ${text}`, columns, indent);
  const lines: string[] = [];
  for (const area of areas) {
    const own = findings.filter((finding) => finding.area === area);
    if (own.length === 0) continue;
    lines.push(bold(area));
    for (const { check, state, found, why, remedy } of own) {
      const [head = "", ...more] = wrap(found, columns, indent);
      lines.push(`  ${paint(state, marks[state])} ${check.padEnd(nameWidth)}  ${head.trimStart()}`, ...more);
      if (remedy !== null) lines.push(...below("why", why), ...below("do", remedy));
    }
  }
  const count = (state: State) => findings.filter((finding) => finding.state === state).length;
  const summary = `${count("green")} green, ${count("yellow")} yellow, ${count("red")} red`;
  lines.push("", paint(exitCode(findings) === 1 ? "red" : count("yellow") > 0 ? "yellow" : "green", summary));
  return `${lines.join("\n")}\n`;
}

/** Lines of at most `width`, each behind `indent`; words stay whole. */
function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line];
}
