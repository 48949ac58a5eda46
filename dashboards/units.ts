/** Units on the axes. In: the project's unit; out: Grafana's name for it, or the unit itself as a suffix. */

const named: Readonly<Record<string, string>> = {
  "-": "none",
  "°C": "celsius",
  "m³/h": "suffix: m³/h",
  "mg/L": "suffix: mg/L",
};

export function grafanaUnit(unit: string): string {
  return named[unit] ?? `suffix: ${unit}`;
}
