/** A registry of several simulated zones, each with a plant and its stations, for what is shared by zone. */
import { stationTopic } from "#shared/mqtt/topic.ts";

const zone = (index: number, stations: number) => `
  - id: sim-z${index}
    name: { vi: KCN Mô phỏng ${index}, en: Simulated IZ ${index} }
    simulated: true
    status: operating
    centralPlant: yes
    provinces: [{ code: S1, name: Tỉnh Mô phỏng, geography: SIM }]
    source: invented
    plants:
      - id: sim-z${index}-p
        name: { vi: Hệ thống XLNT ${index}, en: Plant ${index} }
        state: connected
        serves: [sim-z${index}]
        stations:${Array.from(
          { length: stations },
          (_, station) => `
          - id: sim-z${index}-s${station + 1}
            name: { vi: Trạm, en: Station }
            interval: 5m
            stamp: end
            connectedOn: 2026-01-01
            parameters: { cod: { instrument: analyser } }`,
        ).join("")}`;

/** Zones `sim-z1` … with stations `sim-z1-s1` …, as files for services that read a folder. */
export const zonesRegistryFiles = (zones: number, stations: number): Record<string, string> => ({
  "registry.yaml": "name: test\nsimulated: true\ntimeZone: Asia/Ho_Chi_Minh\n",
  "zones.yaml": `zones:${Array.from({ length: zones }, (_, index) => zone(index + 1, stations)).join("")}\ncontacts: []\narmed: [{ everything: true, from: 1990-01-01 }]\n`,
});

/** Where each of their stations publishes. */
export const zonesTopics = (zones: number, stations: number): string[] =>
  Array.from({ length: zones * stations }, (_, index) => {
    const id = `sim-z${Math.floor(index / stations) + 1}`;
    const address = { zone: id, plant: `${id}-p`, station: `${id}-s${(index % stations) + 1}` };
    return stationTopic("outfall-sim", address, "data");
  });
