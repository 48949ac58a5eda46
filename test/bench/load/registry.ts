/** The registry a bench runs on. In: a folder and a number of stations; out: its files, one a zone, and the stations' addresses. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const ROOT = "outfall-sim";
const STATIONS_PER_PLANT = 5;

export interface BenchStation {
  readonly zone: string;
  readonly plant: string;
  readonly id: string;
}

/** Five stations a plant, one plant a zone, as in a country of many small plants. */
export function benchStations(count: number): BenchStation[] {
  return Array.from({ length: count }, (_, index) => {
    const zone = `sim-z${Math.floor(index / STATIONS_PER_PLANT) + 1}`;
    return { zone, plant: `${zone}-wwtp`, id: `${zone}-nt${(index % STATIONS_PER_PLANT) + 1}` };
  });
}

export const benchSettings = {
  name: "Outfall bench (simulated)",
  simulated: true,
  timeZone: "Asia/Ho_Chi_Minh",
};

/** Written at once: twenty thousand open files are more than a process may have. */
const FILES_AT_ONCE = 64;

/** Writes the files; JSON is YAML. */
export async function writeRegistry(folder: string, count: number): Promise<void> {
  const zones = join(folder, "zones");
  await mkdir(zones, { recursive: true });
  await writeFile(join(folder, "registry.yaml"), JSON.stringify(benchSettings));
  const entries = [...Map.groupBy(benchStations(count), ({ zone }) => zone)];
  for (let start = 0; start < entries.length; start += FILES_AT_ONCE) {
    const some = entries.slice(start, start + FILES_AT_ONCE);
    await Promise.all(
      some.map(([zone, stations]) =>
        writeFile(
          join(zones, `${zone}.yaml`),
          JSON.stringify({ zones: [zoneEntry(zone, stations)] }, null, 1),
        ),
      ),
    );
  }
}

const both = (text: string) => ({ vi: text, en: text });

/** What the stations of a registry measure, and the figures of their permits. */
export interface Measured {
  readonly limits: Readonly<Record<string, object>>;
  readonly parameters: Readonly<Record<string, object>>;
}

const SIX: Measured = {
  limits: { ph: { min: 5.5, max: 9 }, cod: { max: 135 }, tss: { max: 90 }, nh4: { max: 9 } },
  parameters: {
    ph: { instrument: "probe" },
    temp: { instrument: "probe" },
    cod: { instrument: "analyser" },
    tss: { instrument: "probe" },
    nh4: { instrument: "analyser", as: "N" },
    flow: { instrument: "probe" },
  },
};

export function zoneEntry(zone: string, stations: readonly BenchStation[], measured: Measured = SIX): object {
  return {
    id: zone,
    name: both(`${zone} (mô phỏng / simulated)`),
    simulated: true,
    status: "operating",
    centralPlant: "yes",
    provinces: [{ code: "S1", name: "Tỉnh Mô phỏng", geography: "SIM" }],
    source: "invented for the bench",
    plants: [
      {
        id: `${zone}-wwtp`,
        name: both(`${zone}-wwtp`),
        state: "connected",
        serves: [zone],
        permit: { number: "MP-bench/GPMT", limits: measured.limits },
        stations: stations.map(({ id }) => ({
          id,
          name: both(id),
          interval: "5m",
          stamp: "end",
          connectedOn: "2020-01-01",
          parameters: measured.parameters,
        })),
      },
    ],
  };
}
