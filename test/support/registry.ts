/** Small registries for tests. */
import { parseRegistry } from "#shared/registry/load.ts";
import type { Registry } from "#shared/registry/registry.ts";

const SETTINGS = "name: test\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n";

export interface TestRegistryOptions {
  readonly stations?: number;
  /** Further lines of registry.yaml. */
  readonly settings?: string;
  /** Further zones. */
  readonly extra?: string;
  /** What is mailed about; by default everything. */
  readonly armed?: string;
}

/** One simulated zone `sim-z` with plant `sim-p` and stations `sim-s1` … `sim-sN`, permit COD 135, NH4 9, TSS 90, pH 5.5–9. */
export function testRegistry(options: TestRegistryOptions = {}): Registry {
  return parseRegistry(Object.entries(testRegistryFiles(options)).map(([file, text]) => ({ file, text })));
}

/** The same as files, for services that read a folder. */
export function testRegistryFiles(options: TestRegistryOptions = {}): Record<string, string> {
  const stations = Array.from(
    { length: options.stations ?? 1 },
    (_, index) => `
          - id: sim-s${index + 1}
            name: { vi: Trạm ${index + 1}, en: Station ${index + 1} }
            interval: 5m
            stamp: end
            connectedOn: 2026-01-01
            parameters:
              ph: { instrument: probe }
              cod: { instrument: analyser }
              tss: { instrument: probe }
              nh4: { instrument: analyser, as: N }
              flow: { instrument: probe }`,
  );
  const text = `
zones:
  - id: sim-z
    name: { vi: KCN Mô phỏng Z, en: Z Simulated IZ }
    simulated: true
    status: operating
    centralPlant: yes
    provinces: [{ code: S1, name: Tỉnh Mô phỏng, geography: SIM }]
    source: invented
    plants:
      - id: sim-p
        name: { vi: Hệ thống XLNT Z, en: Z plant }
        state: connected
        serves: [sim-z]
        permit:
          number: MP-Z/GPMT
          limits:
            ph: { min: 5.5, max: 9 }
            cod: { max: 135, clause: row 3 }
            tss: { max: 90 }
            nh4: { max: 9 }
        stations:${stations.join("")}
${options.extra ?? ""}
contacts:
  - { id: officer, name: Cán bộ môi trường, duty: zone-officer, language: vi, email: o@z.example, zones: [sim-z] }
  - { id: board, name: Board, duty: management-board, language: en, email: b@s1.example, provinces: [S1] }
  - { id: department, name: Sở, duty: provincial-department, language: vi, email: d@s1.example, provinces: [S1] }
${options.armed ?? "armed: [{ everything: true, from: 1990-01-01 }]"}
`;
  return { "registry.yaml": SETTINGS + (options.settings ?? ""), "zones.yaml": text };
}

export const DATA_TOPIC = "outfall-sim/v1/sim-z/sim-p/sim-s1/data";
